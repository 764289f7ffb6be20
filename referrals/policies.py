"""Who may do what with referrals: the matrix of the access specification, asked of one member."""

from apst.tenancy.context import Member

from .models import Referral


def can_make(member: Member) -> bool:
    """Refer a pupil."""
    return member.may("referral.make")


def can_make_quickly(member: Member) -> bool:
    """Enter an informal referral: those who work in the taskforce, and log what it does."""
    return member.may("referral.make") and member.may("intervention.log")


def can_list(member: Member) -> bool:
    """Open the list: the queue, or one's own referrals."""
    return member.may("referral.view")


def follows_own_only(member: Member) -> bool:
    """True for those who follow their own referrals and see no others."""
    return member.reach("referral.view") == "O"


def can_view(member: Member, referral: Referral) -> bool:
    """Read one referral."""
    if follows_own_only(member):
        return referral.made_by_id is not None and referral.made_by_id == member.membership_id
    return member.may("referral.view")


def can_see_waiting(member: Member) -> bool:
    """Read the waiting list: whoever reads referrals beyond their own."""
    return member.may("referral.view") and not follows_own_only(member)


def can_triage(member: Member, referral: Referral | None = None) -> bool:
    """Decide. The database leaves the action out where the taskforce's way of deciding gives it to somebody else."""
    return member.may("referral.triage")


def can_allocate(member: Member, referral: Referral | None = None) -> bool:
    """Open a case on it."""
    return member.may("case.allocate")


def can_answer(member: Member, referral: Referral) -> bool:
    """Give more information on it."""
    return member.may("referral.make") and can_view(member, referral)


def can_read_eligibility(member: Member) -> bool:
    """Read whom the taskforce is for."""
    return member.may("referral.make") or member.may("referral.view")


def can_publish_eligibility(member: Member) -> bool:
    """Publish a new version of it."""
    return member.may("settings.change")
