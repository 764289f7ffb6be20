"""Reviews of a plan: recorded once, corrected by another that names it."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.tenancy.context import name_act
from cases.exceptions import CorrectedAlready, GoalNotOfCase, ReviewInFuture, ReviewThere
from cases.models import Goal, GoalScore, Plan, PlanReview
from cases.queries.plans import current_reviews

from .once import sent_before
from .plans import check_score, draft_of, keep_version


@transaction.atomic
def record_review(
    plan: Plan,
    *,
    held_on: dt.date,
    present: str,
    changed: str,
    following: str,
    scores: Mapping[Goal, int | None],
    corrects: PlanReview | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> PlanReview:
    """Record a review: who was there, what has changed, what comes next, and a score from 0 to 10 for each goal asked.

    corrects  the review that this one puts right; that one stays as it was
    Raises ReviewInFuture, ReviewThere, CorrectedAlready, ScoreOutOfRange, GoalNotOfCase; then nothing is changed.
    """
    if sent := sent_before(PlanReview, submission_key):
        return sent
    if not plan.starts_on <= held_on <= localdate():
        raise ReviewInFuture
    for goal, score in scores.items():
        check_score(score)
        if goal.plan_id != plan.pk:
            raise GoalNotOfCase
    Plan.objects.select_for_update().get(pk=plan.pk)
    others = current_reviews(plan).filter(held_on=held_on)
    if (others.exclude(pk=corrects.pk) if corrects else others).exists():
        raise ReviewThere
    name_act("plan.correct_review" if corrects else "plan.review")
    try:
        with transaction.atomic():
            review = PlanReview.objects.create(
                plan=plan,
                case_id=plan.case_id,
                held_on=held_on,
                present=present,
                changed=changed,
                following=following,
                corrects=corrects,
                written_by=by,
                submission_key=submission_key,
            )
    except IntegrityError:
        raise CorrectedAlready from None
    GoalScore.objects.bulk_create(
        GoalScore(review=review, goal=goal, case_id=plan.case_id, score=score)
        for goal, score in scores.items()
        if score is not None
    )
    # The review has its own line on the timeline; the version keeps the goals as they stood that day.
    keep_version(plan, "Review corrected" if corrects else "Reviewed", minor=True, by=by)
    if by:
        discard_draft(f"plan-review-{corrects.public_id}" if corrects else draft_of(plan.case, "plan-review"))
    return review
