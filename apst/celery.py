"""The workers' way in."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apst.settings")
app = Celery("apst")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
