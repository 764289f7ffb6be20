"""EHC advice: asked for, drafted, made final, drawn as PDF, sent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST

from apst.accounts.queries import me
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.onward import AdviceForm, AdviceNewForm, SentForm
from cases.models import Case, EhcAdvice
from cases.queries import advice as queries
from cases.queries.cases import is_live, posts_of
from cases.queries.onward import clock_words
from cases.services.advice import ask_for_advice_paper, draft_key
from referrals.drafts import Typed

from .acts import act, submission_key
from .assessments import TAB
from .cases import complain, version_of
from .onward import PAGE
from .page import CASE_RELATED, case_page
from .readers import readers_page

RELATED = ("case", "pupil", "written_by")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change, Case, related=CASE_RELATED)
def advice_new(request: MemberRequest, case: Case) -> HttpResponse:
    """Record that EHC advice was asked for, and begin its draft."""
    own = [post.specialist_type for post in posts_of(request.member) if is_live(post)]
    form = AdviceNewForm(request.POST or None, first=own, initial={"requested_on": localdate()})
    if form.is_valid():
        try:
            made = services.begin_advice(
                case,
                **form.cleaned_data,
                text=queries.first_draft(case),
                submission_key=submission_key(request),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The draft has begun, from what is recorded.")
            return redirect("cases:advice-detail", public_id=made.public_id)
    back = reverse(PAGE, args=[case.public_id])
    return render(request, "cases/assessments/advice_new.html", case_page(request, case, TAB, form=form, back=back))


@require_http_methods(["GET", "POST"])
@allowed(policies.can_see_assessment, EhcAdvice, related=RELATED)
def advice_detail(request: MemberRequest, advice: EhcAdvice) -> HttpResponse:
    """One piece of advice: its clock for whoever sees the case, its text for those who may read it."""
    shown(request, [advice], "identity", "send")
    last = queries.text_of(advice)
    may_write = policies.can_write_advice(request.member, advice) and advice.struck_at is None
    writing = may_write and advice.finalised_at is None and last is not None
    typed = Typed(draft_key(advice))
    form = AdviceForm(request.POST or None, initial={"text": last.text if last else ""}) if writing else None
    if form is not None and not form.is_bound and typed:
        form.initial.update(typed.initial(form))
    if form is not None and form.is_valid():
        final = "final" in request.POST
        try:
            services.save_advice(
                advice, **form.cleaned_data, version=version_of(request), final=final, by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            said = "The advice is final." if final else "The draft is saved."
            messages.success(request, said)
            return redirect("cases:advice-detail", public_id=advice.public_id)
    context = {
        "advice": advice,
        "title": label("specialist_types", advice.discipline),
        "clock": clock_words(advice),
        "overdue": advice.sent_on is None and advice.due_on < localdate(),
        "last": last,
        "parts": queries.parts_of(last.text) if last else [],
        "before": queries.texts_before(advice) if last else [],
        "form": form,
        "draft_key": draft_key(advice),
        "draft_version": typed.version,
        "may_write": may_write,
        "may_let_read": policies.can_let_read(request.member, advice),
        "may_bring_back": policies.can_write_advice(request.member, advice) and advice.struck_at is not None,
        "back": reverse(PAGE, args=[advice.case.public_id]),
    }
    return render(request, "cases/assessments/advice_detail.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_advice, EhcAdvice, related=RELATED)
def advice_sent(request: MemberRequest, advice: EhcAdvice) -> HttpResponse:
    """Record the day on which final advice was sent."""
    form = SentForm(request.POST or None)
    shown(request, [advice], "identity", "send")
    if form.is_valid():
        try:
            services.mark_advice_sent(advice, **form.cleaned_data, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The day is recorded.")
            return redirect("cases:advice-detail", public_id=advice.public_id)
    context = {"form": form, "advice": advice, "back": reverse("cases:advice-detail", args=[advice.public_id])}
    return render(request, "cases/assessments/advice_sent.html", context)


@require_POST
@allowed(policies.can_write_advice, EhcAdvice)
def advice_open(request: MemberRequest, advice: EhcAdvice) -> HttpResponse:
    """Begin a new draft from final advice, which stays."""
    to = reverse("cases:advice-detail", args=[advice.public_id])
    said = "A new draft has begun. The final text before it stays."
    return act(request, advice, services.open_advice_again, said=said, to=to)


@require_POST
@allowed(policies.can_see_assessment, EhcAdvice)
def advice_draw(request: MemberRequest, advice: EhcAdvice) -> HttpResponse:
    """Ask for the PDF of final advice, for oneself; who may not read the text gets none."""
    try:
        job = ask_for_advice_paper(advice)
    except CaseError as error:
        messages.error(request, str(error))
        return redirect("cases:advice-detail", public_id=advice.public_id)
    return redirect("jobs:job-detail", public_id=job.public_id)


@require_POST
@allowed(policies.can_write_advice, EhcAdvice, related=("case",))
def advice_strike(request: MemberRequest, advice: EhcAdvice) -> HttpResponse:
    """Strike out advice that was begun by mistake."""
    to = reverse(PAGE, args=[advice.case.public_id])
    said = "The advice is struck out."
    return act(request, advice, services.strike_advice, said=said, to=to, undo="cases:advice-bring-back")


@require_POST
@allowed(policies.can_write_advice, EhcAdvice)
def advice_bring_back(request: MemberRequest, advice: EhcAdvice) -> HttpResponse:
    """Bring struck out advice back."""
    to = reverse("cases:advice-detail", args=[advice.public_id])
    return act(request, advice, services.bring_advice_back, said="The advice stands again.", to=to)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_let_read, EhcAdvice, related=tuple(f"case__{key}" for key in CASE_RELATED))
def advice_readers(request: MemberRequest, advice: EhcAdvice) -> HttpResponse:
    """Who reads restricted advice."""
    back = reverse("cases:advice-detail", args=[advice.public_id])
    title = f"EHC advice asked for on {advice.requested_on:%-d %B %Y}"
    return readers_page(request, advice, advice.case, tab=TAB, title=title, back=back)
