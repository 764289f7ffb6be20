"""Passports, class sheets, and what families read."""

from .records import CaseError


class PassportEmpty(CaseError):
    """A passport says something."""

    sentence = "Write something under at least one heading, in the pupil’s own words."
    field = "good_at"


class ReviewTooEarly(CaseError):
    """A passport is looked at again after it was written."""

    sentence = "The day to look at it again must be after today."
    field = "review_on"


class NotAgreed(CaseError):
    """Nothing is shared that the pupil has not agreed to."""

    sentence = (
        "The pupil has not agreed to this passport yet. Go through it with them, record that they agree, then share it."
    )


class NobodyToShareWith(CaseError):
    """A passport is shared with school staff who work here now."""

    sentence = "Choose a member of school staff who has an account here."
    field = "member"


class ShareEndsEarly(CaseError):
    """A share ends after today, and within two years."""

    sentence = "The last day must be after today, and within two years."
    field = "until"


class GroupThere(CaseError):
    """A school's groups have different names."""

    sentence = "This school has a group of that name already."
    field = "name"


class FeedbackEmpty(CaseError):
    """Feedback says something."""

    sentence = "Write what worked, or what did not."
    field = "text"


class WordsTooLong(CaseError):
    """Words for pupils fit a line."""

    sentence = "Write at most 60 characters, so that the words fit on one line."
