"""Allocating, filtering, ending and restricting cases."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.codelists import choices
from apst.people.models import Post
from apst.places.models import Site
from apst.web.forms import Checkboxes, DateField, Radios, TextInput


def _by_public_id(rows: Iterable[Any]) -> dict[str, Any]:
    return {str(row.public_id): row for row in rows}


def _choose(field: forms.Field, options: list[tuple[str, str]]) -> None:
    cast(forms.ChoiceField, field).choices = options


class AllocateForm(forms.Form):
    """Who takes a case on, where and how."""

    lead = forms.ChoiceField(label="Lead specialist")
    team = forms.MultipleChoiceField(
        label="Who else works on it? (optional)", required=False, widget=Checkboxes(small=True)
    )
    tier = forms.ChoiceField(label="Tier", widget=Radios, choices=choices("tiers"))
    site = forms.ChoiceField(label="Site", required=False)
    opened_on = DateField(label="The day on which the case opens", past=True, initial=localdate)

    def __init__(self, data: Any = None, *, posts: Iterable[Post], sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.posts, self.sites = _by_public_id(posts), _by_public_id(sites)
        people = [(key, str(post)) for key, post in self.posts.items()]
        _choose(self.fields["lead"], [("", "Choose"), *people])
        _choose(self.fields["team"], people)
        _choose(self.fields["site"], [("", "Choose"), *((k, s.name) for k, s in self.sites.items())])
        self.fields["site"].required = len(self.sites) > 1

    def said(self) -> dict[str, Any]:
        """Give the arguments of `allocate`; only of a valid form."""
        data = self.cleaned_data
        return {
            "lead": self.posts[data["lead"]],
            "team": [self.posts[key] for key in data["team"]],
            "tier": data["tier"],
            "site": self.sites.get(data["site"]),
            "opened_on": data["opened_on"],
        }


class FindForm(forms.Form):
    """A name to look for among the cases. It is posted, because an address must not hold a name."""

    q = forms.CharField(
        label="Name or reference",
        required=False,
        max_length=100,
        widget=TextInput({"class": "govuk-input--width-20", "autocomplete": "off"}),
    )


class FilterForm(forms.Form):
    """The filters of the case list; they live in the address, so none of them is a name."""

    mine = forms.BooleanField(label="Only cases I work on", required=False)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Open"), ("ended", "Ended"), ("all", "Open and ended")]
    )
    quiet = forms.BooleanField(label="No session for three weeks", required=False)
    tier = forms.ChoiceField(label="Tier", required=False, choices=[("", "All"), *choices("tiers")])
    site = forms.ChoiceField(label="Site", required=False)
    lead = forms.ChoiceField(label="Lead", required=False)

    def __init__(
        self, data: Any, *, posts: Iterable[Post], sites: Iterable[Site], own_posts: bool, sessions: bool
    ) -> None:
        super().__init__(data)
        self.posts, self.sites = _by_public_id(posts), _by_public_id(sites)
        _choose(self.fields["site"], [("", "All"), *((k, s.name) for k, s in self.sites.items())])
        _choose(self.fields["lead"], [("", "All"), *((k, str(p)) for k, p in self.posts.items())])
        if not own_posts:
            del self.fields["mine"]
        if not sessions:
            # To somebody who may not see sessions every case would look quiet.
            del self.fields["quiet"]

    def said(self) -> dict[str, Any]:
        """Give the arguments of `case_list`; what is no filter is left out."""
        data = self.cleaned_data if self.is_valid() else {}
        site, lead = self.sites.get(data.get("site", "")), self.posts.get(data.get("lead", ""))
        return {
            "mine": bool(data.get("mine")),
            "site": site.pk if site else None,
            "tier": data.get("tier", ""),
            "lead": lead.pk if lead else None,
            "state": data.get("state") or "open",
            "quiet": bool(data.get("quiet")),
        }


class CloseForm(forms.Form):
    """Why and when a case ended, where the pupil goes, and what happens with what is still open."""

    reason = forms.ChoiceField(
        label="Why did it end?",
        widget=Radios,
        choices=choices("case_end_reasons"),
        error_messages={"required": "Select why it ended"},
    )
    ended_on = DateField(label="The day on which it ended", past=True, initial=localdate)
    leaving = forms.ChoiceField(
        label="Does the pupil leave this school on that day too?",
        choices=[("no", "No"), ("yes", "Yes")],
        initial="no",
        widget=Radios(reveals={"yes": "destination"}),
        error_messages={"required": "Select whether the pupil leaves this school too"},
    )
    destination = forms.ChoiceField(
        label="Where do they go?", required=False, choices=[("", "Choose"), *choices("destinations")]
    )
    said = forms.CharField(
        label="What happens with what is still open?",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="One sentence is enough: who goes on with it, or why it need not be done.",
    )

    def __init__(self, data: Any = None, *, something_open: bool, may_say_where: bool, **kwargs: Any) -> None:
        """
        something_open  a check has found something;  may_say_where  this person may change the pupil's record
        """
        super().__init__(data, **kwargs)
        if not may_say_where:
            del self.fields["leaving"]
            del self.fields["destination"]
        if not something_open:
            self.fields["said"].label = "Anything to add? (optional)"
            self.fields["said"].help_text = ""

    def said_all(self) -> dict[str, Any]:
        """Give the arguments of `close_case`; only of a valid form."""
        said = self.cleaned_data
        return {**said, "leaving": said.get("leaving") == "yes", "destination": said.get("destination", "")}


class ReopenForm(forms.Form):
    """Why an ended case is opened again."""

    said = forms.CharField(label="Why is it opened again?", max_length=2000, widget=forms.Textarea({"rows": 3}))


class RestrictForm(forms.Form):
    """Who holds a restricted case from now on."""

    holders = forms.MultipleChoiceField(
        label="Who holds it?",
        widget=Checkboxes,
        help_text="Two people at least, one of them a designated safeguarding lead."
        " Nobody else will see the case, not even you.",
    )
    reason = forms.CharField(label="Why? (no names)", max_length=300, error_messages={"required": "Say why"})

    def __init__(self, data: Any = None, *, members: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.members = _by_public_id(members)
        options = [(key, f"{m.name}, {m.get_role_display()}") for key, m in self.members.items()]
        _choose(self.fields["holders"], options)
