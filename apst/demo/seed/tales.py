"""Tells the notable cases: the same rows as everybody's, with what is written in `stories.py`."""

import datetime as dt

from apst.demo.names import Person
from apst.places.calendar import DAY
from apst.places.models import Site
from cases.models import Case
from referrals.models import Referral, StrategyTried

from .children import Children
from .diary import at, onwards
from .journeys import Journeys
from .stories import Scene, Story


def tell(story: Story, journeys: Journeys, children: Children, sites: dict[str, Site]) -> Case:
    """Add one story's pupil, referral, decisions, case and scenes; gives the case."""
    history, today = journeys.history, journeys.today
    opened = history.diary.school_day(today - DAY * story.opened)
    received = opened - DAY * story.waited
    earliest = min(received, *(today - DAY * (ago + 10) for _, ago, _ in story.before)) if story.before else received
    pupil = children.pupil(
        Person(story.forename, story.surname, story.sex, story.ethnicity, story.language),
        # A year group is said as it was when the case was open; who has finished Year 11 since is one above it.
        story.born_into + (1 if story.reason == "reached_16" and today.month >= 9 else 0),
        local_id=story.key,
        recorded=earliest,
    )
    history.pupils.append(pupil)
    history.facts += [
        children.fact(pupil, kind, value, today - DAY * ago)
        for kind, held in story.facts.items()
        for ago, value in held
    ]
    history.contacts += [children.said_contact(pupil, fields) for fields in story.contacts]
    referral = Referral(
        pupil=pupil,
        site=sites[story.site],
        received_on=received,
        source=story.source,
        route=story.route,
        reasons=list(story.reasons),
        summary=story.summary,
        pupil_views=story.pupil_views,
        family_views=story.family_views,
        made_by=history.office,
        made_at=at(received),
        state=Referral.State.ALLOCATED,
    )
    history.referrals.append(referral)
    history.strategies += [
        StrategyTried(referral=referral, what=w, tried_when=when, effect=e) for w, when, e in story.strategies
    ]
    for outcome, ago, rationale in story.before:
        _decided_before(journeys, referral, outcome, ago, rationale)
    if not any(outcome == "waiting_list" for outcome, _, _ in story.before):
        journeys.decide(referral, "accepted", received + DAY * min(3, story.waited))
    ended = today - DAY * story.ended if story.ended is not None else None
    case = journeys.open_case(
        referral,
        site=sites[story.site],
        lead=story.lead,
        others=story.team,
        tier=story.tier,
        opened=opened,
        ended=ended,
        reason=story.reason,
    )
    if story.restricted:
        history.apart.append(case)
    if story.destination or story.reason == "died":
        pupil.leaving_date, pupil.destination = ended, story.destination
    before = opened
    for scene in story.scenes:
        before = _play(scene, case, journeys, not_before=before)
    return case


def _decided_before(journeys: Journeys, referral: Referral, outcome: str, ago: int, rationale: str) -> None:
    """What went before: a refusal belongs to an earlier referral of the same pupil, a waiting list to this one."""
    on = journeys.history.diary.school_day(journeys.today - DAY * ago)
    if outcome == "waiting_list":
        journeys.decide(referral, outcome, max(on, referral.received_on), rationale)
        return
    earlier = journeys.referral(
        referral.pupil, on - DAY * 8, site=referral.site, state=Referral.State.ENDED, source="ap_school_staff"
    )
    journeys.decide(earlier, outcome, on, rationale)


def _play(scene: Scene, case: Case, journeys: Journeys, *, not_before: dt.date) -> dt.date:
    """Add one session of the story; gives its day.

    It lies on the last school day that the post works at or before the day that the scene says, else on the first after
    it; else
    in the holiday. Never before the scene before it, nor after the case has ended.
    """
    history = journeys.history
    last = min(case.ended_on or history.diary.last, history.diary.last)
    about_all = scene.activity in ("universal", "staff_training")
    meant = min(max(journeys.today - DAY * scene.ago, not_before), last)
    # What is done for others about a case may be done after it.
    days = [*reversed(onwards(not_before, meant)), *onwards(meant, history.diary.last if about_all else last)]
    there = "" if scene.attendance == "about_pupil" else case.pupil.local_id
    when = history.diary.book(scene.post, days, scene.minutes, evening=scene.evening, pupil=there)
    when = when or history.diary.book(
        scene.post, days, scene.minutes, evening=scene.evening, holidays=True, pupil=there
    )
    if when is None:
        raise LookupError(f"No working day for a scene of {case.pupil.local_id}, {scene.ago} days ago.")
    history.session(
        when,
        scene.minutes,
        scene.activity,
        [scene.post],
        [] if about_all else [(case, scene.attendance)],
        site=case.site,
        intervention_type=scene.what,
        location=scene.location,
        note=scene.note,
        staff_trained=6 if scene.activity == "staff_training" else None,
    )
    return max(when[0], not_before)
