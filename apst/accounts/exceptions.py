"""What can be wrong with an account, a membership, an invitation or a draft; the text is for the person."""


class AccountsError(Exception):
    """The act is not possible now; its text says why."""


class DraftIsNewer(AccountsError):
    """A newer version of this draft was saved elsewhere; `version` is that one's."""

    def __init__(self, version: int) -> None:
        super().__init__("A newer version of this draft was saved, by somebody else or in another tab.")
        self.version = version


class DraftTooLarge(AccountsError):
    """More was sent than any form of ours holds."""


class AlreadyMember(AccountsError):
    """That person works here already."""


class AlreadyInvited(AccountsError):
    """There is an open invitation to that address already."""


class InvitationOver(AccountsError):
    """The invitation was taken up, withdrawn or has expired."""


class EmailNotSent(AccountsError):
    """The mail server did not take the email; nothing was changed."""


class LastManager(AccountsError):
    """The taskforce would be left without a manager."""


class ChangedMeanwhile(AccountsError):
    """Somebody else has changed the membership since the page was opened."""


class WrongDates(AccountsError):
    """The last day is before the first."""


class StillHolds(AccountsError):
    """The person holds something that nobody else does; it is handed over first."""
