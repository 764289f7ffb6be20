"""Reading what school staff are told."""

from apst.people.models import Post, SiteBriefing, StaffGuide
from apst.places.models import Site


def guides() -> list[StaffGuide]:
    """Give every version of the page for school staff, the one in force first."""
    return list(StaffGuide.objects.select_related("published_by"))


def briefings(site: Site) -> list[SiteBriefing]:
    """Give every version of a site's briefing, the one in force first."""
    return list(SiteBriefing.objects.filter(site=site).select_related("published_by"))


def briefed_sites() -> set[int]:
    """Give the ids of the sites that have a briefing."""
    return set(SiteBriefing.objects.values_list("site", flat=True))


def days_words(post: Post) -> str:
    """Give a post's working days in words, such as "Mon, Tue, Wed"; "" where they are not said."""
    return ", ".join(day.capitalize() for day in post.working_days.split(";") if day)
