from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "apst.people"
    label = "people"

    def ready(self) -> None:
        from . import tasks  # noqa: F401, PLC0415 - models are loaded only now
