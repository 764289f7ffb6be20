"""Drafting, signing, extending and ending agreements."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.timezone import localdate

from apst.codelists import choices
from apst.web.forms import Checkboxes, DateField, Radios
from sharing.library import YEAR
from sharing.models import AgreementCategory, DataSharingAgreement, Partner
from sharing.models.agreements import articles
from sharing.queries.document import HEADS, SECTIONS

NONE = [("", "Not chosen")]
HINTS = {
    "contact": "Whom people and the other party turn to: a role, an email address, a telephone number",
    "accuracy": "Checks before sending, and what happens when something is found wrong",
    "retention": "Also what happens to copies when the agreement ends",
    "security": "Also training, and who tells whom of a breach and how soon",
    "confidence": "The common-law duty of confidence stands beside data protection law",
    "why": "Why it could not be done with less, and what the child gains",
}


class _Days(forms.Form):
    """First day, review, last day, in their order."""

    starts_on = DateField(label="First day")
    review_on = DateField(label="To be reviewed by")
    ends_on = DateField(label="Last day", help_text="After it the partner sees nothing any more")

    def clean(self) -> dict[str, Any]:
        """The order that the table asks for."""
        said = super().clean() or {}
        starts, review, ends = (said.get(name) for name in ("starts_on", "review_on", "ends_on"))
        if starts and review and review < starts:
            self.add_error("review_on", "The review must be on the first day or later")
        if review and ends and ends < review:
            self.add_error("ends_on", "The last day must be the day of the review or later")
        return said


class BeginForm(_Days):
    """With whom, from which template, for how long."""

    partner = forms.ModelChoiceField(
        label="With which partner?", queryset=Partner.objects.none(), to_field_name="public_id", empty_label="Select"
    )
    template = forms.ChoiceField(
        label="What should it begin with?",
        choices=DataSharingAgreement.Template.choices,
        widget=Radios(hints={"own": "Nothing is filled in: write your own"}),
        help_text="A template fills in purposes, categories, lawful bases and texts. Change what does not fit, and"
        " check all of it with your data protection officer: it is no legal advice",
        error_messages={"required": "Select what it should begin with"},
    )
    title = forms.CharField(label="Title", max_length=200, help_text="No pupil’s name")
    field_order = ("partner", "template", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.order_by("name")  # type: ignore[attr-defined]  # a ModelChoiceField
        today = localdate()
        for name, day in (("starts_on", today), ("review_on", today + YEAR - dt.timedelta(days=30)),
                          ("ends_on", today + YEAR)):  # fmt: skip
            self.fields[name].initial = day


class SectionForm(_Days):
    """One section of a draft: its own fields, and `version`, the one that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label="Title", max_length=200, help_text="No pupil’s name")
    our_role = forms.CharField(
        label="What is the taskforce’s controller?", max_length=60, help_text="Such as: Independent controller"
    )
    their_role = forms.CharField(
        label="What is the partner?", max_length=60, help_text="Independent controller, joint controller or processor"
    )
    purposes = forms.MultipleChoiceField(
        label="For which purposes?", choices=choices("sharing_purposes"), widget=Checkboxes, required=False
    )

    def __init__(self, *args: Any, section: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(SECTIONS[section]) - {"version"}:
            del self.fields[name]
        for name in SECTIONS[section]:
            if name in HEADS:
                self.fields[name] = forms.CharField(
                    label=HEADS[name],
                    required=False,
                    max_length=4000,
                    widget=forms.Textarea({"rows": 3 if name == "contact" else 7}),
                    help_text=HINTS.get(name, ""),
                )
        self.order_fields(("version", *SECTIONS[section]))


def _basis(party: str, whose: str) -> dict[str, forms.Field]:
    return {
        f"{party}_article_6": forms.ChoiceField(
            label=f"Basis of {whose}: article 6", choices=[("", "Select"), *articles("6")]
        ),
        f"{party}_article_9": forms.ChoiceField(
            label=f"Basis of {whose}: article 9 or 10",
            choices=[*NONE, *articles("9"), *articles("10")],
            required=False,
            help_text="Article 9 where it may hold special category data, article 10 for offending",
        ),
        f"{party}_condition": forms.ChoiceField(
            label=f"Basis of {whose}: condition of the Data Protection Act 2018",
            choices=[*NONE, *choices("sharing_conditions")],
            required=False,
        ),
    }


class CategoryForm(forms.Form):
    """One category: what the partner may do with it, and on which basis each party holds it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    partner_sees = forms.BooleanField(label="The partner may see it", required=False)
    partner_supplies = forms.BooleanField(label="The partner may supply it", required=False)
    onward = forms.ChoiceField(
        label="May it be passed on?", choices=AgreementCategory.Onward.choices, widget=Radios, initial="no"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {**_basis("our", "the taskforce"), **_basis("their", "the partner")}
        if self.is_bound and not (self.data.get("partner_sees") or self.data.get("partner_supplies")):
            for name in ("our_article_6", "their_article_6"):  # neither seen nor supplied: it is left out
                self.fields[name].required = False


class SignForm(forms.Form):
    """Name, position, and that it was read. `seen` is the fingerprint of what stood on the page."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = forms.CharField(label="Your full name", max_length=150)
    position = forms.CharField(label="Your position", max_length=150, help_text="In which you may sign for your party")
    read = forms.BooleanField(
        label="I have read this agreement, and I sign it for my organisation",
        error_messages={"required": "Tick the box to say that you have read it and sign"},
    )


class ExtendForm(forms.Form):
    """Until when the review is put off, and why."""

    until = DateField(label="Put the review off until", help_text="Thirty days from today at most")
    reason = forms.CharField(label="Why?", max_length=2000, widget=forms.Textarea({"rows": 4}),
                             error_messages={"required": "Say why"})  # fmt: skip


class EndForm(forms.Form):
    """From which day it holds no more, and why."""

    on = DateField(label="First day without it", help_text="Today cuts the partner off with their next click")
    reason = forms.CharField(label="Why?", max_length=2000, widget=forms.Textarea({"rows": 4}),
                             error_messages={"required": "Say why"})  # fmt: skip

    def clean_on(self) -> dt.date:
        """Not before today: what was shared, was."""
        day: dt.date = self.cleaned_data["on"]
        if day < localdate():
            raise forms.ValidationError("The first day without it must be today or later")
        return day
