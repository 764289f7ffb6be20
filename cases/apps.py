from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    label = "cases"

    def ready(self) -> None:
        # The web process asks for this kind of job, so it must know it too.
        from . import tasks  # noqa: F401, PLC0415 - models are loaded only now
