"""Sharing a case, inviting a guest, and what of the register is asked for."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from apst.codelists import label
from apst.web.forms import DateField, Radios
from sharing.models import DataSharingAgreement, Disclosure, Partner


class ShareForm(forms.Form):
    """Under which agreement, and for which of its purposes: one question, so that no wrong pair can be chosen."""

    under = forms.ChoiceField(
        label="With whom, and what for?",
        widget=Radios,
        error_messages={
            "required": "Select with whom, and what for",
            "invalid_choice": "That agreement is not in force any more. Select another",
        },
    )

    def __init__(self, *args: Any, agreements: list[DataSharingAgreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {f"{one.public_id}:{purpose}": (one, purpose) for one in agreements for purpose in one.purposes}
        self.fields["under"].widget = Radios(
            hints={key: f"{one.title}, version {one.number}" for key, (one, _) in self.known.items()}
        )
        self.fields["under"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (key, f"{one.partner.name}: {label('sharing_purposes', purpose)}")
            for key, (one, purpose) in self.known.items()
        ]

    def said(self) -> tuple[DataSharingAgreement, str]:
        """Give the agreement and the purpose; only of a valid form."""
        return self.known[self.cleaned_data["under"]]


class ConfirmForm(forms.Form):
    """The same, confirmed, and until when."""

    under = forms.CharField(widget=forms.HiddenInput)
    until = DateField(
        label="Until when? (optional)", required=False, help_text="Else until it is taken back, or the agreement ends"
    )


class GuestForm(forms.Form):
    """Whom to invite, under which agreement, until when."""

    agreement = forms.ModelChoiceField(
        label="Under which agreement?",
        queryset=DataSharingAgreement.objects.none(),
        to_field_name="public_id",
        empty_label="Select",
    )
    name = forms.CharField(label="Name", max_length=150, help_text="As their colleagues know them")
    email = forms.EmailField(label="Work email address", help_text="The link works for this address only")
    ends_on = DateField(label="Last day as a guest", help_text="No later than the agreement’s last day")

    def __init__(self, *args: Any, agreements: "QuerySet[DataSharingAgreement]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agreement"]
        field.queryset = agreements
        field.label_from_instance = lambda one: f"{one.partner.name}: {one.title}, version {one.number}"


class RegisterForm(forms.Form):
    """The register's filters, all of the address."""

    partner = forms.ModelChoiceField(
        label="Partner", queryset=Partner.objects.none(), to_field_name="public_id", required=False, empty_label="Any"
    )
    case = forms.CharField(label="Case reference", max_length=40, required=False)
    way = forms.ChoiceField(label="Way", choices=[("", "Any"), *Disclosure.Way.choices], required=False)
    outcome = forms.ChoiceField(label="Answer", choices=[("", "Any"), *Disclosure.Outcome.choices], required=False)
    since = DateField(label="From", required=False)
    until = DateField(label="To", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.order_by("name", "pk")  # type: ignore[attr-defined]  # a ModelChoiceField
