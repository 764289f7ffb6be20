"""Recording and correcting a review of a plan, and the reviews that are due."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.plans import ReviewForm
from cases.models import Goal, Plan, PlanReview
from cases.queries import plans as queries
from cases.services.plans import draft_of

from .plans import OF_CASE, plan_page, to_plan
from .writing import submission_key, writing

AHEAD = dt.timedelta(days=21)
MOST = 100
HEADINGS = [Heading("Pupil"), Heading("Lead"), Heading("Due")]


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, Plan, related=OF_CASE)
def review_record(request: MemberRequest, plan: Plan) -> HttpResponse:
    """Record a review of the plan."""
    goals = list(Goal.objects.filter(plan=plan, state=Goal.State.ACTIVE).order_by("pk"))
    at = writing(request, draft_of(plan.case, "plan-review"), lambda data: ReviewForm(data, goals=goals))
    if request.method == "POST" and at.form.is_valid():
        try:
            services.record_review(
                plan, **at.form.said(), submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            at.refuse(error, version=0)
        else:
            messages.success(request, "The review is recorded.")
            return to_plan(plan.case, "reviews")
    context = plan_page(request, plan.case, at=at, form=at.form, title="Record a review")
    return render(request, "cases/plan/review.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, PlanReview, related=(*OF_CASE, "plan"))
def review_correct(request: MemberRequest, review: PlanReview) -> HttpResponse:
    """Put a review right: what it said before is kept beside it."""
    scores = {score.goal_id: score.score for score in review.scores.all()}
    goals = [
        goal for goal in Goal.objects.filter(plan=review.plan).order_by("pk") if goal.is_active or goal.pk in scores
    ]
    initial = {
        **{name: getattr(review, name) for name in ("held_on", "present", "changed", "following")},
        **{f"score-{goal.public_id}": scores.get(goal.pk) for goal in goals},
    }
    key = f"plan-review-{review.public_id}"
    at = writing(request, key, lambda data: ReviewForm(data, goals=goals, initial=initial))
    if request.method == "POST" and at.form.is_valid():
        try:
            services.record_review(
                review.plan,
                **at.form.said(),
                corrects=review,
                submission_key=submission_key(request),
                by=me(request.member),
            )
        except CaseError as error:
            at.refuse(error, version=0)
        else:
            messages.success(request, "The review is corrected. What it said before is kept.")
            return to_plan(review.case, "reviews")
    context = plan_page(request, review.case, at=at, form=at.form, title="Correct a review")
    return render(request, "cases/plan/review.html", context)


@require_GET
@allowed(policies.can_see_reviews_due)
def reviews_due(request: MemberRequest) -> HttpResponse:
    """The plans to look at within three weeks, the longest overdue first."""
    found = queries.reviews_due(until=localdate() + AHEAD)
    due = found[:MOST]
    shown(request, [one.case for one in due], "identity", "plan")
    rows = [
        [
            Cell(
                one.case.pupil.full_name,
                reverse("cases:case-plan", args=[one.case.public_id]),
                second=one.case.reference,
            ),
            one.case.lead.specialist.name if one.case.lead else "Nobody",
            Cell(f"{one.due_on:%-d %B %Y}" + (", overdue" if one.is_overdue else ""), colour=_colour(one)),
        ]
        for one in due
    ]
    return render(
        request, "cases/plan/reviews_due.html", {"headings": HEADINGS, "rows": rows, "more": len(found) - len(due)}
    )


def _colour(one: queries.DueReview) -> str:
    return "red" if one.is_overdue else ""
