"""Referring a pupil, and answering what the taskforce asks about one."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apst.accounts.models import Membership
from apst.codelists import codes
from apst.notices.services import Thing, tell
from apst.people import services as people
from apst.people.exceptions import PeopleError
from apst.people.models import Pupil
from apst.people.names import likely_same
from apst.places.models import Site
from apst.tenancy.context import name_act
from apst.tenancy.references import next_reference
from referrals.exceptions import (
    BadReferral,
    NothingAsked,
    ReasonNeeded,
)
from referrals.models import FurtherInformation, Referral, StrategyTried
from referrals.notices import RECEIVED


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
    referral = Referral.objects.create(
        reference=next_reference("referral"),
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
    StrategyTried.objects.bulk_create(
        StrategyTried(referral=referral, what=s.what, tried_when=s.tried_when, effect=s.effect) for s in strategies
    )
    tell(RECEIVED, [Thing(str(referral.public_id), referral.public_id)], by=by)
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
