"""What can stand in the way of an import; the text is for the person."""


class ImportsError(Exception):
    """The act is not possible; its text says why."""


class NothingApplied(ImportsError):
    """Rows were rejected and nobody chose to skip them, or the database refused."""


class NotWaiting(ImportsError):
    """The import is not in the state that the act needs: applied already, undone, or its file is gone."""


class BuiltOn(ImportsError):
    """What the import brought has been changed or used since, so it cannot be undone as a whole."""


class NotProved(ImportsError):
    """The book of the import says something that the audit trail does not."""
