"""What was answered about a referral, as cards: for the check, the record, and whoever sent it."""

from typing import Any

from django import forms
from django.urls import reverse

from apst.codelists import label
from apst.people.models import Pupil
from apst.tenancy.context import Member

from . import policies
from .forms.making import NewPupilForm, ViewsForm, WhyForm, described
from .models import Referral

Card = dict[str, Any]


def _row(key: str, value: Any, href: str = "") -> dict[str, Any]:
    return {"key": key, "value": value, "actions": [{"href": href, "text": "Change"}] if href else []}


def _said(form: forms.Form, name: str) -> Any:
    """Give an answer as the reader chose or wrote it."""
    value = form.cleaned_data.get(name)
    words = dict(getattr(form.fields[name], "choices", ())) if isinstance(form.fields[name], forms.ChoiceField) else {}
    if isinstance(value, list):
        return "\n".join(str(words.get(one, one)) for one in value)
    if hasattr(value, "strftime"):
        return f"{value:%-d %B %Y}"
    return str(words.get(value, value)) if value not in (None, "") else ""


def _asked(form: forms.Form, name: str) -> str:
    return str(form.fields[name].label).replace(" (optional)", "")


def _form_rows(form: forms.Form, names: list[str], address: str) -> list[dict[str, Any]]:
    href = reverse(f"referrals:referral-{address}") + "?change=1"
    return [_row(_asked(form, name), _said(form, name), f"{href}#id_{name}") for name in names if name in form.fields]


def check_cards(chosen: Pupil | None, who: NewPupilForm | None, why: WhyForm, views: ViewsForm) -> list[Card]:
    """Give the three steps as cards with Change links, from forms that hold."""
    if who is None:
        first = [_row("Pupil", described(chosen) if chosen else "", reverse("referrals:referral-new") + "?change=1")]
    else:
        first = _form_rows(who, [name for name in who.fields if name != "distinct"], "new")
    address = reverse("referrals:referral-new-views") + "?change=1#id_what_"
    tried = [
        _row(f"Tried {n}", "\n".join(filter(None, (s.what, s.tried_when, s.effect))), f"{address}{n}")
        for n, s in enumerate(views.strategies(), start=1)
    ]
    return [
        {"title": "The pupil", "rows": first},
        {
            "title": "Why",
            "rows": _form_rows(why, ["source", "route", "received_on", "site", "reasons", "summary"], "new-why"),
        },
        {
            "title": "Views and strategies",
            "rows": [*_form_rows(views, ["pupil_views", "family_views"], "new-views"), *tried],
        },
    ]


def record_cards(referral: Referral) -> list[Card]:
    """Give what was sent, as it was sent."""
    pupil = referral.pupil
    cards = [
        {
            "title": "Why",
            "rows": [
                _row("Reasons", "\n".join(label("referral_reasons", reason) for reason in referral.reasons)),
                _row("What is happening", referral.summary),
                _row("Who referred", label("referral_sources", referral.source)),
                _row("How it came", label("referral_routes", referral.route)),
                _row("Received", f"{referral.received_on:%-d %B %Y}"),
                _row("Site", referral.site.name if referral.site else ""),
                _row("Entered by", referral.made_by.name if referral.made_by else ""),
            ],
        },
        {
            "title": "Views",
            "rows": [_row("The pupil's", referral.pupil_views), _row("The parents' or carers'", referral.family_views)],
        },
    ]
    tried = list(referral.strategies.all())
    if tried:
        rows = [_row(s.what, "\n".join(filter(None, (s.tried_when, s.effect)))) for s in tried]
        cards.append({"title": "What the school has tried", "rows": rows})
    first = [
        _row("Name", f"{pupil.forename} {pupil.surname}"),
        _row("Date of birth", f"{pupil.date_of_birth:%-d %B %Y}"),
        _row("UPN", pupil.upn),
        _row("School", pupil.home_school.name if pupil.home_school else ""),
    ]
    return [{"title": "The pupil", "rows": first}, *cards]


def told_of(member: Member) -> str:
    """Give what happens next, to whoever sent a referral."""
    if policies.follows_own_only(member):
        return (
            "The taskforce reads every referral. You can follow this one under Referrals, and will be asked there if "
            "something is missing."
        )
    return "It is now in the queue, to be triaged."
