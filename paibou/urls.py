from importlib.util import find_spec

from django.urls import include, path

APPS = ("accounts", "exchange", "households", "monitoring", "reports")

urlpatterns = [path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")]
handler500 = "accounts.views.errors.server_error"
