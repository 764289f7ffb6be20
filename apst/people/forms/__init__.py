"""The forms of people, by noun."""

from .posts import DaySitesForm, FteForm, MemberForm, PostForm, SpecialistForm, SupervisionForm, TermsForm
from .pupils import ContactForm, FactForm, FormerNameForm, IdentityForm

__all__ = [
    "ContactForm",
    "DaySitesForm",
    "FactForm",
    "FormerNameForm",
    "FteForm",
    "IdentityForm",
    "MemberForm",
    "PostForm",
    "SpecialistForm",
    "SupervisionForm",
    "TermsForm",
]
