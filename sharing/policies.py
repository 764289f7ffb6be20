"""Who may do what with agreements and partners: the matrix of the access specification, asked of one member."""

from typing import Any

from apst.tenancy.context import Member
from cases.policies import can_share


def can_read(member: Member, row: Any = None) -> bool:
    """Read agreements and partners: whoever drafts, signs or answers for what was shared. Guests read their own."""
    return any(member.may(action) for action in ("agreement.draft", "agreement.sign", "disclosure.view"))


def can_draft(member: Member, row: Any = None) -> bool:
    """Keep partners, draft agreements and send them."""
    return member.may("agreement.draft")


def can_sign(member: Member, row: Any = None) -> bool:
    """Sign for one's own party."""
    return member.may("agreement.sign")


def can_end(member: Member, row: Any = None) -> bool:
    """Terminate an agreement."""
    return member.may("agreement.end")


def can_extend(member: Member, row: Any = None) -> bool:
    """Put a review off: the information governance lead alone."""
    return member.may("agreement.end") and member.role == "ig_lead"


# Sharing a case, guests, disclosures


def can_take_back(member: Member, row: Any) -> bool:
    """Share a case no more: whoever may share it."""
    return can_share(member, row.case)


def can_see_guests(member: Member, row: Any = None) -> bool:
    """See who comes as a guest: whoever keeps agreements."""
    return can_draft(member)


def can_invite_guest(member: Member, row: Any = None) -> bool:
    """Invite a guest: an invitation is the manager's."""
    return member.may("agreement.draft") and member.may("people.manage")


def can_end_guest(member: Member, row: Any = None) -> bool:
    """End a guest's access."""
    return member.may("agreement.draft")


def is_guest(member: Member, row: Any = None) -> bool:
    """The pages of partners' guests: what is shared with them the database decides."""
    return member.role == "partner"


def can_see_disclosures(member: Member, row: Any = None) -> bool:
    """The register; whose reach is their own sees their own there."""
    return member.role != "partner" and member.may("disclosure.view")


def can_recall(member: Member, row: Any = None) -> bool:
    """List what a partner has seen: who answers for all disclosures."""
    return member.reach("disclosure.view") == "T"


# What others told


def can_read_information(member: Member, row: Any = None) -> bool:
    """Read what others told of a case that the database shows: who reads the case. Guests have their own page."""
    return member.role != "partner" and member.may("case.view") and member.may("information.supply")


def can_record_information(member: Member, row: Any = None) -> bool:
    """Record what others told, strike it out, ask others and record their answers."""
    return can_read_information(member, row)


# Other ways out


def can_share_outside(member: Member, case: Any) -> bool:
    """Record what was shared under a duty or in an emergency: any practitioner who sees the case."""
    return member.may("disclosure.make_outside") and member.may("case.view")


def can_decide_not_to_share(member: Member, case: Any) -> bool:
    """Record a decision not to share."""
    return member.may("disclosure.refuse") and member.may("case.view")


# Breaches


def can_report_breach(member: Member, row: Any = None) -> bool:
    """Report a breach, and see what became of what one reported: every member of the taskforce."""
    return member.role != "partner"


def can_see_breach(member: Member, breach: Any) -> bool:
    """Read a breach that the database shows: one's own, or all for whoever answers for who looked."""
    return member.role != "partner"


def can_keep_breach(member: Member, breach: Any) -> bool:
    """Keep the record of a breach, decide about it and close it: whoever answers for agreements, while it is open."""
    return member.may("agreement.end") and breach.closed_at is None


def can_add_step(member: Member, breach: Any) -> bool:
    """Say what was done about a breach: whoever answers for who looked, while it is open."""
    return member.reach("access_log.view") == "T" and breach.closed_at is None
