"""What a person wants to be told."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F

from apst.accounts.models import Membership
from apst.notices.exceptions import ChangedMeanwhile
from apst.notices.models import NoticeChoice
from apst.tenancy.context import name_act

MEANWHILE = "You have saved this page in another tab meanwhile. Look at it again before you save"


@transaction.atomic
def choose(*, digest: str, instant: Iterable[str], version: int, by: Membership) -> None:
    """Keep what a member wants to be told.

    digest   a value of NoticeChoice.Digest;  instant  codes of kinds
    version  the one that the page showed, 0 for none
    Raises ChangedMeanwhile.
    """
    name_act("notices.choose")
    said = {"digest": digest, "instant": sorted(set(instant))}
    if version:
        mine = NoticeChoice.objects.filter(member=by, version=version)
        if not mine.update(**said, version=F("version") + 1):
            raise ChangedMeanwhile(MEANWHILE)
        return
    try:
        with transaction.atomic():
            NoticeChoice.objects.create(member=by, **said)
    except IntegrityError:
        raise ChangedMeanwhile(MEANWHILE) from None
