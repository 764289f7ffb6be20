from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"
    label = "sharing"

    def ready(self) -> None:
        """Make the kinds of job, what Today counts and what the timeline shows known to the web process too."""
        from . import counts, tasks  # noqa: F401, PLC0415 - models are ready only now
