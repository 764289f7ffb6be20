"""Training, advice and supervision: sessions like any other, with what they were about beside them."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.db import transaction

from apst.accounts.models import Membership
from apst.codelists import codes
from apst.people.models import Post
from apst.places.models import Establishment, Site
from apst.tenancy.context import name_act
from cases.exceptions import CodeUnknown, FeedbackOutOfRange
from cases.models import Intervention, StaffWork

from .interventions import log_session


@transaction.atomic
def log_staff_work(
    *,
    kind: str,
    specialists: Collection[Post],
    held_on: dt.date,
    minutes: int,
    audience: str = "",
    topic: str = "",
    school: Establishment | None = None,
    places: int | None = None,
    staff_trained: int | None = None,
    location: str = "",
    site: Site | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Intervention:
    """Log training, advice or supervision: a session of the activity type of its kind, which counts its hours once.

    kind           a code of staff_work;  audience  a code of audiences
    places         places offered;  staff_trained  staff who were there, for training and advice only
    Raises CodeUnknown and what `log_session` raises. A form sent twice gives the first one's session.
    """
    if kind not in codes("staff_work") or (audience and audience not in codes("audiences")):
        raise CodeUnknown
    session = log_session(
        specialists=specialists,
        held_on=held_on,
        minutes=minutes,
        activity_type=codes("staff_work")[kind]["activity_type"],
        staff_trained=staff_trained,
        location=location,
        site=site,
        submission_key=submission_key,
        by=by,
    )
    name_act("staff_work.log")
    said = {"kind": kind, "audience": audience, "topic": topic.strip(), "school": school, "places": places}
    if not StaffWork.objects.filter(intervention=session).exists():
        StaffWork.objects.create(intervention=session, **said)
    return session


@transaction.atomic
def record_feedback(work: StaffWork, *, score: float | None, words: str = "", by: Membership | None) -> StaffWork:
    """Record what those who were there thought: the mean of scores from 1 to 5, and words.

    Raises FeedbackOutOfRange.
    """
    if score is not None and not 1 <= score <= 5:
        raise FeedbackOutOfRange
    name_act("staff_work.feedback")
    fields: dict[str, Any] = {
        "feedback_tenths": None if score is None else round(score * 10),
        "feedback_words": words.strip(),
    }
    StaffWork.objects.filter(pk=work.pk).update(**fields)
    work.refresh_from_db()
    return work
