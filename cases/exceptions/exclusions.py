"""Exclusions."""

from .records import CaseError


class ExclusionInFuture(CaseError):
    """What is recorded has happened."""

    sentence = "The exclusion must begin today or in the past."
    field = "starts_on"


class ExclusionLength(CaseError):
    """A suspension has a length."""

    sentence = "Enter how many half-days the suspension is for, from 1 to 90. A whole school day is 2."
    field = "sessions"


class TooManyReasons(CaseError):
    """An exclusion has as many reasons as the DfE's collection takes."""

    sentence = "Select three reasons at most."
    field = "reasons"


class TaughtBeforeExcluded(CaseError):
    """Education after an exclusion begins after it."""

    sentence = "Full-time education cannot have begun before the exclusion."
    field = "education_from"
