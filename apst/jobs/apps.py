from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "apst.jobs"
    label = "jobs"

    def ready(self) -> None:
        from . import tasks  # noqa: F401, PLC0415 - models are loaded only now
