from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "apst.demo"
    label = "demo"
