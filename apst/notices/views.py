"""One's own emails and one's own calendar address; and the calendar itself, which a calendar asks for."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db.utils import ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apst.accounts.queries import me
from apst.tenancy.context import acting_for
from apst.tenancy.models import Taskforce
from apst.web.allowed import allowed, public
from apst.web.requests import MemberRequest, address_of

from . import ics, policies, queries, services
from .exceptions import ChangedMeanwhile
from .forms import ChoicesForm
from .kinds import events_of

HOUR = 3600


@require_http_methods(["GET", "POST"])
@allowed(policies.is_member)
def choices(request: MemberRequest) -> HttpResponse:
    """Which emails one gets; and, where they do not arrive, why."""
    mine = me(request.member)
    choice = queries.choices_of([mine])[mine.pk]
    initial = {"digest": choice.digest, "instant": sorted(choice.instant)}
    form = ChoicesForm(request.POST or None, initial=initial, member=request.member)
    if form.is_valid():
        try:
            services.choose(
                digest=form.cleaned_data["digest"],
                instant=form.cleaned_data.get("instant", []),
                version=_version(request),
                by=mine,
            )
        except ChangedMeanwhile as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved. It counts from the next email on.")
            return redirect("notices:choices")
    context = {
        "form": form,
        "choice": choice,
        "mine": mine,
        "trouble": queries.trouble_of(mine.pk),
        "told_always": request.member.may("people.manage"),
    }
    return render(request, "notices/choices.html", context, status=422 if form.errors else 200)


def _version(request: HttpRequest) -> int:
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


@require_POST
@allowed(policies.is_member)
def try_again(request: MemberRequest) -> HttpResponse:
    """Say that one's address takes emails again."""
    services.try_again(by=me(request.member))
    messages.success(request, "The next email that is due is sent to your address again.")
    return redirect("notices:choices")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_have_calendar)
def calendar_address(request: MemberRequest) -> HttpResponse:
    """One's private calendar address. Made by POST and shown in that answer alone, since nobody keeps it."""
    address = ""
    if request.method == "POST":
        token = services.give_address(by=me(request.member))
        address = settings.PUBLIC_URL.rstrip("/") + reverse("notices:calendar", args=[token])
    context = {"feed": queries.own_feed(request.member), "address": address}
    return render(request, "notices/calendar_address.html", context)


@require_POST
@allowed(policies.can_have_calendar)
def calendar_end(request: MemberRequest) -> HttpResponse:
    """End one's calendar address."""
    services.take_back(by=me(request.member))
    messages.success(request, "Your calendar address has ended. Take the calendar out of your phone or computer too.")
    return redirect("notices:calendar-address")


def _too_often(what: str, most: int) -> bool:
    """Count one more request of this hour; True where that is more than `most`."""
    key = f"calendar/{what}/{int(timezone.now().timestamp()) // HOUR}"
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) > most
    except ValueError:  # the hour has passed just now
        return False


@require_safe
@public("a calendar asks without signing in; its address is a secret that one person has, any other gives nothing")
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Sessions, meetings and due days of one person in one taskforce, read as that person: titles without names.

    It shows nothing of a pupil, so it leaves no entry in the access log.
    """
    known = queries.holder_of(token)
    who = f"of/{queries.hash_of(token)}" if known else f"from/{address_of(request)}"
    if _too_often(who, settings.CALENDAR_REQUESTS_AN_HOUR):
        return HttpResponse("Too many requests. Try again in an hour.", status=429, headers={"Retry-After": str(HOUR)})
    text = _calendar_of(*known) if known else ""
    if not text:
        return HttpResponse("There is no calendar at this address.", status=404, content_type="text/plain")
    named = {"Content-Disposition": 'inline; filename="calendar.ics"', "Cache-Control": "no-store, private"}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=named)


def _calendar_of(taskforce_id: int, person_id: int) -> str:
    """The file; "" where the database does not let that person in any more."""
    taskforce = Taskforce.objects.get(pk=taskforce_id)
    today = timezone.localdate()
    entered = False
    try:
        with acting_for(taskforce, person_id) as member:
            entered = True
            feed = queries.own_feed(member)
            if feed is None or not policies.can_have_calendar(member):
                return ""
            services.note_fetch(feed)
            events = events_of(member, today - settings.CALENDAR_BACK, today + settings.CALENDAR_AHEAD)
            host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
            return ics.calendar(taskforce.name, events, now=timezone.now(), host=host)
    except ProgrammingError:
        if entered:
            raise
        return ""
