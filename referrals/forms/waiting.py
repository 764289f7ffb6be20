"""What is asked of a referral on the waiting list."""

import datetime as dt

from django import forms
from django.utils.timezone import localdate

from apst.web.forms import Chips, DateField, TextInput
from referrals.models import WaitingPlace
from referrals.queries import targets


def _review_day() -> dt.date:
    return localdate() + dt.timedelta(weeks=targets().waiting_review_weeks)


class PlaceForm(forms.Form):
    """How a referral stands on the waiting list."""

    priority = forms.TypedChoiceField(
        label="How urgent is it?",
        coerce=int,
        choices=WaitingPlace.Priority.choices,
        widget=Chips,
        error_messages={"required": "Select how urgent it is"},
    )
    why = forms.CharField(
        label="Why this priority?",
        max_length=300,
        widget=TextInput(),
        help_text="Such as: excluded twice this half-term, no adult at home in the day.",
        error_messages={"required": "Say why it has this priority"},
    )
    meanwhile = forms.CharField(
        label="What is offered meanwhile?",
        max_length=300,
        widget=TextInput(),
        help_text="Such as: the breakfast group, advice to the tutor. Write “nothing yet” where it is so.",
        error_messages={"required": "Say what is offered meanwhile, or “nothing yet”"},
    )
    review_on = DateField(label="Looked at again by", initial=_review_day)
