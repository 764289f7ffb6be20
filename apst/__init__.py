"""The Taskforce product: wiring in this folder, one package for each of the things it knows."""

from .celery import app as celery

__all__ = ["celery"]
