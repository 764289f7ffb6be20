from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    label = "referrals"

    def ready(self) -> None:
        # What is told by email is registered, in every process.
        from . import notices  # noqa: F401, PLC0415 - models are loaded only now
