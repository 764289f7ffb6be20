"""The log of training and advice, and of supervision."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.codelists import label
from apst.people.policies import can_manage_people
from apst.people.queries.posts import own_specialist
from apst.people.queries.support import people_in_post
from apst.places.queries import establishments, open_sites
from apst.web.allowed import allowed
from apst.web.forms import active_filters
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.staff_work import FeedbackForm, SupervisionLogForm, TrainingFilterForm, TrainingForm
from cases.lengths import length_words
from cases.models import Intervention
from cases.queries import staff_work as queries
from cases.queries.cases import is_live, live_posts, posts_of

from .cases import complain

HEADINGS = [
    Heading("Day"), Heading("What"), Heading("For whom"), Heading("Who"), Heading("Staff", numeric=True),
    Heading("Length", numeric=True), Heading("Feedback"),
]  # fmt: skip
SUPERVISION = [Heading("Who"), Heading("What"), Heading("Last"), Heading("Next due")]


def _row(session: Intervention) -> list[Cell]:
    work = queries.work_of(session)
    feedback = f"{work.feedback_tenths / 10:.1f} of 5" if work and work.feedback_tenths else ""
    offered = f"of {work.places} places" if work and work.places else ""
    return [
        Cell(
            f"{session.held_on:%-d\u00a0%b\u00a0%Y}", href=reverse("cases:training-feedback", args=[session.public_id])
        ),
        Cell(
            work.get_kind_display() if work else label("activity_types", session.activity_type),
            second=work.topic if work else "",
        ),
        Cell(
            work.get_audience_display() if work else "Not said", second=work.school.name if work and work.school else ""
        ),
        Cell(", ".join(row.post.specialist.name for row in session.specialists.all())),
        Cell("" if session.staff_trained is None else str(session.staff_trained), second=offered),
        Cell(length_words(session.minutes)),
        Cell(feedback or ("Said in words" if work and work.feedback_words else "Not yet")),
    ]


@require_GET
@allowed(policies.can_see_sessions)
def training_list(request: MemberRequest) -> HttpResponse:
    """Training, advice and reflective practice for staff, the last first."""
    form = TrainingFilterForm(request.GET)
    page = queries.page_of(queries.staff_sessions(**form.said()), after=request.GET.get("after", ""))
    kept = [(name, value) for name, value in form.said().items() if value]
    context = {
        "filter": form,
        "active": active_filters(form),
        "headings": HEADINGS,
        "rows": [_row(session) for session in page.rows],
        "next": f"?{urlencode([*kept, ('after', page.after)])}" if page.after else "",
        "may_log": policies.can_log(request.member),
    }
    return render(request, "cases/training_list.html", context)


def _posts(request: MemberRequest) -> dict[str, Any]:
    """Whose work it may be: one's own posts of today, anybody's for those who log for others."""
    own = [post for post in posts_of(request.member) if is_live(post)]
    return {"posts": live_posts(), "own": own}


def _key(request: MemberRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@allowed(policies.can_log)
def training_log(request: MemberRequest) -> HttpResponse:
    """Log training, advice, an advice line call or reflective practice."""
    form = TrainingForm(
        request.POST or None,
        schools=establishments(),
        sites=open_sites().order_by("name"),
        **_posts(request),
    )
    return _log(request, form, title="Log training or advice", then="cases:training-list")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_log)
def supervision_log(request: MemberRequest) -> HttpResponse:
    """Log that supervision took place; nothing of what was said."""
    form = SupervisionLogForm(request.POST or None, **_posts(request))
    return _log(request, form, title="Log supervision", then="cases:supervision-list")


def _log(request: MemberRequest, form: Any, *, title: str, then: str) -> HttpResponse:
    if form.is_valid():
        try:
            services.log_staff_work(**form.said(), submission_key=_key(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Logged. Its hours are in the week like those of any session.")
            return redirect(then)
    context = {"form": form, "title": title, "cancel": reverse(then)}
    return render(request, "cases/staff_work_log.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_see_session, Intervention)
def training_feedback(request: MemberRequest, session: Intervention) -> HttpResponse:
    """What those who were there thought of it; whoever logged it or may change it writes it down."""
    work = queries.work_of(session)
    if work is None and session.activity_type != "staff_training":
        raise Http404
    may = work is not None and policies.can_say_feedback(request.member, session)
    initial = {
        "score": work.feedback_tenths / 10 if work and work.feedback_tenths else None,
        "words": work.feedback_words if work else "",
    }
    form = FeedbackForm(request.POST if request.method == "POST" and may else None, initial=initial)
    if work and form.is_valid():
        try:
            services.record_feedback(work, **form.cleaned_data, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The feedback was saved.")
            return redirect("cases:training-list")
    context = {
        "form": form if may else None,
        "session": session,
        "work": work,
        "length": length_words(session.minutes),
        "cancel": reverse("cases:training-list"),
    }
    return render(request, "cases/training_feedback.html", context, status=422 if form.errors else 200)


@require_GET
@allowed(policies.can_see_supervision)
def supervision_list(request: MemberRequest) -> HttpResponse:
    """When supervision last took place and is due: everybody's for those who manage people, one's own for others."""
    today, manages = localdate(), can_manage_people(request.member)
    own = own_specialist(request.member.person_id)
    people = list(people_in_post()) if manages else [own] if own else []
    found = queries.supervised(people)
    arranged = {one.specialist.pk for one in found}
    rows = [
        [
            Cell(
                one.specialist.name,
                href=reverse("people:supervision", args=[one.specialist.public_id]) if manages else "",
                second=one.arrangement.supervisor,
            ),
            Cell(one.arrangement.get_kind_display(), second=f"Every {one.arrangement.every_weeks} weeks"),
            Cell(f"{one.last:%-d %b %Y}" if one.last else "Never logged"),
            Cell(f"Overdue since {one.due:%-d %b %Y}", colour="orange")
            if one.is_overdue(today)
            else Cell(f"{one.due:%-d %b %Y}"),
        ]
        for one in found
    ]
    context = {
        "headings": SUPERVISION,
        "rows": rows,
        "without": [person for person in people if person.pk not in arranged] if manages else [],
        "manages": manages,
        "may_log": policies.can_log(request.member),
    }
    return render(request, "cases/supervision_list.html", context)
