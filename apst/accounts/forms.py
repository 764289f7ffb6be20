"""Inviting somebody, and taking an invitation up."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms

from apst.codelists import choices
from apst.tenancy.matrix import ROLES, TASKFORCE_ROLES
from apst.web.forms import DateField, Radios

from .looks import Wanted
from .models import User
from .queries import members

# A partner is a guest under an agreement, and agreements invite their own guests.
INVITED_ROLES = tuple(role for role in TASKFORCE_ROLES if role != "partner")
ROLE_HINTS = {
    "manager": "Triage, allocation, the team, returns and settings",
    "specialist": "Works with pupils and families, logs sessions",
    "dsl": "Every case, and what is restricted for safeguarding",
    "slt": "Figures, second sign-off of the return, summaries without notes",
    "school_staff": "Refers pupils and follows their own referrals",
    "ig_lead": "Agreements, disclosures and the access log; no records",
    "coordinator": "People, imports, sessions on behalf of others; no notes",
}


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    name = forms.CharField(label="Name", max_length=150, help_text="As colleagues know them")
    email = forms.EmailField(label="Email address", help_text="The link works for this address only")
    role = forms.ChoiceField(
        label="What will they do here?",
        choices=[(role, ROLES[role]) for role in INVITED_ROLES],
        widget=Radios(hints=ROLE_HINTS),
        error_messages={"required": "Select what they will do here"},
    )


class JoinForm(forms.Form):
    """A new person's name and password."""

    name = forms.CharField(
        label="Your name",
        max_length=150,
        error_messages={"required": "Enter your name"},
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Choose a password",
        help_text=(
            "At least 12 characters, and not one that is often used. Three words that do not belong together are good."
        ),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        strip=False,
        error_messages={"required": "Enter the password that you choose"},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        """Refuse what the password rules refuse, name and address included."""
        password: str = self.cleaned_data["password"]
        get_adapter().clean_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


class LooksForm(forms.Form):
    """Which entries of the access log to show; they live in the address, so none of them is a name."""

    ask = forms.BooleanField(label="Only looks to ask about", required=False)
    refused = forms.BooleanField(label="Only refusals", required=False)
    person = forms.ChoiceField(label="Who", required=False)
    category = forms.ChoiceField(
        label="What of", required=False, choices=[("", "Everything"), *choices("data_categories")]
    )
    first = DateField(label="From", required=False)
    last = DateField(label="Until", required=False)

    def __init__(self, data: Any, *, whole: bool) -> None:
        super().__init__(data)
        if whole:
            self.people = {str(one.public_id): one for one in members()}
            named = [("", "Everybody"), *((key, one.name) for key, one in self.people.items())]
            self.fields["person"].choices = named  # type: ignore[attr-defined]  # a field of choices
        else:
            del self.fields["person"], self.fields["ask"]

    @classmethod
    def names(cls) -> set[str]:
        """Give the names that stand in the address."""
        parts = {f"{name}-{part}" for name in ("first", "last") for part in ("day", "month", "year")}
        return cls.base_fields.keys() | parts

    def wanted(self, pupil: int | None) -> Wanted:
        """Give what is asked for; of a form that is not valid, the parts that are."""
        self.full_clean()
        said = self.cleaned_data
        chosen = self.people.get(said.get("person", "")) if "person" in self.fields else None
        return Wanted(
            person=chosen.user_id if chosen else None,
            category=said.get("category", ""),
            first=said.get("first"),
            last=said.get("last"),
            refused=bool(said.get("refused")),
            pupil=pupil,
        )
