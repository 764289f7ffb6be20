from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "apst.imports"
    verbose_name = "Imports"
