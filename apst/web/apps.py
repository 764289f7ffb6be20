from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "apst.web"
    label = "web"
