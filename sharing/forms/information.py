"""What others told of a pupil, what is asked of them, and what a guest tells."""

from typing import Any

from django import forms

from apst.codelists import choices
from apst.web.forms import DateField, Radios
from sharing.models import AgreementCategory, InformationItem, InformationRequest, Partner
from sharing.queries.shared import Terms

NOT_HERE = (
    "Everybody who sees the case reads this. Clinical, youth justice or safeguarding detail belongs in a restricted"
    " note."
)


class SourceForm(forms.Form):
    """Which organisation: a partner of the list, or any other by name."""

    partner = forms.ModelChoiceField(
        label="Which partner? (optional)",
        queryset=Partner.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="None of these",
    )
    organisation = forms.CharField(
        label="Or another organisation or person",
        max_length=200,
        required=False,
        help_text="Where it is none of the partners above",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.order_by("name", "pk")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        partner, other = said.get("partner"), said.get("organisation", "").strip()
        if not partner and not other and "partner" not in self.errors:
            self.add_error("organisation", "Select a partner, or enter which organisation or person it is")
        if partner and other:
            self.add_error("organisation", "Select a partner or enter another organisation, not both")
        return said

    def named(self) -> tuple[Partner | None, str]:
        """Give the partner, if it is one, and the name; only of a valid form."""
        partner = self.cleaned_data["partner"]
        return partner, partner.name if partner else self.cleaned_data["organisation"]


class InformationForm(SourceForm):
    """What they told, when, how sure it is, and whether it may be passed on."""

    text = forms.CharField(
        label="What did they tell you?", widget=forms.Textarea({"rows": 6}), help_text=NOT_HERE,
        error_messages={"required": "Enter what they told you"},
    )  # fmt: skip
    system = forms.CharField(
        label="Which system or record does it come from? (optional)", max_length=100, required=False
    )
    learnt_on = DateField(label="When did you learn it?", past=True)
    category = forms.ChoiceField(label="What is it about?", choices=[("", "Select"), *choices("data_categories")])
    reliability = forms.ChoiceField(
        label="How is it known?", widget=Radios, choices=InformationItem.Reliability.choices,
        error_messages={"required": "Select how it is known"},
    )  # fmt: skip
    onward = forms.ChoiceField(
        label="May it be passed on?", widget=Radios, choices=AgreementCategory.Onward.choices,
        help_text="As they said. Where they said nothing, it is not passed on.",
    )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """Give the arguments of `record_information`; only of a valid form."""
        partner, source = self.named()
        names = ("text", "system", "learnt_on", "category", "reliability", "onward")
        return {"partner": partner, "source": source} | {name: self.cleaned_data[name] for name in names}


class SupplyForm(forms.Form):
    """What a guest tells: a category that the agreement lets their organisation supply."""

    category = forms.ChoiceField(
        label="What is it about?", widget=Radios, error_messages={"required": "Select what it is about"}
    )
    text = forms.CharField(
        label="What do you want to tell the taskforce?", widget=forms.Textarea({"rows": 6}),
        help_text="Everybody who works on the case reads it, marked as your organisation’s. Clinical, offending or"
        " safeguarding detail you tell the safeguarding lead directly. In an emergency, phone.",
        error_messages={"required": "Enter what you want to tell"},
    )  # fmt: skip
    system = forms.CharField(
        label="Which of your systems does it come from? (optional)", max_length=100, required=False
    )
    learnt_on = DateField(label="When did you learn it?", past=True)
    reliability = forms.ChoiceField(
        label="How is it known?", widget=Radios, choices=InformationItem.Reliability.choices,
        error_messages={"required": "Select how it is known"},
    )  # fmt: skip

    def __init__(self, *args: Any, supplies: list[tuple[Terms, str, str]], **kwargs: Any) -> None:
        """supplies: what may be told, under what"""
        super().__init__(*args, **kwargs)
        self.under = {code: terms for terms, code, _ in supplies}
        self.fields["category"].choices = [(code, words) for _, code, words in supplies]  # type: ignore[attr-defined]  # a ChoiceField


class RequestForm(SourceForm):
    """What is asked of whom, what for, until when."""

    asked_for = forms.CharField(
        label="What do you ask for?", widget=forms.Textarea({"rows": 4}),
        help_text="Only what is needed. This records the request: ask them in the usual safe way.",
        error_messages={"required": "Enter what you ask for"},
    )  # fmt: skip
    purpose = forms.ChoiceField(label="What for?", choices=[("", "Select"), *choices("sharing_purposes")])
    asked_on = DateField(label="When did you ask?", past=True)
    due_on = DateField(label="By when do you need the answer?")

    def said(self) -> dict[str, Any]:
        """Give the arguments of `ask_for_information`; only of a valid form."""
        partner, asked_of = self.named()
        names = ("asked_for", "purpose", "asked_on", "due_on")
        return {"partner": partner, "asked_of": asked_of} | {name: self.cleaned_data[name] for name in names}


class AnswerForm(forms.Form):
    """That they refused, and why, or hold nothing."""

    outcome = forms.ChoiceField(
        label="What did they answer?",
        widget=Radios(reveals={"refused": "reason"}),
        choices=[(code, words) for code, words in InformationRequest.Outcome.choices if code != "given"],
        error_messages={"required": "Select what they answered"},
    )
    reason = forms.CharField(label="Why did they refuse?", max_length=500, required=False)
    answered_on = DateField(label="When did they answer?", past=True)
