"""Addresses of alerts and cases."""

from monitoring.alert_urls import urlpatterns as alerts
from monitoring.case_urls import urlpatterns as cases

app_name = "monitoring"
urlpatterns = [*alerts, *cases]
