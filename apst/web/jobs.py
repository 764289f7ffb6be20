"""The page of a piece of background work: how far it is, and where its result is."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.views.decorators.http import require_GET

from apst.jobs.models import Job
from apst.tenancy.context import Member

from .allowed import allowed
from .requests import MemberRequest


def can_follow(member: Member, job: Job) -> bool:
    """True for whoever asked for the work."""
    return job.person_id == member.person_id


def target_of(job: Job) -> str:
    """Give the address of what a finished job made: its result names it, as {"url_name": ..., "args": [public ids]}."""
    name = job.result.get("url_name")
    if job.state != Job.State.DONE or not name:
        return ""
    try:
        return reverse(name, args=job.result.get("args", []))
    except NoReverseMatch:
        return ""


@require_GET
@allowed(can_follow, Job)
def job_detail(request: MemberRequest, job: Job) -> HttpResponse:
    """Progress of one's own job. htmx asks for the part with the bar each second; without it a link refreshes the
    page.
    """
    text = job.saying or job.get_state_display()
    if job.state == Job.State.FAILED:
        text = job.error or "It did not work."
    context = {
        "job": job,
        "text": text,
        "target": target_of(job),
        "here": reverse("jobs:job-detail", args=[job.public_id]),
    }
    part = bool(request.headers.get("HX-Request"))
    return render(request, "jobs/_progress.html" if part else "jobs/job_detail.html", context)


# jobs lies below web, so its one page is here and keeps its name.
app_name = "jobs"
urlpatterns = [path("jobs/<uuid:public_id>/", job_detail, name="job-detail")]
