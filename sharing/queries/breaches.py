"""The register of breaches: what waits for a decision, and how it stands in words."""

from django.db.models import Q, QuerySet

from sharing.models import Breach


def breaches(*, before: int | None = None) -> QuerySet[Breach]:
    """Give the breaches that the reader may see, the last reported first. before: only those older than this one."""
    rows = Breach.objects.select_related("reported_by").order_by("-pk")
    return rows if before is None else rows.filter(pk__lt=before)


def to_decide() -> QuerySet[Breach]:
    """Give those about which nothing is decided, or a risk was found and the Information Commissioner is not told."""
    waits = Q(risk="") | (Q(commissioner_told_at__isnull=True) & ~Q(risk=Breach.Risk.UNLIKELY))
    return breaches().filter(waits, closed_at__isnull=True).order_by("aware_at", "pk")


def standing_of(breach: Breach) -> tuple[str, str]:
    """Give how a breach stands, in words, and the colour of its tag."""
    if breach.closed_at:
        return "Closed", "grey"
    if breach.is_decided:
        return "Decided, open", "blue"
    left = breach.hours_left
    if left < 0:
        return "72 hours are over", "red"
    return f"{left} hour{'' if left == 1 else 's'} left to decide", "orange" if left < 24 else "yellow"
