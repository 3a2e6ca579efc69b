from django.urls import path

from exchange.views import upkeep

app_name = "exchange"
urlpatterns = [
    path("divisions/<int:pk>/merge/", upkeep.recode_division, name="recode_division"),
    path("reseal/", upkeep.reseal, name="reseal"),
]
