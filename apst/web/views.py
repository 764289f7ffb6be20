"""Health, errors and the few pages that need no taskforce."""

import json
import logging
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from redis import Redis

from apst.jobs import schedule
from apst.jobs.models import Heartbeat
from apst.tenancy.checks import login_faults

from .allowed import public

log = logging.getLogger("apst.web")
HEARTBEAT_SECONDS = 90
OLDEST_JOB_SECONDS = 120


def _answer(faults: dict[str, str], **facts: Any) -> JsonResponse:
    return JsonResponse({"ok": not faults, "faults": faults, **facts}, status=503 if faults else 200)


@public("asked by a supervisor before anybody is signed in")
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return _answer({})


@public("asked by a proxy before anybody is signed in")
@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers as the right login, and its migrations are the code's."""
    faults = {}
    try:
        for number, fault in enumerate(login_faults()):
            faults[f"login_{number}"] = f"The database login {fault}."
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if waiting:
            faults["migrations"] = f"{waiting} migrations are not applied: ./run manage migrate."
    except Exception as error:  # whatever it is, the answer is "not ready" and why
        faults["database"] = type(error).__name__
    return _answer(faults)


@public("asked by an alarm before anybody is signed in")
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """The broker answers, the workers live, no job lies unsent, and what comes by itself has come."""
    faults: dict[str, str] = {}
    facts: dict[str, Any] = {}
    try:
        Redis.from_url(settings.CELERY_BROKER_URL, socket_connect_timeout=1, socket_timeout=1).ping()
    except Exception as error:  # as above
        faults["broker"] = type(error).__name__
    try:
        beats = {beat.name: (timezone.now() - beat.at).total_seconds() for beat in Heartbeat.objects.all()}
        facts["heartbeats"] = {name: round(age) for name, age in beats.items()}
        if beats.get("worker", HEARTBEAT_SECONDS + 1) > HEARTBEAT_SECONDS:
            faults["worker"] = "No worker has shown that it lives."
        with connection.cursor() as cursor:
            cursor.execute("select app.oldest_waiting_job()")
            oldest = cursor.fetchone()[0]
        facts["oldest_waiting_job_seconds"] = round(oldest) if oldest is not None else None
        if oldest is not None and oldest > OLDEST_JOB_SECONDS:
            faults["jobs"] = "A job has waited too long."
        if missed := schedule.missed():
            faults["schedule"] = f"Nobody asked for what was due: {', '.join(missed)}."
    except Exception as error:  # as above
        faults["database"] = type(error).__name__
    return _answer(faults, **facts)


@public("the browser reports without credentials")
@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Note what the Content-Security-Policy stopped: which directive and which kind of source, never the page."""
    try:
        directive = json.loads(request.body[:4096])["csp-report"]["effective-directive"]
    except (ValueError, LookupError, TypeError):
        directive = ""
    log.warning("csp_report directive=%.60s", "".join(str(directive).splitlines()[:1]))
    return HttpResponse(status=204)


@public("there is no such page, whoever asks")
def absent(request: HttpRequest) -> HttpResponse:
    """Stand before a page of a library that this project does not have."""
    raise Http404


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or came from elsewhere: say so, and keep what was typed (but never a password)."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "submission_key", "taskforce", "next") and "password" not in name
        for value in values
        if value.strip()
    ]
    return render(request, "403_csrf.html", {"typed": typed, "action": request.path}, status=403)


def page(template: str) -> Any:
    """Give a view for a page of plain content."""

    @public("plain content")
    @require_GET
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, f"pages/{template}.html", {"product_name": settings.PRODUCT_NAME})

    return view
