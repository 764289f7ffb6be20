"""Communication passports: the page of the case that writes and shares it, and the page that school staff open."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.passports import FeedbackForm, PassportForm, ShareForm, passport_as_said
from cases.models import Case, Passport
from cases.queries import passports as queries
from cases.queries.wording import pupil_words
from cases.services.plans import draft_of

from .page import CASE_RELATED
from .plans import plan_page
from .writing import based_on, complain, submission_key, writing

SHOWN = ("identity", "voice")


def end_of_school_year() -> dt.date:
    """The last day of August that lies ahead: until then a share usually goes."""
    today = localdate()
    this = dt.date(today.year, 8, 31)
    return this if this > today else dt.date(today.year + 1, 8, 31)


def _to_case(passport: Passport) -> HttpResponse:
    case = Case.objects.filter(pk=passport.case_id).first()
    if case is None:
        raise Http404
    return redirect("cases:case-passport", public_id=case.public_id)


@require_GET
@allowed(policies.can_see_passport, Case, related=CASE_RELATED)
def case_passport(request: MemberRequest, case: Case) -> HttpResponse:
    """The passport of a case: its last version, who may read it, what staff said."""
    passport = queries.passport_of(case)
    sheet = queries.sheet_of(passport, agreed=False) if passport else None
    context = plan_page(
        request,
        case,
        passport=passport,
        sheet=sheet,
        grants=queries.live_grants(passport) if passport else [],
        feedback=queries.feedback_on(passport) if passport else [],
        may_write=policies.can_write_passport(request.member, case) and case.is_open,
        may_share=policies.can_write_passport(request.member, case),
    )
    return render(request, "cases/passport/case.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_passport, Case, related=CASE_RELATED)
def passport_write(request: MemberRequest, case: Case) -> HttpResponse:
    """Write the passport with the pupil, or its next version."""
    passport = queries.passport_of(case)
    last = queries.versions_of(passport).first() if passport else None
    initial = passport_as_said(last) if last else {"name": case.pupil.full_name}
    words = pupil_words("passport")["passport"]
    version = passport.version if passport else 0
    at = writing(
        request,
        draft_of(case, "passport"),
        lambda data: PassportForm(data, headings=words, initial=initial),
        version=version,
    )
    if request.method == "POST" and at.form.is_valid():
        try:
            services.write_passport(case, **at.form.said(), version=based_on(request), by=me(request.member))
        except CaseError as error:
            at.refuse(error, version=version)
        else:
            messages.success(request, "The passport is saved. The versions before it are kept.")
            return redirect("cases:case-passport", public_id=case.public_id)
    now = [(field.label, getattr(last, field.name)) for field in at.form] if at.overtaken and last else []
    back = reverse("cases:case-passport", args=[case.public_id])
    context = plan_page(request, case, at=at, form=at.form, title="Write the passport together", now=now, back=back)
    return render(request, "cases/plan/write.html", context)


@require_GET
@allowed(policies.can_see_versions, Passport)
def passport_versions(request: MemberRequest, passport: Passport) -> HttpResponse:
    """Every version of a passport, for those who work on the case."""
    case = Case.objects.select_related(*CASE_RELATED).filter(pk=passport.case_id).first()
    if case is None:
        raise Http404
    words = pupil_words("passport")["passport"]
    versions = [(version, queries.sections_of(version, words)) for version in queries.versions_of(passport)[:50]]
    back = reverse("cases:case-passport", args=[case.public_id])
    context = plan_page(request, case, passport=passport, versions=versions, back=back)
    return render(request, "cases/passport/versions.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_see_passport, Passport)
def passport_detail(request: MemberRequest, passport: Passport) -> HttpResponse:
    """The passport as school staff read it, and what they say of it."""
    sheet = queries.sheet_of(passport)
    if sheet is None:
        raise Http404
    shown(request, [passport], *SHOWN)
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.say_what_worked(
                passport, **form.cleaned_data, submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Thank you. The team reads what you wrote.")
            return redirect("cases:passport-detail", public_id=passport.public_id)
    context = {
        "passport": passport,
        "sheet": sheet,
        "form": form,
        "feedback": queries.feedback_on(passport),
        "case": Case.objects.filter(pk=passport.case_id).only("public_id").first(),
        "back": reverse("cases:passport-list"),
    }
    return render(request, "cases/passport/passport.html", context, status=422 if form.errors else 200)


@require_GET
@allowed(policies.can_see_passports)
def passport_list(request: MemberRequest) -> HttpResponse:
    """The passports shared with oneself, and the class sheets."""
    shared = queries.shared_with(request.member)
    shown(request, [sheet.version.pupil_id for sheet in shared], *SHOWN)
    context = {
        "shared": shared,
        "groups": list(queries.groups_seen(request.member)),
        "is_reader": request.member.reach("passport.view") == "G",
        "may_write": policies.can_write_passports(request.member),
    }
    return render(request, "cases/passport/list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_passport, Passport)
def passport_share(request: MemberRequest, passport: Passport) -> HttpResponse:
    """Share a passport with a member of school staff until a day."""
    case = Case.objects.select_related(*CASE_RELATED).filter(pk=passport.case_id).first()
    if case is None:
        raise Http404
    form = ShareForm(request.POST or None, members=queries.school_staff(), initial={"until": end_of_school_year()})
    if form.is_valid():
        try:
            services.share_passport(passport, **form.said(), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The passport is shared. They find it on their first page here.")
            return _to_case(passport)
    back = reverse("cases:case-passport", args=[case.public_id])
    context = plan_page(request, case, form=form, passport=passport, title="Share the passport", back=back)
    return render(request, "cases/passport/share.html", context)


@require_POST
@allowed(policies.can_write_passport, Passport)
def passport_unshare(request: MemberRequest, passport: Passport) -> HttpResponse:
    """End what was shared with one person."""
    shown(request, [passport], "identity")
    known = request.POST.get("member", "")
    grant = next((g for g, member in queries.live_grants(passport) if str(member.public_id) == known), None)
    if grant is None:
        messages.error(request, "It is not shared with this person any more.")
    else:
        services.end_share(grant, by=me(request.member))
        messages.success(request, "It is not shared with them any more.")
    return _to_case(passport)


@require_POST
@allowed(policies.can_see_passport, Passport)
def passport_pdf(request: MemberRequest, passport: Passport) -> HttpResponse:
    """Ask for the passport as a PDF, and follow the job."""
    shown(request, [passport], "identity")
    job = services.ask_for_passports(passport=passport)
    return redirect("jobs:job-detail", public_id=job.public_id)
