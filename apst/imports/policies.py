"""Who may import: the matrix's `record.import`."""

from apst.tenancy.context import Member

from .models import Import


def can_import(member: Member) -> bool:
    """Upload files, and see the history of imports."""
    return member.may("record.import")


def can_paste(member: Member) -> bool:
    """Paste one's own sessions: whoever logs. It is no import."""
    return member.may("intervention.log")


def can_open(member: Member, row: Import) -> bool:
    """Open the record of one import."""
    return member.may("record.import")


def can_go_on(member: Member, row: Import) -> bool:
    """Go on with a file that waits: only who uploaded it, since the preview shows what that person may see."""
    return member.may("record.import") and row.uploaded_by_id == member.membership_id


def can_undo(member: Member, row: Import) -> bool:
    """Undo an import as a whole."""
    return member.may("record.import")
