from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "apst.jobs"
    label = "jobs"
