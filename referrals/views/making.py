"""Referring a pupil in three steps: who, why, what everybody thinks; then check and send.

Each step is a form of its own, kept as a draft; nothing is recorded before "Send".
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.people.models import Pupil
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from referrals import drafts, policies, queries, services
from referrals.answers import check_cards, told_of
from referrals.drafts import Typed
from referrals.exceptions import ReferralRefused
from referrals.forms.making import NewPupilForm, ViewsForm, WhyForm, described
from referrals.models import Referral

ROWS = 2
MOST_ROWS = 20


def known_pupil(typed: Typed) -> Pupil | None:
    """Give the known pupil that the first step names, where the member may see them."""
    try:
        return Pupil.objects.select_related("home_school").filter(public_id=UUID(typed.data.get("known") or "")).first()
    except ValueError:
        return None


def searched(request: MemberRequest) -> str | None:
    """Give the name that was looked for; None where the form that was posted is no search.

    A search is posted, because an address must not hold a name; it changes nothing.
    """
    return request.POST.get("q", "").strip() if "search" in request.POST else None


def _step(request: MemberRequest, number: int, template: str, **context: Any) -> HttpResponse:
    return render(request, f"referrals/new_{template}.html", {"step": number, **context})


@require_http_methods(["GET", "POST"])
@allowed(policies.can_make)
def pupil(request: MemberRequest) -> HttpResponse:
    """Step 1: which pupil. A known one is found and chosen, a new one described."""
    q = searched(request)
    if request.method == "POST" and q is None:
        return _pupil_said(request)
    typed = Typed(drafts.PUPIL)
    chosen = known_pupil(typed)
    wrong = "wrong" in request.GET and bool(typed) and chosen is None
    form = NewPupilForm(typed.data if wrong else None)
    form.initial = typed.initial(form)
    found = queries.find_pupils(q or "")
    shown(request, [*found, *([chosen] if chosen else [])], "identity")
    return _step(
        request, 1, "pupil", form=form, typed=typed, chosen=chosen, described=described(chosen) if chosen else "",
        q=q or "", found=[(row.public_id, described(row)) for row in found],
    )  # fmt: skip


def _pupil_said(request: MemberRequest) -> HttpResponse:
    if "another" in request.POST:
        drafts.forget(drafts.PUPIL)
        return redirect("referrals:referral-new")
    if request.POST.get("known"):
        drafts.keep(drafts.PUPIL, request.POST)
        if known_pupil(Typed(drafts.PUPIL)) is None:
            drafts.forget(drafts.PUPIL)
            return redirect("referrals:referral-new")
        return _on(request, "referrals:referral-new-why")
    form = NewPupilForm(request.POST)
    drafts.keep(drafts.PUPIL, request.POST)
    if not form.is_valid():
        return _step(request, 1, "pupil", form=form, typed=Typed(drafts.PUPIL))
    if not form.is_told_apart_from(services.alike(form.pupil())):
        return redirect("referrals:referral-new-same")
    return _on(request, "referrals:referral-new-why")


def _on(request: MemberRequest, name: str) -> HttpResponse:
    """Go to the next step, or back to the check where that is where the change began."""
    return redirect("referrals:referral-new-check" if "change" in request.GET else name)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_make)
def same(request: MemberRequest) -> HttpResponse:
    """The interruption: a pupil like this is recorded already. Shows only whom the member may see anyway."""
    typed = Typed(drafts.PUPIL)
    form = NewPupilForm(typed.data)
    if known_pupil(typed) or not form.is_valid():
        return redirect("referrals:referral-new")
    alike = services.alike(form.pupil())
    if request.method == "POST":
        ids = {str(row.public_id) for row in alike}
        if request.POST.get("known") in ids:
            drafts.keep(drafts.PUPIL, typed.data, known=request.POST["known"])
        else:
            drafts.keep(drafts.PUPIL, typed.data, distinct=" ".join(ids))
        return _after_same()
    if form.is_told_apart_from(alike):
        return _after_same()
    shown(request, alike, "identity")
    rows = [(row.public_id, described(row), queries.open_referral_of(row)) for row in alike]
    return render(request, "referrals/same.html", {"rows": rows, "back": reverse("referrals:referral-new")})


def _after_same() -> HttpResponse:
    """Go on to the next step, or back to the check for somebody who came from there to change the pupil."""
    return redirect("referrals:referral-new-check" if Typed(drafts.VIEWS) else "referrals:referral-new-why")


def _why_form(request: MemberRequest, *args: Any, **kwargs: Any) -> WhyForm:
    return WhyForm(*args, by_school=policies.follows_own_only(request.member), **kwargs)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_make)
def why(request: MemberRequest) -> HttpResponse:
    """Step 2: who refers, when and why."""
    if request.method == "POST":
        form = _why_form(request, request.POST)
        drafts.keep(drafts.WHY, request.POST)
        if form.is_valid():
            return _on(request, "referrals:referral-new-views")
    typed = Typed(drafts.WHY)
    if request.method == "GET":
        form = _why_form(request, typed.data if "wrong" in request.GET and typed else None)
        form.initial = typed.initial(form)
    return _step(request, 2, "why", form=form, typed=typed, back=reverse("referrals:referral-new"))


def _views_form(typed: Typed, data: Any = None, *, more: int = 0) -> ViewsForm:
    """The third step. Only a mainstream school is asked for strategies, and for as many rows as it wants."""
    mainstream = Typed(drafts.WHY).data.get("source") == "mainstream_school"
    source = data if data is not None else typed.data
    filled = [int(name[5:]) for name in source if name.startswith("what_") and name[5:].isdecimal()]
    rows = min(max([ROWS, *filled]) + more, MOST_ROWS) if mainstream else 0
    form = ViewsForm(data, strategies=rows, required=mainstream)
    form.initial = typed.initial(form)
    return form


@require_http_methods(["GET", "POST"])
@allowed(policies.can_make)
def views_and_strategies(request: MemberRequest) -> HttpResponse:
    """Step 3: what the child and the family think, and what a mainstream school has tried."""
    if request.method == "POST":
        drafts.keep(drafts.VIEWS, request.POST)
        form = _views_form(Typed(drafts.VIEWS), request.POST)
        if "add" in request.POST:
            form = _views_form(Typed(drafts.VIEWS), more=1)
        elif form.is_valid():
            return redirect("referrals:referral-new-check")
    else:
        typed = Typed(drafts.VIEWS)
        form = _views_form(typed, typed.data if "wrong" in request.GET and typed else None)
    back = reverse("referrals:referral-new-why")
    return _step(request, 3, "views", form=form, typed=Typed(drafts.VIEWS), back=back, most=len(form.rows) >= MOST_ROWS)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_make)
def check(request: MemberRequest) -> HttpResponse:
    """Check your answers, and send. A step that does not hold is asked again."""
    key = submission_of(request)
    if request.method == "POST" and key and (sent_before := Referral.objects.filter(submission_key=key).first()):
        return redirect("referrals:referral-sent", public_id=sent_before.public_id)
    typed = Typed(drafts.PUPIL)
    chosen, who = known_pupil(typed), NewPupilForm(typed.data)
    why_form, views_form = (
        _why_form(request, Typed(drafts.WHY).data),
        _views_form(Typed(drafts.VIEWS), Typed(drafts.VIEWS).data),
    )
    steps = ((who, "new"), (why_form, "new-why"), (views_form, "new-views"))
    for form, name in steps[1:] if chosen else steps:
        if not form.is_valid():
            return redirect(reverse(f"referrals:referral-{name}") + "?wrong=1")
    if not chosen and not who.is_told_apart_from(services.alike(who.pupil())):
        return redirect("referrals:referral-new-same")
    trouble = ""
    if request.method == "POST":
        try:
            referral = services.refer(
                chosen or who.pupil(),
                **why_form.facts(),
                pupil_views=views_form.cleaned_data["pupil_views"],
                family_views=views_form.cleaned_data["family_views"],
                strategies=views_form.strategies(),
                submission_key=key,
                by=me(request.member),
            )
        except ReferralRefused as error:
            trouble = str(error)
        else:
            drafts.forget(*drafts.STEPS)
            return redirect("referrals:referral-sent", public_id=referral.public_id)
    shown(request, [chosen] if chosen else [], "identity")
    context = {
        "cards": check_cards(chosen, None if chosen else who, why_form, views_form),
        "warning": "" if chosen else who.warning,
        "trouble": trouble,
        "back": reverse("referrals:referral-new-views"),
    }
    return render(request, "referrals/check.html", context)


def submission_of(request: MemberRequest) -> UUID | None:
    """Give the form's submission key, None where it is missing or malformed."""
    try:
        return UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return None


@require_POST
@allowed(policies.can_make)
def discard(request: MemberRequest) -> HttpResponse:
    """Start again: forget what was typed."""
    drafts.forget(*drafts.STEPS)
    messages.success(request, "What you had typed was thrown away.")
    return redirect("referrals:referral-new")


@require_GET
@allowed(policies.can_view, Referral, related=("pupil",))
def sent(request: MemberRequest, referral: Referral) -> HttpResponse:
    """Sent: the reference, and what happens next."""
    shown(request, [referral], "intervention")
    return render(request, "referrals/sent.html", {"referral": referral, "told": told_of(request.member)})
