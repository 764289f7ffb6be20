from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "apst.notices"
    label = "notices"

    def ready(self) -> None:
        # Web process, worker and scheduler all ask for these kinds of work.
        from . import tasks  # noqa: F401, PLC0415 - models are loaded only now
