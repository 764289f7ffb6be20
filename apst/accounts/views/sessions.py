"""Which taskforce a person is in, and that they are still there."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from apst.accounts import queries
from apst.web.allowed import public
from apst.web.middleware import TASKFORCE_KEY
from apst.web.requests import is_signed_in


def _next(request: HttpRequest, given: str | None) -> str:
    safe = url_has_allowed_host_and_scheme(given or "", {request.get_host()}, require_https=request.is_secure())
    return given if given and safe else "/"


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into a form that was sent in the wrong taskforce; its fields come back under their own names."""
    return [
        (name.removeprefix("typed-"), str(value))
        for name, values in request.POST.lists()
        if name.startswith("typed-")
        for value in values
    ]


@require_GET
@public("chosen before a taskforce is open; a signed-in person sees their own taskforces only")
def choose(request: HttpRequest) -> HttpResponse:
    """The taskforces that a person works in: one click opens one. With none, say so."""
    if not is_signed_in(request):
        return redirect_to_login(request.get_full_path())
    user = cast(AbstractBaseUser, request.user)
    context = {
        "places": queries.taskforces_of(user.pk),
        "lapsed": queries.lapsed_of(user.pk),
        "areas": queries.areas_of(user.pk),
        "current": request.session.get(TASKFORCE_KEY),
        "next": _next(request, request.GET.get("next")),
    }
    return render(request, "accounts/choose.html", context)


@require_POST
@public("opens another taskforce; the database checks the membership again on every page")
def switch(request: HttpRequest) -> HttpResponse:
    """Go into one of one's own taskforces, with a fresh context; the form names it by its public id."""
    if not is_signed_in(request):
        return redirect_to_login("/")
    place = queries.taskforce_of(cast(AbstractBaseUser, request.user).pk, request.POST.get("to", ""))
    if place is None:
        messages.error(request, "You do not work in that taskforce, or not any more.")
        return redirect("accounts:choose")
    request.session[TASKFORCE_KEY] = place.taskforce_id
    action = request.POST.get("action", "")
    if action and _next(request, action) == action:
        return render(request, "accounts/send_again.html", {"place": place, "action": action, "typed": _typed(request)})
    return redirect(_next(request, request.POST.get("next")))


@require_POST
@public("keeps a signed-in person's session alive; shows and changes nothing else")
def stay(request: HttpRequest) -> HttpResponse:
    """Note that somebody is at work, though no page was opened (the middleware does so). 403 when signed out
    already.
    """
    return HttpResponse(status=204 if is_signed_in(request) else 403)
