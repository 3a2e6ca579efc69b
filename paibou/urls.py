from django.urls import include, path

APPS = ("accounts", "exchange", "households", "monitoring", "reports")

urlpatterns = [path("", include(f"{app}.urls")) for app in APPS]
handler500 = "accounts.views.errors.server_error"
