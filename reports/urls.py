from django.urls import path

from reports.views import health, search, workbench

app_name = "reports"
urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("search/", search.search, name="search"),
    path("health/", health.health_list, name="health"),
    path("health/<slug:slug>/", health.health_detail, name="health_detail"),
    path("villages/<slug:code>/", workbench.village_detail, name="village_detail"),
]
