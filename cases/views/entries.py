"""What the pages that log, plan and tick off have in common: the form, its complaints, Undo, and "is it the same?"."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localdate

from apst.accounts.queries import me
from apst.codelists import codes_where
from apst.people.models import Post, Pupil
from apst.places.calendar import SchoolCalendar
from apst.places.models import Establishment
from apst.places.queries import open_sites
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.sessions import SessionForm, attendance_label
from cases.lengths import length_words
from cases.models import Case, Intervention
from cases.queries import interventions as queries
from cases.queries import missed
from cases.queries.cases import is_live, posts_of, posts_since
from cases.queries.risks import keep_apart_warnings_each
from cases.services.interventions import is_out_of_school_hours

POSTS_SINCE = dt.timedelta(days=60)
OPENED = signing.TimestampSigner(salt="cases.opened")
ATTENDED = codes_where("session_attendance", "attended")
MISSED = codes_where("session_attendance", "planned_place") - ATTENDED
# What the page itself puts into a form, and what another page asks beside it.
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "taskforce", "same", "another", "back"})
F = TypeVar("F", bound=SessionForm)


def uuids(texts: Iterable[str]) -> list[UUID]:
    """Read what is one, and leave out what is none."""
    read = []
    for text in texts:
        try:
            read.append(uuid.UUID(text))
        except ValueError:
            continue
    return read


def the_key(request: MemberRequest) -> UUID | None:
    """Give the form's own key, by which the server knows that it was sent twice."""
    return next(iter(uuids([request.POST.get("submission_key", "")])), None)


def pupils_named(public_ids: Iterable[str]) -> list[Pupil]:
    """Give the pupils of these addresses whom the member may see."""
    wanted = uuids(public_ids)
    return list(Pupil.objects.filter(public_id__in=wanted).order_by("name_key", "pk")) if wanted else []


def version_of(request: MemberRequest) -> int | None:
    """Give the version that the page showed."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() else None


def make_form(
    request: MemberRequest,
    data: Any,
    kind: type[F],
    *,
    chosen: Sequence[Pupil],
    found: Sequence[Pupil] = (),
    initial: dict[str, Any] | None = None,
    of_posts: Sequence[Post] | None = None,
    minutes: int = 0,
    only_chosen: bool = False,
    **more: Any,
) -> F:
    """Build a form: chips for the pupils chosen, found and usual; the last type, length and place remembered, unless
    `initial` says otherwise.

    of_posts  those who hold what is changed or ticked off, None for something new;  minutes  its length
    only_chosen  no other pupil is offered
    """
    member = request.member
    habit, recent = queries.habit_of(member, [pupil.pk for pupil in chosen])
    own = [post for post in posts_of(member) if is_live(post)]
    everybody = list(posts_since(localdate() - POSTS_SINCE))
    usual: dict[str, Any] = {"activity_type": habit.activity_type, "location": habit.location}
    people: dict[str, Any] = {}
    if habit.minutes:
        usual["length"] = str(habit.minutes)
    if habit.posts and not own:
        usual["specialist"] = next((str(p.public_id) for p in everybody if p.pk == habit.posts[0]), "")
    if of_posts is not None:
        own = own if len(own) == 1 and own[0] in of_posts else []
        first = own[0] if own else next(iter(of_posts), None)
        people["specialist"] = str(first.public_id) if first else ""
        people["with_others"] = [str(post.public_id) for post in of_posts if post != first]
        everybody = list(dict.fromkeys([*everybody, *of_posts]))
    offered = list(chosen) if only_chosen else queries.pupils_first(member, recent, also=[*chosen, *found])
    form = kind(
        data,
        offered=offered,
        own_posts=own,
        posts=everybody,
        sites=open_sites(),
        schools=Establishment.objects.order_by("name"),
        usual_minutes=minutes or habit.minutes,
        notes=policies.can_write_notes(member),
        travel=member.taskforce.counts_travel,
        initial={**usual, **(initial or {}), **people},
        **more,
    )
    shown(request, form.offered, "identity")
    return form


def complain(form: SessionForm, error: CaseError) -> None:
    """Put a refusal of the service beside its field, or above the form."""
    field = {
        "minutes": "other_minutes",
        "held_on": "other_day",
        "planned_on": "other_day",
        "specialists": "specialist",
    }.get(error.field or "", error.field)
    form.add_error(field if field in form.fields else None, str(error))


def opened(request: MemberRequest) -> str:
    """Give when the form was opened, signed; it stays what it was when the form comes back."""
    return request.POST.get("opened") or OPENED.sign("form")


def count_time(request: MemberRequest) -> None:
    """Count how long the form was open, whose it was left out; a form whose mark is not ours counts nothing."""
    mark = request.POST.get("opened", "")
    try:
        OPENED.unsign(mark)
    except signing.BadSignature:
        return
    services.note_log_time(opened_at=signing.b62_decode(mark.split(":")[1]))


def say(request: MemberRequest, words: Any) -> None:
    """Say what was done, with a button in the sentence."""
    messages.success(request, words, extra_tags="safe")


def act_button(request: MemberRequest, address: str, words: str, **fields: Any) -> Any:
    """Give a small form with one button, for a message. fields: what it sends along."""
    inputs = format_html_join("", '<input type="hidden" name="{}" value="{}">', fields.items())
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="taskforce" value="{}">{}<button class="app-link-button">{}</button></form>',
        address,
        get_token(request),
        request.member.taskforce.public_id,
        inputs,
        words,
    )


def undo_button(request: MemberRequest, session: Intervention, act: str, words: str, *, onwards: str = "home") -> Any:
    """Give the button that deletes or restores a session; by its version a later change is never undone."""
    address = reverse(f"cases:session-{act}", args=[session.public_id])
    return act_button(request, address, words, version=session.version, next=onwards)


def outside_words(day: dt.date, starts_at: dt.time | None) -> str:
    """Say what follows from the calendar, the day and the time."""
    outside = is_out_of_school_hours(day, starts_at, SchoolCalendar.of())
    when = f"{day:%A %-d %B}" + (f" at {starts_at:%H:%M}" if starts_at else "")
    return f"Worked out: {when} is {'outside' if outside else 'in'} school hours."


def attending(places: Iterable[tuple[Pupil, str]]) -> list[Pupil]:
    """Give the pupils who were there, of the places of a form."""
    return [pupil for pupil, attendance in places if attendance in ATTENDED]


def ask_of_apart(
    request: MemberRequest, *companies: Iterable[Pupil], to_come: bool = False, back: str = "Back to the form"
) -> HttpResponse | None:
    """Ask, before anything is saved, whoever brings two pupils together who are to be kept apart.

    companies  the pupils of a session; of several, where several are planned at once
    to_come    True where it is planned: what has happened already is better recorded than not
    back       what the way back is called
    Gives the page that asks, None where no two are to be kept apart or where it was answered "all the same".
    """
    together = [list(pupils) for pupils in companies]
    warnings = [] if "apart" in request.POST else keep_apart_warnings_each(together, request.member)
    if not warnings:
        return None
    shown(request, (pupil for pupils in together for pupil in pupils), "identity")
    context = {"warnings": warnings, "to_come": to_come, "back_text": back, "fields": typed_fields(request)}
    return render(request, "cases/session_apart.html", context)


def typed_fields(request: MemberRequest) -> list[tuple[str, str]]:
    """Give all that was typed, for a page that asks and carries it along."""
    return [(name, value) for name, values in request.POST.lists() if name not in NOT_TYPED for value in values]


def save(
    request: MemberRequest,
    form: SessionForm,
    *,
    log: Callable[..., Intervention],
    after_joining: Callable[[Intervention], None] = lambda session: None,
) -> Intervention | HttpResponse:
    """Log what the form says, or ask first: whether two pupils are to be kept apart who were there together, and
    whether it is the session that a colleague logged.

    log            logs the arguments of `log_session`
    after_joining  what else is done when it was the same
    Raises CaseError. Gives the session, or the page that asks.
    """
    said = form.said()
    if "cancelled" not in request.POST and (asks := ask_of_apart(request, attending(said["places"]))):
        return asks
    if "another" not in request.POST:
        same = missed.may_be_the_same(
            request.member,
            posts=said["specialists"],
            held_on=said["held_on"],
            minutes=said["minutes"],
            activity_type=said["activity_type"],
            pupils=[pupil for pupil, _ in said["places"]],
            starts_at=said["starts_at"],
        )
        if same and request.POST.get("same") == str(same.public_id):
            post = said["specialists"][0]
            services.join_session(same, post=post, by=me(request.member))
            after_joining(same)
            leave = act_button(request, reverse("cases:session-leave", args=[same.public_id]), "Take me out again")
            say(request, format_html("You are on the session that {} logged. {}", same.logged_by.name, leave))
            return same
        if same:
            return ask_whether_same(request, same)
    session = log(**said)
    count_time(request)
    return session


def say_who_keeps_missing(request: MemberRequest, session: Intervention) -> None:
    """Say it at once where this was the third session in a row that a pupil missed."""
    cases = Case.objects.open().filter(pk__in=session.places.filter(attendance__in=MISSED).values("case"))
    rows = {case.pk: case for case in cases.select_related("pupil")}
    for found in missed.missed_in_a_row(rows).values() if rows else ():
        case = rows[found.case]
        look = reverse("cases:case-sessions", args=[case.public_id])
        words = format_html('<a href="{}">{}</a>. {}.', look, case.pupil.full_name, found.words)
        messages.warning(request, words, extra_tags="safe")


def ask_whether_same(request: MemberRequest, same: Intervention) -> HttpResponse:
    """The page that asks; it carries all that was typed."""
    places = list(same.places.all())
    shown(request, places, "identity", "intervention")
    context = {
        "same": same,
        "by": same.logged_by.name if same.logged_by else "",
        "who": [f"{p.pupil.full_name}: {attendance_label(p.attendance)}" for p in places],
        "length": length_words(same.minutes),
        "people": ", ".join(row.post.specialist.name for row in same.specialists.all()),
        "fields": typed_fields(request),
    }
    return render(request, "cases/session_same.html", context)
