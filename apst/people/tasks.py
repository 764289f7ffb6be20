"""What people needs done each night, and each minute."""

from typing import Any

from celery import shared_task

from apst.jobs.models import Job
from apst.jobs.schedule import daily, scheduled
from apst.jobs.services import work
from apst.tenancy.context import acting_as_system, name_act
from apst.tenancy.models import Taskforce

from .services import follow_all_posts, raise_alarms, taskforces_to_alarm, tell_managers
from .services.visits import ALARM, ALARM_EMAIL, tell_manager

FOLLOW_POSTS = "people.follow_posts"


@work(FOLLOW_POSTS, as_system=True)
def follow(job: Job) -> None:
    """A post begins or ends on its day without anybody pressing a button; what its holder sees follows."""
    name_act("membership.follow")
    follow_all_posts()


scheduled(FOLLOW_POSTS, daily(0, 2))


@shared_task
def look_for_overdue() -> None:
    """Raise the alarm where somebody who is out alone is not back; may run twice."""
    for taskforce in Taskforce.objects.filter(pk__in=taskforces_to_alarm()):
        with acting_as_system(taskforce):
            raise_alarms()


@work(ALARM, as_system=True)
def alarm(job: Job) -> dict[str, Any]:
    """Have the managers told that somebody is not back."""
    return {"told": tell_managers(job.args["visit"])}


@work(ALARM_EMAIL, as_system=True)
def alarm_email(job: Job) -> dict[str, Any]:
    """Tell one manager."""
    return {"email": tell_manager(job.args["member"], job=job)}
