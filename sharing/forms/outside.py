"""Recording the other ways out."""

from typing import Any

from django import forms

from apst.codelists import choices
from apst.people.models import Contact
from apst.web.forms import Checkboxes, DateField, Radios
from sharing.models import Disclosure
from sharing.queries.outside import Check
from sharing.services.outside import FAMILY_PAPERS

PLAIN = "No names and no detail: whoever answers for what is shared reads this"


class NotSharedForm(forms.Form):
    """With whom something was not shared, and why not."""

    recipient = forms.CharField(
        label="Which organisation or person?", max_length=200, help_text="The organisation, or what they are. No name.",
        error_messages={"required": "Enter which organisation or person"},
    )  # fmt: skip
    categories = forms.MultipleChoiceField(
        label="What was it about?", widget=Checkboxes, choices=choices("data_categories"),
        error_messages={"required": "Select what it was about"},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why?", widget=forms.Textarea({"rows": 4}), help_text=PLAIN, error_messages={"required": "Enter why"}
    )


class OutsideForm(NotSharedForm):
    """What was shared under a duty or in an emergency."""

    way = forms.ChoiceField(
        label="Why could it not wait for an agreement?",
        widget=Radios(
            hints={"duty": "Safeguarding, a court or another legal duty", "emergency": "Somebody was at risk"}
        ),
        choices=[(way, way.label) for way in (Disclosure.Way.DUTY, Disclosure.Way.EMERGENCY)],
        error_messages={"required": "Select whether it was a duty or an emergency"},
    )
    done_on = DateField(label="When was it shared?", past=True)

    field_order = ("way", "recipient", "categories", "reason", "done_on")


class FamilyForm(forms.Form):
    """To whom of the family, what, and what was looked at before."""

    contact = forms.ChoiceField(
        label="Who is it given to?", widget=Radios, error_messages={"required": "Select who it is given to"},
        help_text="Only those recorded as having parental responsibility",
    )  # fmt: skip
    papers = forms.MultipleChoiceField(
        label="What is given?", widget=Checkboxes, choices=list(FAMILY_PAPERS.items()),
        error_messages={"required": "Select what is given"},
    )  # fmt: skip
    checked = forms.MultipleChoiceField(
        label="Look at each of these first", widget=Checkboxes, required=False,
        help_text="Tick what you looked at. Nothing is recorded until all are ticked.",
    )  # fmt: skip

    def __init__(self, *args: Any, contacts: list[Contact], checks: list[Check], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contacts = {str(one.public_id): one for one in contacts}
        named = [(key, f"{one.name} ({one.relationship})") for key, one in self.contacts.items()]
        self.fields["contact"].choices = named  # type: ignore[attr-defined]  # a ChoiceField
        if checks:
            self.fields["checked"].choices = [(one.key, one.words) for one in checks]  # type: ignore[attr-defined]  # as above
        else:
            del self.fields["checked"]

    def said(self) -> dict[str, Any]:
        """Give the arguments of `give_to_family`; only of a valid form."""
        said = self.cleaned_data
        contact = self.contacts[said["contact"]]
        return {"contact": contact, "papers": said["papers"], "checked": said.get("checked", ())}
