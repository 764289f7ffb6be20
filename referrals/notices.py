"""What referrals have to tell by email."""

from django.urls import reverse

from apst.notices.kinds import Kind, instant
from apst.tenancy.context import Member

from .models import Referral

RECEIVED = "received"


def _offered(member: Member) -> bool:
    """Those for whom Today counts the referrals to triage."""
    return member.may("referral.triage") or member.role == "coordinator"


def _where(member: Member, about: str) -> str:
    seen = Referral.objects.filter(public_id=about).exists()
    return reverse("referrals:referral-detail", args=[about]) if seen else ""


instant(Kind(RECEIVED, "A referral came in", _offered, frozenset({"manager"}), _where))
