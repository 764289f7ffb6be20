"""Inviting somebody, and taking an invitation up."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms

from apst.tenancy.matrix import ROLES, TASKFORCE_ROLES
from apst.web.forms import Radios

from .models import User

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
