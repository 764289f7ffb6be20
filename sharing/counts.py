"""What sharing brings to pages of cases: lines of Today, and a kind of entry on the timeline."""

from collections.abc import Iterator

from django.urls import reverse

from apst.notices.kinds import Kind, Line, instant
from apst.tenancy.context import Member
from cases import counts
from cases.queries import timeline

from . import policies
from .models import Breach, Disclosure
from .queries import information, outside, privacy
from .queries.breaches import to_decide
from .services.breaches import BREACH
from .services.outside import OUTSIDE


def _lines(member: Member) -> Iterator[Line]:
    if policies.can_record_information(member) and (late := information.overdue().count()):
        yield Line("Information asked for and overdue", late, reverse("sharing:request-list"))

    if member.role == "manager" and (untold := privacy.not_told().count()):
        yield Line("Open cases without a privacy notice given", untold, reverse("sharing:not-told-list"))
    if member.reach("access_log.view") == "T" and (breaches := list(to_decide())):
        hours = breaches[0].hours_left
        when = f"{hours} hour{'' if hours == 1 else 's'} left" if hours >= 0 else "72 hours are over"
        yield Line(f"Data breaches to decide: {when}", len(breaches), reverse("sharing:breach-list"))
    if policies.can_recall(member) and (left := outside.to_look_at(member).count()):
        yield Line("Shared under a duty or in an emergency, to look at", left, reverse("sharing:outside-list"))


def _where_outside(member: Member, about: str) -> str:
    mine = policies.can_recall(member) and Disclosure.objects.filter(public_id=about).exists()
    return reverse("sharing:outside-list") if mine else ""


instant(
    Kind(
        OUTSIDE,
        "Something was shared under a duty or in an emergency",
        policies.can_recall,
        frozenset(),
        _where_outside,
        always=True,  # whoever answers for it is told at once (access specification, "What the outside sees")
    )
)


def _where_breach(member: Member, about: str) -> str:
    mine = policies.can_recall(member) and Breach.objects.filter(public_id=about).exists()
    return reverse("sharing:breach-detail", args=[about]) if mine else ""


instant(Kind(BREACH, "A data breach was reported", policies.can_recall, frozenset(), _where_breach, always=True))
counts.also(_lines)
timeline.also(information.KIND)
