"""The parts of names by which pupils are searched: kept in step with the names by whoever writes names."""

from collections.abc import Iterable

from django.db import transaction

from apst.accounts.models import Membership
from apst.people.models import Pupil, PupilFormerName, PupilNameKey
from apst.people.names import parts_of
from apst.tenancy.context import name_act

BATCH = 1000
Kind = PupilNameKey.Kind


def keys_of(pupil: Pupil) -> list[PupilNameKey]:
    """Give the keys of a pupil's name of today and of the one they prefer, as rows that are not saved."""
    kinds = {Kind.CURRENT: (pupil.surname, pupil.forename), Kind.PREFERRED: (pupil.preferred_name,)}
    return [row for kind, texts in kinds.items() for row in _rows(pupil, kind, *texts)]


def _rows(pupil: Pupil, kind: str, *texts: str) -> list[PupilNameKey]:
    return [PupilNameKey(pupil=pupil, kind=kind, key=key, sound=sound) for key, sound in parts_of(*texts).items()]


@transaction.atomic
def write_name_keys(pupils: Iterable[Pupil], *, former: Iterable[PupilFormerName] = ()) -> None:
    """Bring the keys of pupils to their names, in a few statements however many they are.

    former  former names just kept; the keys of those kept before stay
    """
    rows = list(pupils)
    PupilNameKey.objects.filter(pupil__in=[pupil.pk for pupil in rows]).exclude(kind=Kind.FORMER).delete()
    PupilNameKey.objects.bulk_create([key for pupil in rows for key in keys_of(pupil)], batch_size=BATCH)
    _write_former(former)


@transaction.atomic
def rewrite_name_keys(pupil_ids: Iterable[int]) -> None:
    """Make all keys of some pupils anew, as somebody who sees their former names: after an import was undone."""
    ids = list(pupil_ids)
    PupilNameKey.objects.filter(pupil__in=ids).delete()
    write_name_keys(Pupil.objects.filter(pk__in=ids), former=PupilFormerName.objects.filter(pupil__in=ids))


def _write_former(names: Iterable[PupilFormerName]) -> None:
    rows = [key for name in names for key in _rows(name.pupil, Kind.FORMER, name.forename, name.surname)]
    PupilNameKey.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


@transaction.atomic
def keep_former_name(pupil: Pupil, *, forename: str, surname: str, by: Membership | None) -> None:
    """Let a pupil be found by a name that they had before; a name that is kept already stays once."""
    name_act("pupil.keep_former_name")
    tidy = {"forename": " ".join(forename.split()), "surname": " ".join(surname.split())}
    row = PupilFormerName(pupil=pupil, **tidy, recorded_by=by)
    PupilFormerName.objects.bulk_create([row], ignore_conflicts=True)
    _write_former([row])


@transaction.atomic
def drop_former_name(former: PupilFormerName, *, by: Membership | None) -> None:
    """Forget a former name, such as one that was only written wrongly."""
    name_act("pupil.drop_former_name")
    pupil = former.pupil
    former.delete()
    PupilNameKey.objects.filter(pupil=pupil, kind=Kind.FORMER).delete()
    _write_former(PupilFormerName.objects.filter(pupil=pupil).select_related("pupil"))
