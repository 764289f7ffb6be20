"""The jobs of cases: keeping the grants in step with posts, sites and memberships."""

from typing import Any

from celery import shared_task

from apst.jobs.models import Job
from apst.jobs.services import work
from apst.tenancy.context import for_each_taskforce, name_act

from .services.access import refresh_access


@work("cases.refresh_access", as_system=True)
def refresh(job: Job) -> dict[str, Any]:
    """Bring the grants by rule to what the rules say, after a post, a site or a membership changed."""
    name_act("grant.refresh")
    return {"changed": refresh_access()}


@shared_task
def refresh_everywhere() -> None:
    """Each night: posts and memberships begin on their day without anybody pressing a button."""
    for _ in for_each_taskforce():
        name_act("grant.refresh")
        refresh_access()
