"""The people of a child's family or care."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apst.accounts.models import Membership
from apst.people.models import Contact, Pupil
from apst.tenancy.context import name_act

FIELDS = frozenset(
    {
        "name",
        "relationship",
        "parental_responsibility",
        "phone",
        "email",
        "address",
        "address_hidden",
        "interpreter_language",
        "court_order",
        "priority",
    }
)


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"A contact has no {', '.join(sorted(unknown))}.")
    return dict(fields)


@transaction.atomic
def add_contact(pupil: Pupil, *, by: Membership | None, **fields: Any) -> Contact:
    """Add somebody of the child's family or care. `fields` are those of Contact, see FIELDS."""
    name_act("contact.add")
    return Contact.objects.create(pupil=pupil, recorded_by=by, **_known(fields))


@transaction.atomic
def change_contact(contact: Contact, *, changes: Mapping[str, Any], by: Membership | None) -> Contact:
    """Change a contact: the fields of `changes` (see FIELDS) and no other, so that two people's changes do not undo
    each other. What somebody else has changed is no longer the first author's to read.
    """
    name_act("contact.change")
    held = Contact.objects.select_for_update().get(pk=contact.pk)
    differing = {name: value for name, value in _known(changes).items() if getattr(held, name) != value}
    for name, value in differing.items():
        setattr(held, name, value)
    if differing:
        if by is None or held.recorded_by_id != by.pk:
            held.recorded_by = None
        held.save(update_fields=[*differing, "recorded_by"])
    return held
