"""Making referrals, and everything that is decided about them."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apst.accounts.models import Membership
from apst.codelists import codes, codes_where
from apst.people import services as people
from apst.people.exceptions import PeopleError
from apst.people.models import Pupil
from apst.people.names import likely_same
from apst.people.services.pupils import PROVISIONAL
from apst.places.models import Site
from apst.tenancy.context import current, name_act

from .exceptions import (
    AlreadyAllocated,
    AlreadyTriaged,
    BadReferral,
    CannotMatch,
    CannotUndo,
    ChangedMeanwhile,
    CriterionNotMet,
    NothingAsked,
    ReasonNeeded,
)
from .models import EligibilityVersion, FurtherInformation, Referral, StrategyTried, TriageDecision
from .queries import standing

ENDS: Final = codes_where("triage_outcomes", "ends_referral")
ACCEPTS: Final = frozenset({"accepted", "waiting_list"})
NEEDS_REASON: Final = frozenset({"declined", "signposted", "offer_refused", "more_information"})
CRITERION_STATES: Final = ("met", "not_met", "overridden")


@dataclass(frozen=True)
class NewPupil:
    """A pupil whom nobody has recorded yet, as a referral describes them.

    identity  further fields of Pupil;  facts  values by PupilFact.Kind;  contact  fields of Contact, empty for none
    """

    forename: str
    surname: str
    date_of_birth: dt.date
    identity: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Strategy:
    """What a school has tried, when, and with what effect."""

    what: str
    tried_when: str = ""
    effect: str = ""


@transaction.atomic
def refer(
    pupil: Pupil | NewPupil,
    *,
    received_on: dt.date,
    source: str,
    route: str,
    reasons: Sequence[str],
    summary: str = "",
    pupil_views: str = "",
    family_views: str = "",
    strategies: Sequence[Strategy] = (),
    site: Site | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> Referral:
    """Refer a pupil; a new pupil is recorded in the same act. A form sent twice gives the first referral again.

    Raises BadReferral for a date to come, a code that is in no list, or no reason.
    """
    _check_codes(source=source, route=route, reasons=reasons)
    if received_on > timezone.localdate():
        raise BadReferral("The day it was received must be today or in the past.")
    if submission_key and (sent := _sent_before(submission_key)):
        return sent
    known = _record(pupil, received_on=received_on, by=by) if isinstance(pupil, NewPupil) else pupil
    name_act("referral.make")
    referral = _numbered(
        Referral(
            pupil=known,
            site=site,
            received_on=received_on,
            source=source,
            route=route,
            reasons=list(dict.fromkeys(reasons)),
            summary=summary,
            pupil_views=pupil_views,
            family_views=family_views,
            made_by=by,
            submission_key=submission_key,
        )
    )
    StrategyTried.objects.bulk_create(
        StrategyTried(referral=referral, what=s.what, tried_when=s.tried_when, effect=s.effect) for s in strategies
    )
    return referral


def alike(pupil: NewPupil) -> list[Pupil]:
    """Give the pupils, among those the member may see, who are likely the one described."""
    return likely_same(
        upn=pupil.identity.get("upn", ""),
        forename=pupil.forename,
        surname=pupil.surname,
        date_of_birth=pupil.date_of_birth,
    )


def _check_codes(*, source: str, route: str, reasons: Sequence[str]) -> None:
    if source not in codes("referral_sources") or route not in codes("referral_routes"):
        raise BadReferral("Say who referred and how it came, from the lists.")
    if not reasons or any(reason not in codes("referral_reasons") for reason in reasons):
        raise BadReferral("Give at least one reason from the list.")


def _sent_before(submission_key: uuid.UUID) -> Referral | None:
    """Wait for the same form sent a moment ago, and give its referral."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(submission_key)])
    return Referral.objects.filter(submission_key=submission_key).first()


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into referrals_lastnumber as n (tenant_id, last) values (app.tenant(), 1)"
            " on conflict (tenant_id) do update set last = n.last + 1 returning last"
        )
        return int(cursor.fetchone()[0])


def _numbered(referral: Referral) -> Referral:
    """Save it under the next free reference; an import may have used some of ours, which its maker need not see."""
    while True:
        referral.reference = f"S-{_next_number()}"
        try:
            with transaction.atomic():
                referral.save(force_insert=True)
                return referral
        except IntegrityError as error:
            if "referrals_referral_reference" not in str(error):
                raise


def _record(new: NewPupil, *, received_on: dt.date, by: Membership | None) -> Pupil:
    try:
        pupil = people.record_pupil(
            surname=new.surname,
            forename=new.forename,
            date_of_birth=new.date_of_birth,
            facts=new.facts,
            holds_from=received_on,
            by=by,
            **new.identity,
        )
    except PeopleError as error:
        raise BadReferral(str(error)) from None
    if new.contact:
        people.add_contact(pupil, by=by, **new.contact)
    return pupil


def _locked(referral: Referral, version: int | None) -> Referral:
    row = Referral.objects.select_for_update().get(pk=referral.pk)
    if version is not None and row.version != version:
        raise ChangedMeanwhile
    return row


def _stand(referral: Referral, row: Referral, state: str) -> None:
    """Write where it stands now, and tell the row that the caller holds."""
    row.state = state
    row.version += 1
    row.save(update_fields=["state", "version"])
    referral.state, referral.version = row.state, row.version


def _state_after(decisions: Iterable[TriageDecision]) -> str:
    held = standing(decisions)
    if not held:
        return Referral.State.NEW
    last = held[-1].outcome
    return str(Referral.State.ENDED if last in ENDS else Referral.State(last))


@transaction.atomic
def triage(
    referral: Referral,
    *,
    outcome: str,
    rationale: str = "",
    criteria: Mapping[str, str] | None = None,
    overrides: str = "",
    version: int | None = None,
    by: Membership | None,
) -> TriageDecision:
    """Decide on a referral; a later outcome adds a decision, none is ever changed.

    criteria   each criterion of the current eligibility version: met, not_met or overridden
    version    the version that the page showed; None where nobody looked at one

    Raises AlreadyTriaged (this outcome stands), AlreadyAllocated, ChangedMeanwhile, ReasonNeeded, CriterionNotMet,
    BadReferral.
    """
    name_act("referral.triage")
    row = _locked(referral, None)
    if row.state == Referral.State.ALLOCATED:
        raise AlreadyAllocated
    if outcome == "undone" or outcome not in codes("triage_outcomes"):
        raise BadReferral("Choose an outcome from the list.")
    held = standing(row.decisions.all())
    if held and held[-1].outcome == outcome and outcome != "more_information":
        raise AlreadyTriaged(f"This outcome was recorded already, on {held[-1].decided_on:%-d %B %Y}.")
    if version is not None and row.version != version:
        raise ChangedMeanwhile
    criteria = dict(criteria or {})
    _check_reasons(outcome, rationale, criteria, overrides)
    decision = _decide(row, outcome=outcome, rationale=rationale, criteria=criteria, overrides=overrides, by=by)
    _stand(referral, row, _state_after(row.decisions.all()))
    return decision


def _check_reasons(outcome: str, rationale: str, criteria: Mapping[str, str], overrides: str) -> None:
    if any(state not in CRITERION_STATES for state in criteria.values()):
        raise BadReferral("A criterion is met, not met or overridden.")
    if outcome in NEEDS_REASON and not rationale.strip():
        asked = "Say what you need to know" if outcome == "more_information" else "Give the reason"
        raise ReasonNeeded(f"{asked}: whoever referred the pupil will ask.")
    if "overridden" in criteria.values() and not overrides.strip():
        raise ReasonNeeded("Say why the threshold is set aside.")
    if outcome in ACCEPTS and "not_met" in criteria.values():
        raise CriterionNotMet("A criterion is not met. Set it aside with a reason, or choose another outcome.")


def _decide(
    row: Referral,
    *,
    outcome: str,
    rationale: str = "",
    criteria: Mapping[str, str] | None = None,
    overrides: str = "",
    undoes: TriageDecision | None = None,
    by: Membership | None,
) -> TriageDecision:
    return TriageDecision.objects.create(
        referral=row,
        outcome=outcome,
        decided_on=timezone.localdate(),
        decided_by=by,
        decided_how=current().taskforce.decides,
        rationale=rationale,
        undoes=undoes,
        eligibility=EligibilityVersion.objects.first() if undoes is None else None,
        criteria=dict(criteria or {}),
        overrides=overrides,
    )


def ask_for_more(
    referral: Referral, *, question: str, version: int | None = None, by: Membership | None
) -> TriageDecision:
    """Ask whoever referred for more information; raises as `triage` does."""
    return triage(referral, outcome="more_information", rationale=question, version=version, by=by)


def withdraw(
    referral: Referral, *, rationale: str = "", version: int | None = None, by: Membership | None
) -> TriageDecision:
    """Record that whoever referred has withdrawn it; raises as `triage` does."""
    return triage(referral, outcome="withdrawn", rationale=rationale, version=version, by=by)


def undo_ends_at(decision: TriageDecision) -> dt.datetime:
    """Give the moment until which the person who decided may undo it."""
    return decision.decided_at + dt.timedelta(minutes=settings.UNDO_MINUTES)


@transaction.atomic
def undo(decision: TriageDecision, *, by: Membership | None) -> TriageDecision:
    """Take back one's own last decision, within settings.UNDO_MINUTES and while no case was opened: adds an `undone`.

    Raises CannotUndo, with the reason.
    """
    name_act("referral.undo_triage")
    row = _locked(decision.referral, None)
    if row.state == Referral.State.ALLOCATED:
        raise CannotUndo("This referral has been allocated since, so the decision cannot be undone.")
    held = standing(row.decisions.all())
    if not held or held[-1].pk != decision.pk:
        raise CannotUndo("Another decision has followed, or this one was undone already.")
    if by is None or decision.decided_by_id != by.pk:
        raise CannotUndo("Only the person who decided can undo it. You can record another outcome.")
    if timezone.now() > undo_ends_at(decision):
        raise CannotUndo(
            f"A decision can be undone for {settings.UNDO_MINUTES} minutes. You can record another outcome."
        )
    undoing = _decide(row, outcome="undone", undoes=decision, by=by)
    _stand(decision.referral, row, _state_after(row.decisions.all()))
    return undoing


@transaction.atomic
def mark_allocated(referral: Referral, *, version: int | None = None, by: Membership | None) -> TriageDecision | None:
    """Note that a case was opened on it; an undecided referral (or an ended one) is accepted by the same act.

    Called by the allocation in `cases`, inside its transaction and under its verb.
    Gives the acceptance, where it made one.
    Raises AlreadyAllocated, ChangedMeanwhile.
    """
    row = _locked(referral, version)
    if row.state == Referral.State.ALLOCATED:
        raise AlreadyAllocated
    decided = row.state in (Referral.State.ACCEPTED, Referral.State.WAITING_LIST)
    decision = None if decided else _decide(row, outcome="accepted", by=by)
    _stand(referral, row, Referral.State.ALLOCATED)
    return decision


@transaction.atomic
def give_information(
    referral: Referral, *, text: str, submission_key: uuid.UUID | None = None, by: Membership | None
) -> FurtherInformation:
    """Answer the taskforce's question. A form sent twice gives the first answer again.

    Raises NothingAsked where the referral does not wait for an answer, ReasonNeeded for an empty one.
    """
    name_act("referral.give_information")
    if submission_key and (sent := FurtherInformation.objects.filter(submission_key=submission_key).first()):
        return sent
    referral.refresh_from_db(fields=["state"])
    if referral.state != Referral.State.MORE_INFORMATION:
        raise NothingAsked("The taskforce has not asked for more information on this referral.")
    if not text.strip():
        raise ReasonNeeded("Write your answer.")
    return FurtherInformation.objects.create(referral=referral, text=text, given_by=by, submission_key=submission_key)


@transaction.atomic
def match_pupil(referral: Referral, pupil: Pupil, *, version: int | None = None, by: Membership | None) -> None:
    """Say that a referral is about a pupil who is known already: it is pointed at that record.

    What the referral brought with it (facts, contacts) goes along; a fact of a kind that is known already is kept as
    corrected. The provisional row is removed when nothing else hangs on it.
    Raises CannotMatch, AlreadyAllocated, ChangedMeanwhile.
    """
    name_act("referral.match_pupil")
    row = _locked(referral, version)
    if row.state == Referral.State.ALLOCATED:
        raise AlreadyAllocated
    provisional = row.pupil
    if provisional.pk == pupil.pk:
        raise CannotMatch("The referral is about this pupil already.")
    row.pupil = pupil
    row.version += 1
    row.save(update_fields=["pupil", "version"])
    referral.pupil, referral.version = pupil, row.version
    if provisional.local_id.startswith(PROVISIONAL) and not provisional.referrals.exists():
        _merge(provisional, pupil)


def _merge(provisional: Pupil, pupil: Pupil) -> None:
    known = set(pupil.facts.filter(corrected_at=None).values_list("kind", flat=True))
    try:
        with transaction.atomic():
            provisional.facts.filter(kind__in=known, corrected_at=None).update(corrected_at=timezone.now(), pupil=pupil)
            provisional.facts.update(pupil=pupil)
            provisional.contacts.update(pupil=pupil)
            # Not delete(): its collector would read tables that this member may not; the database's keys are the judge.
            with connection.cursor() as cursor:
                cursor.execute("delete from people_pupil where id = %s", [provisional.pk])
    except IntegrityError:
        # Something else hangs on it (a session, a case): the row stays, with what it brought.
        return


@transaction.atomic
def publish_eligibility(
    *, text: str, criteria: Sequence[str], seen: int | None = None, by: Membership | None
) -> EligibilityVersion:
    """Publish whom the taskforce is for, as a new version; older ones stay as they were.

    seen   the number of the version that the page showed; None where nobody looked at one

    Raises ChangedMeanwhile where another version was published since, BadReferral for an empty text
    or a criterion twice.
    """
    name_act("eligibility.publish")
    kept = [line.strip() for line in criteria if line.strip()]
    if not text.strip():
        raise BadReferral("Write whom the taskforce is for.")
    if len(set(kept)) != len(kept) or any(len(line) > 200 for line in kept):
        raise BadReferral("Write each criterion once, in at most 200 characters.")
    latest = EligibilityVersion.objects.first()
    number = latest.number if latest else 0
    if seen is not None and seen != number:
        raise ChangedMeanwhile("The eligibility page")
    try:
        with transaction.atomic():
            return EligibilityVersion.objects.create(
                number=number + 1, text=text.strip(), criteria=kept, published_by=by
            )
    except IntegrityError:
        raise ChangedMeanwhile("The eligibility page") from None
