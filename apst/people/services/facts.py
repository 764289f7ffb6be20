"""Dated facts of a pupil: a change holds from its date, a correction replaces what was wrong, for the past too."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.codelists import codes
from apst.people.exceptions import NoSuchValue, NothingToCorrect, WrongDate
from apst.people.models import Pupil, PupilFact
from apst.people.queries import FACT_LISTS
from apst.tenancy.context import name_act


def _check(kind: str, value: str, holds_from: dt.date | None) -> None:
    known = FACT_LISTS.get(kind)
    if known is None or value not in (codes(known) if known else ("yes", "no")):
        raise NoSuchValue(f"“{value}” is not in the list for {kind}.")
    if holds_from is not None and holds_from > localdate():
        raise WrongDate("The date must be today or in the past")


def _live(pupil: Pupil, kind: str) -> list[PupilFact]:
    """The facts of a kind that count, oldest first. The pupil's row is locked, so that two changes queue."""
    Pupil.objects.select_for_update(of=("self",)).filter(pk=pupil.pk).first()
    return list(PupilFact.objects.filter(pupil=pupil, kind=kind, corrected_at__isnull=True).order_by("holds_from"))


@transaction.atomic
def change_fact(pupil: Pupil, *, kind: str, value: str, holds_from: dt.date, by: Membership | None) -> PupilFact:
    """Say that something changed: from `holds_from` on it is `value`; what held before stays true of the time before.

    Saying what holds anyway on that day writes nothing. A second statement for the same day replaces the first.
    Raises NoSuchValue, WrongDate. Gives the fact in force on that day.
    """
    name_act("pupil.fact.change")
    _check(kind, value, holds_from)
    earlier = [fact for fact in _live(pupil, kind) if fact.holds_from <= holds_from]
    if earlier and earlier[-1].value == value:
        return earlier[-1]
    if earlier and earlier[-1].holds_from == holds_from:
        PupilFact.objects.filter(pk=earlier[-1].pk).update(corrected_at=timezone.now())
    return PupilFact.objects.create(pupil=pupil, kind=kind, value=value, holds_from=holds_from, recorded_by=by)


@transaction.atomic
def correct_fact(
    pupil: Pupil,
    *,
    kind: str,
    value: str,
    fact: PupilFact | None = None,
    holds_from: dt.date | None = None,
    by: Membership | None,
) -> PupilFact:
    """Say that what was recorded was wrong: `value` was true all along.

    fact        the one entry that was wrong; None: every entry of this kind was
    holds_from  the right date, where the date was wrong too
    The entries replaced stay and are marked; nothing of the past counts them any more.
    Raises NothingToCorrect where nothing is held, NoSuchValue, WrongDate.
    """
    name_act("pupil.fact.correct")
    _check(kind, value, holds_from)
    live = _live(pupil, kind)
    wrong = [held for held in live if fact is None or held.pk == fact.pk]
    if not wrong:
        raise NothingToCorrect("There is nothing to correct: it was corrected meanwhile, or never recorded.")
    starts = holds_from or wrong[0].holds_from
    if len(wrong) == 1 and (wrong[0].value, wrong[0].holds_from) == (value, starts):
        return wrong[0]
    replaced = {held.pk for held in wrong} | {held.pk for held in live if held.holds_from == starts}
    PupilFact.objects.filter(pk__in=replaced).update(corrected_at=timezone.now())
    return PupilFact.objects.create(pupil=pupil, kind=kind, value=value, holds_from=starts, recorded_by=by)
