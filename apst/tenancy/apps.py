from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "apst.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415 - registers the boot check, which needs loaded settings
