from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "apst.places"
    label = "places"
