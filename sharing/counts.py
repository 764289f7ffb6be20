"""What sharing brings to pages of cases: lines of Today, and a kind of entry on the timeline."""

from collections.abc import Iterator

from django.urls import reverse

from apst.notices.kinds import Line
from apst.tenancy.context import Member
from cases import counts
from cases.queries import timeline

from . import policies
from .queries import information


def _lines(member: Member) -> Iterator[Line]:
    if policies.can_record_information(member) and (late := information.overdue().count()):
        yield Line("Information asked for and overdue", late, reverse("sharing:request-list"))


counts.also(_lines)
timeline.also(information.KIND)
