"""Documents and papers."""

from .records import CaseError


class FileRefused(CaseError):
    """A file that is too large, of no kind that is taken, or not what its name says."""

    sentence = "This file cannot be taken."
    field = "file"


class FileHarmful(FileRefused):
    """The virus scanner found something."""

    sentence = (
        "The virus scanner found something harmful in this file, so it was not kept."
        " Do not open it again, and tell whoever looks after your computer."
    )


class ScannerSilent(FileRefused):
    """A virus scanner is configured and does not answer."""

    sentence = (
        "The virus scanner does not answer, so no file can be taken at the moment. Nothing was saved."
        " Try again in a few minutes."
    )


class DocumentNotYours(CaseError):
    """A document is removed by who put it there, and an ordinary one by the Taskforce Manager."""

    sentence = "You cannot remove or restore this document. Ask who put it there, or the Taskforce Manager."


class DocumentErased(CaseError):
    """The file itself is gone: the time in which a removal can be undone is over."""

    sentence = "This document cannot be restored: its file was erased when the time to undo the removal was over."


class DatedInFuture(CaseError):
    """The day on a document is today or earlier."""

    sentence = "The day on the document must be today or in the past."
    field = "dated_on"


class NothingToDraw(CaseError):
    """There is no such paper, or nothing to put on it."""

    sentence = "There is nothing to print here yet."
