"""What every rendering says on its cover."""

from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from reporting.queries import ReturnPages

SHAPE = (
    "This return has the shape of the figures that were published from the pilot."
    " It is no form issued by the Department for Education."
)
INTERNAL = "Internal. It carries true counts, small ones too. Not for publication."
SYMBOLS = "z: not applicable, because there was nothing to divide by or to put in order. x: not available."


def cover_rows(pages: "ReturnPages") -> list[tuple[str, str]]:
    """Give who, what, when, status, template and fingerprint, as pairs of words."""
    one = pages.mi_return
    built = timezone.localtime(one.built_at) if one.built_at else None
    return [
        ("Taskforce", pages.taskforce.name),
        ("Local authority", f"{pages.taskforce.local_authority.name} ({pages.taskforce.local_authority_id})"),
        ("URN of the host school", pages.taskforce.urn or "Not recorded"),
        ("Period", f"{pages.period.name} ({one.period})"),
        ("From", f"{one.starts_on:%-d %B %Y}"),
        ("To", f"{one.ends_on:%-d %B %Y}"),
        ("Status", f"{one.get_state_display()}, version {one.number}"),
        ("Built", f"{built:%-d %B %Y at %H:%M}" if built else "Not yet"),
        ("Built by", one.built_by.name if one.built_by else "The system"),
        ("Template", one.template),
        ("Fingerprint", one.fingerprint),
    ]


def finding(pages: "ReturnPages", what: str) -> str:
    """Say in one sentence what the chart of "pupils" or "hours" shows."""
    trend = pages.mi_return.trend
    if not trend:
        return "The calendar holds no earlier half-term."
    first, last = trend[0], trend[-1]
    if what == "pupils":
        return f"{last['pupils']:,} pupils in {last['name']}; {first['pupils']:,} in {first['name']}."
    return f"{last['minutes'] / 60:,.0f} hours in {last['name']}; {first['minutes'] / 60:,.0f} in {first['name']}."
