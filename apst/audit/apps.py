from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "apst.audit"
    label = "audit"
