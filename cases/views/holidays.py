"""Holiday provision: programmes, places, registers, and what a pupil costs."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.people.models import Pupil
from apst.people.policies import can_manage_people, can_see_funding
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.holidays import PlacesForm, ProgrammeForm, RegisterForm
from cases.lengths import length_words
from cases.models import HolidayProgramme
from cases.queries import holidays as queries
from cases.queries.cases import live_posts

from .cases import complain

HEADINGS = [
    Heading("Programme"), Heading("When"), Heading("Places", numeric=True), Heading("Attended", numeric=True),
    Heading("Cost a pupil", numeric=True),
]  # fmt: skip
DAYS = [Heading("Day"), Heading("Came", numeric=True), Heading("Length", numeric=True), Heading("Who worked")]
# DfE, APST implementation advice 2024, costs: "Indicative average cost £350 per pupil" (2022/23 prices).
DFE_A_PUPIL = "The DfE’s indicative average was £350 a pupil, in 2022/23 prices; it varies much."


def _cost(programme: HolidayProgramme, figures: queries.Figures) -> str:
    if programme.cost_pounds is None or not figures.pupils:
        return "Not known"
    return f"£{round(programme.cost_pounds / figures.pupils):,}"


@require_GET
@allowed(policies.can_see_sessions)
def holiday_list(request: MemberRequest) -> HttpResponse:
    """Every programme with its figures."""
    rows = list(queries.programmes())
    figures = queries.figures_of(rows)
    sees_cost = can_see_funding(request.member)
    context = {
        "headings": HEADINGS if sees_cost else HEADINGS[:-1],
        "rows": [
            [
                Cell(row.name, href=reverse("cases:holiday-detail", args=[row.public_id])),
                Cell(f"{row.starts_on:%-d %b} to {row.ends_on:%-d %b %Y}"),
                Cell(f"{figures[row.pk].places}" + (f" of {row.places}" if row.places else "")),
                Cell(str(figures[row.pk].pupils)),
                *([Cell(_cost(row, figures[row.pk]))] if sees_cost else []),
            ]
            for row in rows
        ],
        "manages": can_manage_people(request.member),
        "dfe": DFE_A_PUPIL if sees_cost else "",
    }
    return render(request, "cases/holiday_list.html", context)


@require_GET
@allowed(policies.can_see_holiday, HolidayProgramme, related=("site",))
def holiday_detail(request: MemberRequest, programme: HolidayProgramme) -> HttpResponse:
    """One programme: its footing, who has a place, and its days."""
    figures = queries.figures_of([programme])[programme.pk]
    pupils, days = list(queries.pupils_on(programme)), queries.days_of(programme)
    shown(request, pupils, "identity", "intervention")
    context = {
        "programme": programme,
        "back": reverse("cases:holiday-list"),
        "summary": _summary(programme, figures, sees_cost=can_see_funding(request.member)),
        "pupils": pupils,
        "headings": DAYS,
        "days": [
            [
                Cell(f"{day.held_on:%a %-d %b %Y}", href=reverse("cases:session-detail", args=[day.public_id])),
                Cell(str(sum(place.attendance in queries.ATTENDED for place in day.places.all()))),
                Cell(length_words(day.minutes)),
                Cell(", ".join(row.post.specialist.name for row in day.specialists.all())),
            ]
            for day in days
        ],
        "manages": can_manage_people(request.member),
        "may_log": policies.can_log(request.member),
    }
    return render(request, "cases/holiday_detail.html", context)


def _summary(programme: HolidayProgramme, figures: queries.Figures, *, sees_cost: bool) -> list[dict[str, Any]]:
    rows = {
        "When": f"{programme.starts_on:%-d %B} to {programme.ends_on:%-d %B %Y}",
        "Site": programme.site.name if programme.site else "Elsewhere",
        "Places": f"{figures.places} given" + (f" of {programme.places}" if programme.places else ""),
        "Pupils who attended": str(figures.pupils),
        "Pupil contact": length_words(figures.contact),
        "Part of the school?": programme.get_footing_display(),
        "Powers": programme.powers,
        "Staff work": programme.staffing,
        "Paid for by": programme.funded_by,
    }
    if sees_cost:
        rows["Cost"] = f"£{programme.cost_pounds:,}" if programme.cost_pounds is not None else ""
        rows["Cost a pupil who attended"] = f"{_cost(programme, figures)}. {DFE_A_PUPIL}"
    return [{"key": key, "value": value} for key, value in rows.items()]


@require_http_methods(["GET", "POST"])
@allowed(can_manage_people)
def holiday_new(request: MemberRequest) -> HttpResponse:
    """Plan a programme."""
    form = ProgrammeForm(request.POST or None)
    if form.is_valid():
        try:
            programme = services.plan_programme(**form.cleaned_data, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The programme was planned. Now say who has a place.")
            return redirect("cases:holiday-detail", programme.public_id)
    context = {"form": form, "title": "Plan holiday provision", "cancel": reverse("cases:holiday-list")}
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(can_manage_people, HolidayProgramme)
def holiday_change(request: MemberRequest, programme: HolidayProgramme) -> HttpResponse:
    """Change a programme."""
    initial = {name: getattr(programme, name) for name in ProgrammeForm.base_fields}
    form = ProgrammeForm(request.POST or None, initial=initial)
    here = reverse("cases:holiday-detail", args=[programme.public_id])
    if form.is_valid():
        try:
            services.change_programme(programme, changes=form.cleaned_data, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The programme was changed.")
            return redirect(here)
    context = {"form": form, "title": "Change a programme", "caption": programme.name, "cancel": here}
    return render(request, "people/team_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_keep_register, HolidayProgramme)
def holiday_places(request: MemberRequest, programme: HolidayProgramme) -> HttpResponse:
    """Give pupils with an open case a place."""
    offered = list(queries.pupils_to_offer(programme))
    shown(request, offered, "identity")
    form = PlacesForm(request.POST or None, offered=offered)
    here = reverse("cases:holiday-detail", args=[programme.public_id])
    if form.is_valid():
        number = services.give_places(programme, form.chosen(), by=me(request.member))
        messages.success(request, f"{number} place{'' if number == 1 else 's'} given.")
        return redirect(here)
    context = {
        "form": form if offered else None,
        "title": "Give places",
        "caption": programme.name,
        "cancel": here,
    }
    return render(request, "cases/holiday_places.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_keep_register, HolidayProgramme)
def holiday_place_take(request: MemberRequest, programme: HolidayProgramme) -> HttpResponse:
    """Take a pupil's place back."""
    pupil = next((one for one in queries.pupils_on(programme) if str(one.public_id) == request.POST.get("pupil")), None)
    if pupil is None:
        messages.error(request, "Nobody of that name has a place any more.")
    else:
        shown(request, [pupil], "identity")
        services.take_place(programme, pupil, by=me(request.member))
        messages.success(request, "The place was taken back. Days attended stay as they are.")
    return redirect("cases:holiday-detail", programme.public_id)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_keep_register, HolidayProgramme, related=("site",))
def holiday_register(request: MemberRequest, programme: HolidayProgramme) -> HttpResponse:
    """Keep the register of one day; it is a session, and counts as one."""
    pupils: list[Pupil] = list(queries.pupils_on(programme))
    shown(request, pupils, "identity", "intervention")
    form = RegisterForm(request.POST or None, posts=live_posts(), pupils=pupils)
    here = reverse("cases:holiday-detail", args=[programme.public_id])
    if form.is_valid():
        try:
            services.keep_register(programme, **form.said(), submission_key=_key(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The register was kept.")
            return redirect(here)
    context = {"form": form, "programme": programme, "cancel": here}
    return render(request, "cases/holiday_register.html", context, status=422 if form.errors else 200)


def _key(request: MemberRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None
