"""The page of risk, and what is written on it."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.accounts.services import discard_draft, draft_for
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError, NoSafetyPlan
from cases.forms.risks import ApartForm, JudgeForm, MissingForm, ProtectionForm, SafetyPlanForm, WithdrawPlanForm
from cases.models import Case, KeepApart, MissingEpisode, Protection, RiskJudgement
from cases.queries import risks as queries

from .cases import complain, version_of
from .documents import submission_key_of
from .page import CASE_RELATED, case_page
from .readers import readers_page

TAB = "cases:case-risk"
OF_CASE = tuple(f"case__{name}" for name in CASE_RELATED)


@require_GET
@allowed(policies.can_view, Case, related=CASE_RELATED)
def case_risk(request: MemberRequest, case: Case) -> HttpResponse:
    """Everything about risk on one page: areas, safety plan, missing, public protection, whom to keep apart."""
    links = queries.links_of(case.pupil)
    protections = queries.protections_of(case)
    shown(request, [case], "safeguarding", *(["youth_justice"] if any(one.text for one in protections) else []))
    shown(request, [pupil for link in links for pupil in (link.row.pupil, link.row.other)])
    plans = queries.safety_plans(case)
    member = request.member
    context = case_page(
        request,
        case,
        TAB,
        areas=[_area(request, area) for area in queries.areas_of(case)],
        plan=plans[0] if plans else None,
        earlier_plans=plans[1:],
        episodes=[
            {"row": row, "lines": queries.episode_words(row), "title": f"Missing on {row.day:%-d %B %Y}"}
            for row in case.missing.select_related("written_by")
        ],
        protections=[
            {"row": one.row, "text": one.text, "may_share": policies.can_share_risk(member, one.row)}
            for one in protections
        ],
        links=[_link(request, case, link) for link in links],
        not_yours=queries.NOT_YOURS,
        may_write=policies.can_write_risk(member, case),
    )
    return render(request, "cases/risk/risk.html", context)


def _area(request: MemberRequest, area: queries.AreaNow) -> dict[str, Any]:
    now = area.now
    for judged in (now, *area.before):
        # Whoever holds a judgement reads all there is of it: no text means that none was written.
        if judged and judged.evidence is None and policies.holds(request.member, judged.row):
            judged.evidence = ""
    return {
        "area": area.area,
        "words": area.words,
        "now": now,
        "colour": queries.COLOURS[now.row.level] if now else "",
        "overdue": bool(now and queries.overdue(now.row)),
        "before": area.before,
        "may_share": bool(now and now.evidence and policies.can_share_risk(request.member, now.row)),
    }


def _link(request: MemberRequest, case: Case, link: queries.Guarded) -> dict[str, Any]:
    other = link.row.other if link.row.pupil_id == case.pupil_id else link.row.pupil
    return {
        "row": link.row,
        "other": other,
        "reason": link.text,
        "may_share": link.text is not None and policies.can_share_risk(request.member, link.row),
        "may_end": policies.can_end_keep_apart(request.member, link.row),
    }


def _typed(draft: str, *names: str) -> dict[str, Any]:
    """What was typed into a form and not sent."""
    kept = draft_for(draft)
    return {name: kept.payload[name] for name in names if kept and kept.payload.get(name)}


def _written(request: MemberRequest, case: Case, form: Any, title: str, **more: Any) -> HttpResponse:
    """The page of one form about risk."""
    kept = draft_for(more["draft"]) if "draft" in more else None
    more["draft_version"] = kept.version if kept else 0
    context = case_page(request, case, TAB, form=form, title=title, back=reverse(TAB, args=[case.public_id]), **more)
    shown(request, [case], "safeguarding")
    return render(request, "cases/risk/write.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_risk, Case, related=CASE_RELATED)
def risk_judge(request: MemberRequest, case: Case, area: str) -> HttpResponse:
    """Judge one area anew."""
    if area not in RiskJudgement.Area.values:
        raise Http404
    draft = f"risk-{area}-{case.public_id}"
    form = JudgeForm(request.POST or None, initial=_typed(draft, "level", "evidence"))
    if form.is_valid():
        try:
            services.judge_risk(
                case,
                area=area,
                **form.cleaned_data,
                submission_key=submission_key_of(request),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            discard_draft(draft)
            messages.success(request, "The judgement is recorded. The earlier ones stay.")
            return redirect(TAB, public_id=case.public_id)
    return _written(request, case, form, RiskJudgement.Area(area).label, draft=draft)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_risk, Case, related=CASE_RELATED)
def safety_plan_write(request: MemberRequest, case: Case) -> HttpResponse:
    """Write the next version of the safety plan, starting from the last one."""
    plans = queries.safety_plans(case)
    last = plans[0] if plans else None
    # After a withdrawal one goes on from the words that were withdrawn.
    said = next((plan for plan in plans if not plan.withdrawn), None)
    fields = ("triggers", "helps", "who_to_call", "shared_with")
    draft = f"safety-plan-{case.public_id}"
    kept = {name: getattr(said, name) for name in fields} if said else {}
    form = SafetyPlanForm(request.POST or None, initial=kept | _typed(draft, *fields))
    if form.is_valid():
        try:
            services.write_safety_plan(case, **form.cleaned_data, number=version_of(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            discard_draft(draft)
            messages.success(request, "The safety plan is saved. Earlier versions stay.")
            return redirect(TAB, public_id=case.public_id)
    shown_number = request.POST.get("version", last.number if last else 0)
    return _written(request, case, form, "Safety plan", number=shown_number, draft=draft)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_risk, Case, related=CASE_RELATED)
def safety_plan_withdraw(request: MemberRequest, case: Case) -> HttpResponse:
    """Say that the safety plan holds no more; its versions stay."""
    plan = queries.safety_plan_now(case)
    form = WithdrawPlanForm(request.POST or None)
    if form.is_valid():
        try:
            services.withdraw_safety_plan(case, **form.cleaned_data, number=version_of(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(
                request,
                "The safety plan is withdrawn. To bring it back, write a new version: its words are there already.",
            )
            return redirect(TAB, public_id=case.public_id)
    elif plan is None:
        messages.error(request, NoSafetyPlan.sentence)
        return redirect(TAB, public_id=case.public_id)
    copies = f"Tell those who have a copy: {plan.shared_with}." if plan and plan.shared_with else ""
    number = request.POST.get("version", plan.number if plan else 0)
    return _written(
        request, case, form, "Withdraw the safety plan", number=number, warning=copies, button="Withdraw it"
    )


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_risk, Case, related=CASE_RELATED)
def missing_record(request: MemberRequest, case: Case) -> HttpResponse:
    """Record that the pupil is or was missing."""
    form = MissingForm(request.POST or None)
    if form.is_valid():
        try:
            services.record_missing(
                case, **form.said(), submission_key=submission_key_of(request), by=me(request.member)
            )
        except CaseError as error:
            _complain_of_episode(form, error)
        else:
            messages.success(request, "It is recorded.")
            return redirect(TAB, public_id=case.public_id)
    return _written(request, case, form, "Missing")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_missing, MissingEpisode, related=OF_CASE)
def missing_change(request: MemberRequest, episode: MissingEpisode) -> HttpResponse:
    """Say more of a missing episode: that the pupil is back, the police's reference, the interview."""
    form = MissingForm(request.POST or None, initial=MissingForm.initial_of(episode))
    if form.is_valid():
        try:
            services.change_missing(episode, version=version_of(request), **form.said(), by=me(request.member))
        except CaseError as error:
            _complain_of_episode(form, error)
        else:
            messages.success(request, "It is recorded.")
            return redirect(TAB, public_id=episode.case.public_id)
    shown_number = request.POST.get("version", episode.version)
    return _written(request, episode.case, form, "Missing", number=shown_number)


def _complain_of_episode(form: MissingForm, error: CaseError) -> None:
    field = {"missing_from": "missing_day", "returned_at": "returned_day"}.get(error.field or "")
    form.add_error(field, str(error))


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_risk, Case, related=CASE_RELATED)
def protection_record(request: MemberRequest, case: Case) -> HttpResponse:
    """Record a date of the national referral mechanism, MAPPA or MARAC."""
    form = ProtectionForm(request.POST or None)
    if form.is_valid():
        try:
            services.record_protection(
                case, **form.cleaned_data, submission_key=submission_key_of(request), by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "It is recorded. Others see only that there is something.")
            return redirect(TAB, public_id=case.public_id)
    return _written(request, case, form, "National referral mechanism, MARAC or MAPPA")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_risk, Case, related=CASE_RELATED)
def keep_apart(request: MemberRequest, case: Case) -> HttpResponse:
    """Say from whom the pupil is to be kept apart."""
    form = ApartForm(request.POST if request.method == "POST" else None, pupil=case.pupil)
    shown(request, form.others, "identity")
    if form.is_valid():
        try:
            services.keep_apart(
                case.pupil, form.other_pupil(), reason=form.cleaned_data["reason"], by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Whoever brings the two together is warned from now on.")
            return redirect(TAB, public_id=case.public_id)
    return _written(request, case, form, "Keep apart")


def _case_of(link: KeepApart, named: str) -> Case | None:
    """The case from whose page somebody came, or one of the two pupils' that they see. named: its public id, or ""."""
    cases = Case.objects.filter(pupil__in=[link.pupil_id, link.other_id]).select_related(*CASE_RELATED)
    chosen = cases.filter(public_id=named).first() if len(named) == 36 else None
    return chosen or cases.order_by(F("ended_on").asc(nulls_first=True), "-pk").first()


def _page_of(link: KeepApart, request: MemberRequest) -> str:
    """Where somebody goes on after a link was changed."""
    found = _case_of(link, request.POST.get("case", ""))
    return reverse(TAB, args=[found.public_id]) if found else reverse("home")


@require_POST
@allowed(policies.can_end_keep_apart, KeepApart, related=("pupil", "other"))
def keep_apart_end(request: MemberRequest, link: KeepApart) -> HttpResponse:
    """The two need not be kept apart any more; with an undo."""
    shown(request, [link.pupil, link.other], "safeguarding")
    try:
        services.end_keep_apart(link, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        undo = format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input type="hidden" name="taskforce" value="{}"><button class="app-link-button">Undo</button></form>',
            reverse("cases:keep-apart-resume", args=[link.public_id]),
            get_token(request),
            request.member.taskforce.public_id,
        )
        messages.success(request, format_html("Nobody is warned of the two any more. {}", undo), extra_tags="safe")
    return redirect(_page_of(link, request))


@require_POST
@allowed(policies.can_end_keep_apart, KeepApart, related=("pupil", "other"))
def keep_apart_resume(request: MemberRequest, link: KeepApart) -> HttpResponse:
    """Take the end back."""
    shown(request, [link.pupil, link.other], "safeguarding")
    try:
        services.resume_keep_apart(link, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The two are to be kept apart again.")
    return redirect(_page_of(link, request))


@require_http_methods(["GET", "POST"])
@allowed(policies.can_share_risk, RiskJudgement, related=OF_CASE)
def risk_readers(request: MemberRequest, judgement: RiskJudgement) -> HttpResponse:
    """Who may read the evidence of one judgement."""
    title = f"{judgement.get_area_display()}, {judgement.judged_on:%-d %B %Y}"
    back = reverse(TAB, args=[judgement.case.public_id])
    return readers_page(request, judgement, judgement.case, tab=TAB, title=title, back=back)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_share_risk, Protection, related=OF_CASE)
def protection_readers(request: MemberRequest, protection: Protection) -> HttpResponse:
    """Who may read one date of public protection."""
    title = f"Public protection, recorded {protection.recorded_on:%-d %B %Y}"
    back = reverse(TAB, args=[protection.case.public_id])
    return readers_page(request, protection, protection.case, tab=TAB, title=title, back=back)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_share_risk, KeepApart, related=("pupil", "other", "written_by"))
def keep_apart_readers(request: MemberRequest, link: KeepApart) -> HttpResponse:
    """Who may read why two pupils are to be kept apart; the address may say from whose `case` one came."""
    case = _case_of(link, request.GET.get("case", ""))
    if case is None:
        raise Http404
    other = link.other if link.pupil_id == case.pupil_id else link.pupil
    shown(request, [link.pupil, link.other], "safeguarding")
    title = f"Why to keep apart from {other.full_name}, since {link.starts_on:%-d %B %Y}"
    return readers_page(request, link, case, tab=TAB, title=title, back=reverse(TAB, args=[case.public_id]))
