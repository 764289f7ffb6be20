"""The life of a request: an id, the idle time-out, and the taskforce it happens in (tenancy design, 4.4)."""

import time
import uuid
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from apst.audit import access_log
from apst.tenancy.context import acting_for
from apst.tenancy.models import Taskforce

from .requests import MemberRequest, address_of

GetResponse = Callable[[HttpRequest], HttpResponse]
TASKFORCE_KEY = "taskforce"
SEEN_KEY = "seen_at"
SIGNED_IN_KEY = "signed_in_at"
INSUFFICIENT_PRIVILEGE = "42501"
POLLS = "X-Polls"  # what a page asks by itself while a job runs, which is no sign of life


class RequestId:
    """Gives every request an id, which logs, audit and access log carry."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast(MemberRequest, request).request_id = str(uuid.uuid4())
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            # Pages with pupils in them stay in no shared or disk cache.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class IdleTimeOut:
    """Signs a person out who has done nothing for IDLE_SECONDS, and everybody SIGNED_IN_SECONDS after they signed in.

    The session notes a sign of life once a minute.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(SEEN_KEY, now)
            if now - seen > settings.IDLE_SECONDS:
                return self._out(request, "You were signed out because nothing happened for a while.")
            if now - request.session.setdefault(SIGNED_IN_KEY, now) > settings.SIGNED_IN_SECONDS:
                hours = settings.SIGNED_IN_SECONDS // 3600
                return self._out(request, f"You were signed out because you signed in more than {hours} hours ago.")
            if SEEN_KEY not in request.session or (now - seen >= 60 and POLLS not in request.headers):
                request.session[SEEN_KEY] = now
        return self.get_response(request)

    @staticmethod
    def _out(request: HttpRequest, why: str) -> HttpResponse:
        logout(request)
        messages.info(request, f"{why} What you had typed is kept.")
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


class OpenTaskforce:
    """Runs a guarded view in one transaction, inside the taskforce that the person is in.

    The database checks the membership. An exception, or an answer of 500 and more, leaves nothing behind. The access
    log's entry is written at the end of the same transaction, before a byte is sent: no entry, no page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not hasattr(view, "policy"):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        chosen = request.session.get(TASKFORCE_KEY)
        taskforce = Taskforce.objects.filter(pk=chosen).first() if chosen else None
        if taskforce is None:
            return HttpResponseRedirect(f"{reverse('accounts:choose')}?next={request.path}")
        stranger = request.POST.get("taskforce") if request.method == "POST" else None
        if stranger and stranger != str(taskforce.public_id):
            return self._other_taskforce(request, taskforce, stranger)
        return self._run(cast(MemberRequest, request), taskforce, view, args, kwargs)

    def _run(
        self, request: MemberRequest, taskforce: Taskforce, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse:
        request.shown_pupils, request.shown_categories, request.refused_row = set(), set(), None
        entered = False
        try:
            with acting_for(taskforce, request.user, request_id=request.request_id) as member:
                entered = True
                request.member = member
                response = view(request, *args, **kwargs)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                elif request.shown_pupils:
                    self._log(request)
            return response
        except PermissionDenied:
            self._log_refusal(request, taskforce)
            raise
        except Http404:
            if (absent := getattr(view, "absent", None)) is not None:
                with acting_for(taskforce, request.user, request_id=request.request_id) as member:
                    request.member = member
                    absent(request, **kwargs)
            raise
        except ProgrammingError as error:
            if entered:
                # On a case that is open in an emergency alone the database refuses what the role may write otherwise.
                if request.member.emergencies and getattr(error.__cause__, "sqlstate", "") == INSUFFICIENT_PRIVILEGE:
                    self._log_refusal(request, taskforce)
                    raise PermissionDenied from error
                raise
            # The membership has ended since the person chose this taskforce.
            del request.session[TASKFORCE_KEY]
            return HttpResponseRedirect(reverse("accounts:choose"))

    def _log(self, request: MemberRequest, *, refused: bool = False) -> None:
        match = request.resolver_match
        access_log.record(
            page=match.view_name if match else "",
            pupils=request.shown_pupils,
            categories=request.shown_categories,
            refused=refused,
            address=address_of(request),
            request_id=request.request_id,
        )

    def _log_refusal(self, request: MemberRequest, taskforce: Taskforce) -> None:
        with acting_for(taskforce, request.user, request_id=request.request_id):
            row = request.refused_row
            pupil = row.pk if row and row._meta.label == "people.Pupil" else getattr(row, "pupil_id", None)
            request.shown_pupils, request.shown_categories = {pupil} if pupil else set(), set()
            self._log(request, refused=True)

    def _other_taskforce(self, request: HttpRequest, taskforce: Taskforce, stranger: str) -> HttpResponse:
        """The form belongs to another taskforce: change nothing, keep the text, offer to switch."""
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", "taskforce")
            for value in values
        ]
        context = {"current": taskforce, "form_taskforce": stranger, "typed": typed, "action": request.path}
        return render(request, "other_taskforce.html", context, status=409)
