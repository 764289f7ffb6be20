"""Handing over: a specialist who leaves, and the holders of a restricted case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST

from apst.accounts.exceptions import AccountsError
from apst.accounts.models import Membership
from apst.accounts.queries import me
from apst.people.exceptions import PeopleError
from apst.people.models import Post
from apst.people.policies import can_manage_people
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.leaving import HolderForm, LeaveForm
from cases.models import Case
from cases.queries import leaving as queries
from cases.queries.cases import holders_possible, live_posts
from cases.services.access import live_holds
from cases.services.handing_on import others_running
from cases.services.leaving import other_posts

from .cases import complain
from .page import CASE_RELATED, case_page


@require_http_methods(["GET", "POST"])
@allowed(can_manage_people, Post, related=("specialist",))
def post_leave(request: MemberRequest, post: Post) -> HttpResponse:
    """End a post: a successor for each case, the last day, the way in, the vacancy."""
    hanging = services.hanging_on(post)
    cases = [*hanging.led, *(place.case for place in hanging.places)]
    shown(request, cases, "identity", "intervention")
    alone = queries.only_theirs(post)
    shown(request, [advice.pupil for advice in alone.advice], "identity", "send")
    stays = bool(other_posts(post, localdate()))
    form = LeaveForm(
        request.POST or None,
        posts=live_posts().exclude(specialist=post.specialist_id),
        led=hanging.led,
        places=hanging.places,
        groups=[(group, others_running(group, post, localdate())) for group in hanging.groups],
        outreach=hanging.outreach,
        anything=hanging.is_anything,
        may_end_membership=post.specialist.user_id is not None,
        initial={"end_membership": not stays, "keep_vacancy": True, "last_day": post.end_date or localdate()},
    )
    if form.is_valid():
        try:
            done = services.leave(post, **form.said(), by=me(request.member))
        except (CaseError, PeopleError, AccountsError) as error:
            complain(form, error)
        else:
            messages.success(
                request, " ".join((f"{post.specialist.name} has handed over.", *_taken(done), _ends(form)))
            )
            return redirect("people:specialist-list")
    context = {
        "form": form,
        "post": post,
        "hanging": hanging,
        "stays": stays,
        "alone": alone,
        "is_over": post.end_date is not None and post.end_date < localdate(),
        "last_planned": hanging.planned[-1].planned_on if hanging.planned else None,
        "cancel": reverse("people:post-change", args=[post.public_id]),
    }
    return render(request, "cases/post_leave.html", context, status=422 if form.errors else 200)


TAKEN = (
    ("case", "case", "cases"),
    ("session", "planned session", "planned sessions"),
    ("group", "group", "groups"),
    ("outreach", "school’s outreach", "schools’ outreach"),
    ("step", "step of a plan", "steps of plans"),
)


def _taken(done: services.HandedOver) -> list[str]:
    """Who takes how many of what, a sentence each."""
    said = []
    for post in sorted({post for post, _ in done.takes}, key=lambda post: post.specialist.name):
        numbers = [
            f"{number} {one if number == 1 else many}"
            for what, one, many in TAKEN
            if (number := done.takes[post, what])
        ]
        said.append(f"{post.specialist.name} takes {', '.join(numbers)}.")
    for member, number in sorted(done.actions.items(), key=lambda taken: taken[0].name):
        said.append(f"{member.name} takes {number} {'action' if number == 1 else 'actions'}.")
    return said


def _ends(form: LeaveForm) -> str:
    return "Their access ends with their last day." if form.said()["end_membership"] else "They stay in the taskforce."


@require_http_methods(["GET", "POST"])
@allowed(policies.can_change_holders, Case, related=CASE_RELATED)
def case_holders(request: MemberRequest, case: Case) -> HttpResponse:
    """Who holds a restricted case: one more may be named, and a hold ended while two are left."""
    holds = live_holds(case)
    held = {hold.user_id for hold in holds}
    possible = holders_possible(request.member).exclude(user__in=held)
    form = HolderForm(request.POST or None, members=possible)
    if form.is_valid():
        chosen = form.members[form.cleaned_data["holder"]]
        try:
            services.grant(case, chosen.user_id, reason=form.cleaned_data["reason"], by=me(request.member))
        except CaseError as error:
            form.add_error("holder", str(error))
        else:
            messages.success(request, f"{chosen.name} holds the case too.")
            return redirect("cases:case-holders", case.public_id)
    context = case_page(
        request,
        case,
        "cases:case-people",
        form=form,
        holders=Membership.objects.filter(user__in=held).order_by("name"),
        cancel=reverse("cases:case-people", args=[case.public_id]),
    )
    return render(request, "cases/case_holders.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_change_holders, Case)
def case_holder_end(request: MemberRequest, case: Case) -> HttpResponse:
    """End somebody's hold."""
    shown(request, [case], "identity")
    held = Membership.objects.filter(user__in=[hold.user_id for hold in live_holds(case)])
    holder = next((one for one in held if str(one.public_id) == request.POST.get("holder")), None)
    if holder is None:
        messages.error(request, "Choose whose hold ends.")
        return redirect("cases:case-holders", case.public_id)
    try:
        services.revoke(case, holder.user_id, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{holder.name} does not hold the case any more.")
    seen = Case.objects.filter(pk=case.pk).exists()
    return redirect("cases:case-holders", case.public_id) if seen else redirect("home")
