"""Who may see and change pupils, specialists and posts. Which rows: the database decides."""

from typing import Any

from apst.tenancy.context import Member


def can_see_pupils(member: Member, pupil: Any = None) -> bool:
    """True for members who work with pupils here. A partner is a guest and has pages of their own."""
    return member.role != "partner" and any(
        member.may(action) for action in ("referral.view", "case.brief", "intervention.log")
    )


def can_change_pupil(member: Member, pupil: Any = None) -> bool:
    """True for whom the matrix lets change cases, triage or import: the same as the database asks."""
    return member.role != "partner" and any(
        member.may(action) for action in ("case.change", "referral.triage", "record.import")
    )


def can_change_facts(member: Member, row: Any = None) -> bool:
    """True for whom the matrix lets change cases or import records: facts and contacts."""
    return any(member.may(action) for action in ("case.change", "record.import"))


def can_see_contacts(member: Member, pupil: Any = None) -> bool:
    """True for those to whom the database shows contacts."""
    return any(member.may(action) for action in ("case.view", "referral.make"))


def can_see_hidden_addresses(member: Member) -> bool:
    """True for those who see whole cases; for everybody else a hidden address is "Hidden"."""
    return member.may("case.view")


def can_manage_people(member: Member, row: Any = None) -> bool:
    """True for whom the matrix lets change members, specialists and posts."""
    return member.may("people.manage")
