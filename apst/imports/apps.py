from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "apst.imports"
    verbose_name = "Imports"

    def ready(self) -> None:
        from . import tasks  # noqa: F401, PLC0415 - the web process asks for these jobs too
