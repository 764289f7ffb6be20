"""What school staff are told, in versions that are never changed."""

from django.db import IntegrityError, transaction

from apst.accounts.models import Membership
from apst.people.exceptions import ChangedMeanwhile
from apst.people.models import SiteBriefing, StaffGuide
from apst.places.models import Site
from apst.tenancy.context import name_act

MEANWHILE = "Somebody else has published a version since you opened the page. Look at theirs, then publish yours."


@transaction.atomic
def publish_guide(
    *, who_we_are: str, how_to_refer: str, what_we_do_not_do: str, seen: int, by: Membership | None
) -> StaffGuide:
    """Publish the page for school staff as a new version. seen: the number that the page showed, 0 for none.

    Raises ChangedMeanwhile.
    """
    name_act("guide.publish")
    latest = StaffGuide.objects.first()
    if (latest.number if latest else 0) != seen:
        raise ChangedMeanwhile(MEANWHILE)
    try:
        with transaction.atomic():
            return StaffGuide.objects.create(
                number=seen + 1,
                who_we_are=who_we_are.strip(),
                how_to_refer=how_to_refer.strip(),
                what_we_do_not_do=what_we_do_not_do.strip(),
                published_by=by,
            )
    except IntegrityError:
        raise ChangedMeanwhile(MEANWHILE) from None


@transaction.atomic
def publish_briefing(site: Site, *, text: str, seen: int, by: Membership | None) -> SiteBriefing:
    """Publish the strategies for the tutors of a site as a new version; see publish_guide. Raises ChangedMeanwhile."""
    name_act("briefing.publish")
    latest = SiteBriefing.objects.filter(site=site).first()
    if (latest.number if latest else 0) != seen:
        raise ChangedMeanwhile(MEANWHILE)
    try:
        with transaction.atomic():
            return SiteBriefing.objects.create(site=site, number=seen + 1, text=text.strip(), published_by=by)
    except IntegrityError:
        raise ChangedMeanwhile(MEANWHILE) from None
