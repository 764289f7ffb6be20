"""Reporting a personal data breach, keeping its record, deciding about it, closing it."""

import uuid
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from apst.accounts.looks import case_looked_at
from apst.accounts.models import Membership
from apst.notices.services import Thing, tell
from apst.tenancy.context import name_act
from cases.services.once import sent_before
from sharing.exceptions import BreachClosed, CaseNotThere, ChangedMeanwhile, NotDecided, NotInFuture, TextMissing
from sharing.models import Breach, BreachStep
from sharing.queries.outside import who_answers

BREACH: Final = "breach"


@transaction.atomic
def report_breach(what: str, *, submission_key: uuid.UUID | None = None, by: Membership) -> Breach:
    """Report that something may have gone to the wrong place or got lost: anybody may, in a line.

    Its 72 hours begin now; whoever answers for who looked is told at once. Raises TextMissing.
    """
    if sent := sent_before(Breach, submission_key):
        return sent
    if not what.strip():
        raise TextMissing(field="what")
    name_act("breach.report")
    made = Breach.objects.create(what=what.strip(), reported_by=by, submission_key=submission_key)
    tell(BREACH, [Thing(str(made.public_id), made.public_id)], to=who_answers(), by=by)
    return made


def _change(breach: Breach, *, version: int, **fields: Any) -> None:
    held = Breach.objects.select_for_update().get(pk=breach.pk)
    if held.closed_at:
        raise BreachClosed
    if held.version != version:
        raise ChangedMeanwhile
    Breach.objects.filter(pk=held.pk).update(**fields, version=F("version") + 1)


@transaction.atomic
def keep_breach(breach: Breach, *, version: int, by: Membership, **known: Any) -> None:
    """Keep what is known of a breach by now: when, what of, how many, what it may lead to, what was done.

    cases: references, each of a case whose looks one answers for. Raises CaseNotThere, NotInFuture, BreachClosed,
    ChangedMeanwhile.
    """
    unknown = [reference for reference in known.get("cases", ()) if case_looked_at(reference) is None]
    if unknown:
        raise CaseNotThere(f"There is no case {unknown[0]} whose looks you answer for. Check the reference")
    if known["aware_at"] > now():
        raise NotInFuture
    name_act("breach.keep")
    _change(breach, version=version, **known)


@transaction.atomic
def decide_breach(breach: Breach, *, version: int, by: Membership, **decided: Any) -> None:
    """Decide how great the risk is, whether the Information Commissioner was told, and the people themselves.

    decided: risk, why, commissioner_told_at, commissioner_reference, people_told, partners_told. Telling nobody of a
    high risk needs its reason (UK GDPR article 34(3)). Raises TextMissing, NotInFuture, BreachClosed, ChangedMeanwhile.
    """
    if decided["risk"] == Breach.Risk.HIGH and not decided["people_told"].strip():
        raise TextMissing("Say who of them was told, when and how; or why they were not", field="people_told")
    if decided["commissioner_told_at"] and decided["commissioner_told_at"] > now():
        raise NotInFuture(field="told_on")
    name_act("breach.decide")
    _change(breach, version=version, **decided)
    add_step(breach, text=f"Decided: {Breach.Risk(decided['risk']).label}.", by=by)


@transaction.atomic
def add_step(breach: Breach, *, text: str, submission_key: uuid.UUID | None = None, by: Membership) -> BreachStep:
    """Add what was done about a breach; a form sent twice gives the first one's step.

    Raises TextMissing, BreachClosed.
    """
    if sent := sent_before(BreachStep, submission_key):
        return sent
    if not text.strip():
        raise TextMissing(field="text")
    if Breach.objects.filter(pk=breach.pk, closed_at__isnull=False).exists():
        raise BreachClosed
    name_act("breach.step")
    return BreachStep.objects.create(breach=breach, text=text.strip(), said_by=by, submission_key=submission_key)


@transaction.atomic
def close_breach(breach: Breach, *, version: int, lessons: str, by: Membership) -> None:
    """Close a breach about which it was decided, with what was learnt.

    Raises NotDecided, TextMissing, ChangedMeanwhile.
    """
    if not lessons.strip():
        raise TextMissing(field="lessons")
    if not Breach.objects.get(pk=breach.pk).is_decided:
        raise NotDecided
    name_act("breach.close")
    add_step(breach, text="Closed.", by=by)
    _change(breach, version=version, lessons=lessons.strip(), closed_at=now())
