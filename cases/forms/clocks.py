"""What the taskforce aims at, as its clocks count it."""

from django import forms

from apst.web.forms import TextInput


def _number(label: str, suffix: str, most: int, hint: str = "", *, least: int = 1) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        help_text=hint,
        widget=TextInput({"class": "govuk-input--width-3", "inputmode": "numeric"}, suffix=suffix),
        error_messages={
            "required": "Enter a number",
            "invalid": "Enter a whole number, such as 5",
            "min_value": "Enter %(limit_value)s or more",
            "max_value": "Enter %(limit_value)s or less",
        },
    )


class TargetsForm(forms.Form):
    """The targets that a taskforce sets itself. No rule of law is among them."""

    triage_school_days = _number(
        "From a referral to its triage", "school days", 60,
        "No rule sets this, and no published figure is known: agree it with your schools. A weekly meeting makes 5.",
    )  # fmt: skip
    first_session_school_days = _number(
        "From the acceptance to the first session", "school days", 120,
        "No rule sets this either. It counts from the opening of a case that no referral led to.",
    )  # fmt: skip
    step_out_weeks = _number(
        "How long a tier 2 step-out lasts", "weeks", 52,
        "The pilots’ habit is 12 weeks. There is a review at the midpoint and at the end.", least=2,
    )  # fmt: skip
    plan_review_weeks = _number(
        "To the first review of a plan", "weeks", 26,
        "After it a plan is looked at by the end of each half-term, as the DfE’s guidance asks.",
    )  # fmt: skip
    waiting_review_weeks = _number("To the next look at a place on the waiting list", "weeks", 26)
    soon_days = _number("A clock presses before it runs out", "days before", 60)
