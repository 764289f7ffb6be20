"""The Assessments tab, recording and correcting one assessment, and the readers of a restricted one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.assessments import AssessmentForm, StrikeForm, as_recorded, may_be_read_by, session_words
from cases.models import Assessment, Case
from cases.queries import assessments as queries
from cases.queries import checklists, consents, instruments
from cases.queries.assessments import Measure, Result
from cases.queries.cases import is_live, live_posts, posts_of
from referrals.drafts import Typed, forget

from .acts import act, say, submission_key
from .cases import complain
from .page import CASE_RELATED, case_page
from .readers import readers_page

TAB = "cases:case-assessments"
RELATED = ("pupil", "case__pupil", "instrument")
OF_CASE = ("instrument", *(f"case__{key}" for key in CASE_RELATED))


def area(case: Case, current: str) -> list[dict[str, Any]]:
    """Give the links between the three pages of the tab: assessments, consent, help beyond the taskforce."""
    pages = (
        ("Assessments and needs", TAB),
        ("Consent", "cases:case-consent"),
        ("Onward referral and help", "cases:case-onward"),
    )
    return [
        {"text": text, "href": reverse(name, args=[case.public_id]), "current": name == current} for text, name in pages
    ]


@require_GET
@allowed(policies.can_view, Case, related=CASE_RELATED)
def case_assessments(request: MemberRequest, case: Case) -> HttpResponse:
    """Needs, scores over time and every assessment of the pupil, those before this case too."""
    results = queries.results_of(case.pupil)
    checks = checklists.checks_of(case.pupil)
    shown(request, [case], "outcomes", "health")
    context = case_page(
        request,
        case,
        TAB,
        area=area(case, TAB),
        needs=_needs_table(checklists.compare(checks)) if checks else None,
        last_check=checks[0] if checks else None,
        not_on_entry=not any(check.case_id == case.pk for check in checks) and case.is_open,
        measures=[(measure, *_measure_table(measure)) for measure in queries.measures(results)],
        headings=[Heading("Day"), Heading("What"), Heading("Result"), Heading("Who")],
        rows=[_row(result) for result in results],
        may_change=policies.can_change(request.member, case),
    )
    return render(request, "cases/assessments/case_assessments.html", context)


def _needs_table(compared: checklists.Comparison) -> dict[str, Any]:
    def cell(answer: checklists.Answer | None) -> Cell:
        if answer is None:
            return Cell("Not asked")
        return Cell(answer.words, second="; ".join(filter(None, (answer.change, answer.comment))))

    return {
        "headings": [Heading("Need"), *(Heading(f"{check.filled_on:%-d %b %Y}") for check in compared.checks)],
        "rows": [[item.words, *(cell(answer) for answer in answers)] for item, answers in compared.rows],
    }


def _measure_table(measure: Measure) -> tuple[list[Heading], list[list[Cell]]]:
    headings = [Heading("Day"), *(Heading(scale.name) for scale in measure.scales)]
    rows = [
        [
            Cell(f"{day:%-d\u00a0%b\u00a0%Y}"),
            *(Cell("Not scored") if score is None else Cell(score.words, second=_band(score)) for score in scores),
        ]
        for day, scores in measure.rows
    ]
    return headings, rows


def _band(score: queries.Score) -> str:
    return f"{score.band}{'' if score.band_verified else ' (not verified)'}" if score.band else ""


def _row(result: Result) -> list[Any]:
    row = result.assessment
    informant = label("informants", row.informant)
    said = f"Restricted ({row.get_sensitivity_display().partition(': ')[2]})" if result.restricted else result.said
    return [
        Cell(f"{row.taken_on:%-d\u00a0%b\u00a0%Y}"),
        Cell(str(row.instrument), reverse("cases:assessment-detail", args=[row.public_id]), row.edition),
        Cell(said or "Summary only", second=f"Answered by: {informant}" if informant else ""),
        result.who,
    ]


@require_GET
@allowed(policies.can_change, Case, related=CASE_RELATED)
def assessment_choose(request: MemberRequest, case: Case) -> HttpResponse:
    """Choose what was assessed with."""
    listed = instruments.choosable()
    address = reverse("cases:assessment-new", args=[case.public_id, "x"])[:-2]
    context = case_page(
        request,
        case,
        TAB,
        choices=[{"text": one.words, "href": f"{address}{one.code}/"} for one in listed],
        may_set=policies.can_set_instruments(request.member),
        back=reverse(TAB, args=[case.public_id]),
    )
    return render(request, "cases/assessments/assessment_choose.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change, Case, related=CASE_RELATED)
def assessment_new(request: MemberRequest, case: Case, code: str) -> HttpResponse:
    """Record an assessment: the scores of one instrument."""
    drawn = instruments.sketch(code)
    if drawn is None or drawn.instrument.retired_at is not None:
        raise Http404
    key = f"assessment-{case.public_id}-{code}"
    form = _form(request, case, drawn, request.POST or None)
    typed = Typed(key)
    if typed and not form.is_bound:
        form.initial.update(typed.initial(form))
    if form.is_valid():
        try:
            made = services.record_assessment(
                case.pupil,
                case=case,
                instrument=services.take_up(code, by=me(request.member)),
                **form.said(),
                submission_key=submission_key(request),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            forget(key)
            return _recorded(request, made)
    context = case_page(
        request,
        case,
        TAB,
        form=form,
        drawn=drawn,
        draft_key=key,
        draft_version=typed.version,
        missing=consents.missing(case.pupil, drawn.instrument.consent_for, localdate()),
        back=reverse("cases:assessment-choose", args=[case.public_id]),
        cancel=reverse(TAB, args=[case.public_id]),
    )
    return render(request, "cases/assessments/assessment_new.html", context)


def _form(request: MemberRequest, case: Case, drawn: instruments.Sketch, data: Any, **initial: Any) -> AssessmentForm:
    own = [post for post in posts_of(request.member) if is_live(post)]
    said = {
        "taken_on": localdate(),
        "posts": [str(post.public_id) for post in own],
        "sensitivity": drawn.instrument.sensitivity,
    }
    posts = {post.pk: post for post in [*live_posts(), *own]}
    sessions = queries.sessions_near(case.pupil, initial.get("taken_on") or localdate())
    return AssessmentForm(data, drawn=drawn, posts=posts.values(), sessions=sessions, initial={**said, **initial})


def _recorded(request: MemberRequest, made: Assessment) -> HttpResponse:
    say(request, "The assessment is recorded.", undo=reverse("cases:assessment-strike", args=[made.public_id]))
    if lack := consents.missing(made.pupil_id, made.instrument.consent_for, made.taken_on):
        messages.warning(request, f"{lack} Record it where it was given; nothing was blocked.")
    return redirect("cases:assessment-detail", public_id=made.public_id)


@require_GET
@allowed(policies.can_see_assessment, Assessment, related=RELATED)
def assessment_detail(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """One assessment: what it gave, for those who may read that; that it was done, for others who see the case."""
    (result,) = queries.with_results(Assessment.objects.filter(pk=assessment.pk))
    shown(request, [assessment], "identity", "outcomes")
    row = result.assessment
    may_correct = policies.can_correct(request.member, assessment) and assessment.struck_at is None
    correction = assessment.corrections.kept().first() if assessment.struck_at else None
    context = {
        "assessment": assessment,
        "correction": correction,
        "result": result,
        "summary": _summary(result),
        "scores": [{"key": s.scale.name, "value": "\n".join(filter(None, (s.words, _band(s))))} for s in result.scores],
        "band_set": row.band_set if any(score.band for score in result.scores) else None,
        "versions": [version for version in queries.versions_of([row])[row.pk] if not version.restricted],
        "missing": consents.missing(row.pupil_id, row.instrument.consent_for, row.taken_on),
        "readers": may_be_read_by(row) if row.sensitivity != "ordinary" else "",
        "may_correct": may_correct,
        "may_let_read": policies.can_let_read(request.member, assessment) and assessment.case_id is not None,
        "may_bring_back": policies.can_correct(request.member, assessment)
        and assessment.struck_at is not None
        and correction is None,
        "back": reverse(TAB, args=[assessment.case.public_id]) if assessment.case else reverse("cases:screening"),
    }
    return render(request, "cases/assessments/assessment_detail.html", context)


def _summary(result: Result) -> list[dict[str, Any]]:
    row = result.assessment
    session = row.session
    rows: list[dict[str, Any]] = [
        {"key": "Day", "value": f"{row.taken_on:%-d %B %Y}"},
        {"key": "By", "value": result.who},
        {"key": "Sensitivity", "value": row.get_sensitivity_display()},
    ]
    if row.edition:
        rows.insert(1, {"key": "Test or version", "value": row.edition})
    if row.informant:
        rows.append({"key": "Answered by", "value": label("informants", row.informant)})
    if session is not None:
        href = reverse("cases:session-detail", args=[session.public_id])
        rows.append({"key": "Session", "value": session_words(session), "actions": [{"href": href, "text": "View"}]})
    return rows


@require_http_methods(["GET", "POST"])
@allowed(policies.can_correct, Assessment, related=RELATED)
def assessment_correct(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Correct an assessment: what it said before stays beside it."""
    drawn = instruments.sketch(assessment.instrument.code)
    if assessment.struck_at is not None or drawn is None or assessment.case is None:
        raise Http404
    (result,) = queries.with_results(Assessment.objects.filter(pk=assessment.pk))
    form = _form(request, assessment.case, drawn, request.POST or None, **as_recorded(result))
    shown(request, [assessment], "identity", "outcomes")
    if form.is_valid():
        try:
            made = services.correct_assessment(
                assessment,
                instrument=assessment.instrument,
                **form.said(),
                submission_key=submission_key(request),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The assessment is corrected. What it said before stands below.")
            return redirect("cases:assessment-detail", public_id=made.public_id)
    back = reverse("cases:assessment-detail", args=[assessment.public_id])
    context = {"form": form, "drawn": drawn, "assessment": assessment, "back": back}
    return render(request, "cases/assessments/assessment_correct.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_correct, Assessment, related=RELATED)
def assessment_strike(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Strike an assessment out, with the reason; the Undo of a new one needs none."""
    to = reverse("cases:assessment-detail", args=[assessment.public_id])
    shown(request, [assessment], "identity")
    just_made = request.method == "POST" and "because" not in request.POST
    form = StrikeForm({"because": "Undone when it was recorded"} if just_made else request.POST or None)
    if form.is_valid():
        said = "The assessment is struck out: it counts nowhere."
        undo = "cases:assessment-bring-back"
        return act(request, assessment, services.strike_out, said=said, to=to, undo=undo, **form.cleaned_data)
    return render(
        request, "cases/assessments/assessment_strike.html", {"form": form, "assessment": assessment, "back": to}
    )


@require_POST
@allowed(policies.can_correct, Assessment)
def assessment_bring_back(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Bring back an assessment that was struck out."""
    to = reverse("cases:assessment-detail", args=[assessment.public_id])
    return act(request, assessment, services.bring_back, said="The assessment stands again.", to=to)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_let_read, Assessment, related=OF_CASE)
def assessment_readers(request: MemberRequest, assessment: Assessment) -> HttpResponse:
    """Who reads a restricted result."""
    if assessment.case is None:
        raise Http404
    back = reverse("cases:assessment-detail", args=[assessment.public_id])
    title = f"{assessment.instrument}, {assessment.taken_on:%-d %B %Y}"
    return readers_page(request, assessment, assessment.case, tab=TAB, title=title, back=back)
