"""How a pupil's record is laid out on their page: rows, histories and cards, without a query or a request."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from apst.codelists import label

from .models import Contact, Pupil, PupilFact
from .queries import FACT_LISTS


@dataclass
class History:
    """One kind of fact: what holds now and all that was recorded."""

    kind: str
    title: str
    change: str
    now: str = ""
    since: Any = None
    entries: list[dict[str, Any]] = field(default_factory=list)


def fact_words(kind: str, value: str) -> str:
    """Give the words of a fact's code."""
    known = FACT_LISTS[kind]
    return label(known, value) if known else {"yes": "Yes", "no": "No"}.get(value, value)


def identity_rows(pupil: Pupil, *, nhs_number: str, sees_private: bool) -> list[dict[str, Any]]:
    """Give the rows of the summary list of who a pupil is. The NHS number is told only to whom `sees_private` says."""
    offset = pupil.year_offset
    taught = (
        f"{abs(offset)} {'year' if abs(offset) == 1 else 'years'} {'above' if offset > 0 else 'below'} their age"
        if offset
        else ""
    )
    rows = [
        ("Forename", pupil.forename),
        ("Surname", pupil.surname),
        ("Name they prefer", pupil.preferred_name or "None given"),
        ("Date of birth", f"{pupil.date_of_birth:%-d %B %Y}"),
        ("Sex", pupil.get_sex_display()),
        *([("Taught", taught)] if taught else []),
        ("Local id", pupil.local_id),
        ("UPN", pupil.upn),
        ("NHS number", _nhs(nhs_number, told=sees_private)),
        ("Ethnicity", pupil.get_ethnicity_display()),
        ("First language", pupil.first_language),
        ("Home school", str(pupil.home_school or "")),
        ("Registration", pupil.get_registration_display()),
        ("Authority they live in", str(pupil.home_la or "")),
        ("Authority that placed them", str(pupil.placing_la or "")),
        ("Postcode", pupil.postcode),
        ("First day here", _day(pupil.entry_date)),
        ("Last day here", _day(pupil.leaving_date)),
        *([("Where they went", pupil.get_destination_display())] if pupil.leaving_date or pupil.destination else []),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def _nhs(number: str, *, told: bool) -> str:
    if not told:
        return "Told to those who see a case of the pupil"
    return f"{number[:3]} {number[3:6]} {number[6:]}" if number else ""


def _day(day: Any) -> str:
    return f"{day:%-d %B %Y}" if day else ""


def fact_histories(pupil: Pupil, facts: Iterable[PupilFact], *, may_change: bool) -> list[History]:
    """Give the histories of all kinds, in the order of the record; each latest entry first."""
    histories = {
        kind: History(kind, title, reverse("people:fact-change", args=[pupil.public_id, kind]) if may_change else "")
        for kind, title in PupilFact.Kind.choices
    }
    for fact in facts:
        history = histories[fact.kind]
        history.entries.insert(
            0,
            {
                "words": fact_words(fact.kind, fact.value),
                "since": fact.holds_from,
                "at": fact.recorded_at,
                "by": fact.recorded_by.name if fact.recorded_by else "",
                "corrected_at": fact.corrected_at,
            },
        )
        if fact.corrected_at is None:
            history.now, history.since = fact_words(fact.kind, fact.value), fact.holds_from
    return list(histories.values())


def contact_cards(
    contacts: Iterable[Contact], pupil: Pupil, *, may_change: bool, sees_hidden: bool
) -> list[dict[str, Any]]:
    """Give the summary cards of a pupil's contacts. A hidden address is told only to whom `sees_hidden` says."""
    return [
        {
            "title": f"{contact.name}, {contact.relationship.lower()}",
            "actions": [{"href": reverse("people:contact-change", args=[contact.public_id]), "text": "Change"}]
            if may_change
            else [],
            "rows": [{"key": key, "value": value} for key, value in _contact_rows(contact, sees_hidden=sees_hidden)],
        }
        for contact in contacts
    ]


def _contact_rows(contact: Contact, *, sees_hidden: bool) -> list[tuple[str, str]]:
    address = contact.address
    if contact.address_hidden:
        address = f"{address}\nDo not tell this address to anybody" if sees_hidden else "Hidden"
    return [
        ("Parental responsibility", {True: "Yes", False: "No", None: "Not known"}[contact.parental_responsibility]),
        ("Telephone", contact.phone),
        ("Email address", contact.email),
        ("Address", address),
        ("Court order", contact.court_order or "None recorded"),
        ("Interpreter", contact.interpreter_language or "Not needed"),
    ]
