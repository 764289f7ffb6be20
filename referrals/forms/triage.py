"""What is asked when a referral is decided or answered, how the queue is filtered, and whom the taskforce is for."""

from typing import Any, Final, cast

from django import forms

from apst.codelists import choices, codes
from apst.places.models import Site
from apst.web.forms import CharacterCount, Checkboxes, Radios
from referrals.models import EligibilityVersion, Referral
from referrals.services import CRITERION_STATES

LONGEST: Final = 4000
OUTCOMES: Final = tuple(code for code in codes("triage_outcomes") if code != "undone")
WAITS_OVER: Final = (5, 10, 15, 20)


class QueueFilter(forms.Form):
    """The filter of the queue; it lives in the address."""

    state = forms.MultipleChoiceField(
        label="Where it stands", choices=Referral.State, widget=Checkboxes(small=True), required=False
    )
    over = forms.TypedChoiceField(label="Waiting", required=False, coerce=int, empty_value=None)
    site = forms.ModelChoiceField(
        queryset=Site.objects.all(), to_field_name="public_id", required=False, empty_label="All sites"
    )
    source = forms.ChoiceField(
        label="Who referred", choices=[("", "Anybody"), *choices("referral_sources")], required=False
    )
    reason = forms.ChoiceField(
        label="Reason", choices=[("", "Any reason"), *choices("referral_reasons")], required=False
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, aim: int, **options: Any) -> None:
        """aim: the school days within which this taskforce means to decide; one of the waits to choose from."""
        super().__init__(*args, **options)
        over = cast("forms.TypedChoiceField", self.fields["over"])
        waits = [(str(n), f"More than {n} school day{'' if n == 1 else 's'}") for n in sorted({*WAITS_OVER, aim})]
        over.choices = [("", "Any time"), *waits]


class TriageForm(forms.Form):
    """One decision: the outcome, each criterion, and the reasons that they need."""

    outcome = forms.ChoiceField(
        label="What is decided?",
        choices=[(code, words) for code, words in choices("triage_outcomes") if code in OUTCOMES],
        widget=Radios(
            hints={
                "more_information": "Whoever referred sees your question and can answer it here",
                "universal_offer": "The school's universal offer will do; the referral ends",
                "waiting_list": "Help is right, but there is no place yet",
            }
        ),
    )
    rationale = forms.CharField(
        label="Why, or what do you need to know?",
        max_length=LONGEST,
        required=False,
        widget=CharacterCount(characters=LONGEST),
        help_text="Needed when you do not accept, signpost, record a refusal or ask for more information",
    )
    overrides = forms.CharField(
        label="Why is a threshold set aside?", max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 3}),
        help_text="Needed when you set aside a criterion",
    )  # fmt: skip

    def __init__(self, *args: Any, eligibility: EligibilityVersion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.eligibility = eligibility
        words = dict(zip(CRITERION_STATES, ("Met", "Not met", "Not met, set aside"), strict=True))
        for n, criterion in enumerate(eligibility.criteria if eligibility else ()):
            self.fields[f"criterion_{n}"] = forms.ChoiceField(
                label=criterion, choices=list(words.items()), widget=Radios(inline=True, small=True), required=False
            )
        if not (eligibility and eligibility.criteria):
            del self.fields["overrides"]
        criteria = [name for name in self.fields if name.startswith("criterion_")]
        self.order_fields(["outcome", *criteria, "overrides", "rationale"])

    def decided(self) -> dict[str, Any]:
        """Give what `services.triage` is told; only after `is_valid()`. A criterion left open is not recorded."""
        said = self.cleaned_data
        asked = self.eligibility.criteria if self.eligibility else []
        return {
            "outcome": said["outcome"],
            "rationale": said["rationale"].strip(),
            "overrides": said.get("overrides", "").strip(),
            "criteria": {c: said[f"criterion_{n}"] for n, c in enumerate(asked) if said[f"criterion_{n}"]},
        }


class AnswerForm(forms.Form):
    """The answer to the taskforce's question."""

    text = forms.CharField(label="Your answer", max_length=LONGEST, widget=CharacterCount(characters=LONGEST))


class EligibilityForm(forms.Form):
    """A new version of whom the taskforce is for."""

    text = forms.CharField(
        label="Who is the taskforce for?",
        widget=forms.Textarea({"rows": 10}),
        help_text="In plain words, for those who refer",
    )
    criteria = forms.CharField(
        label="Criteria and thresholds",
        widget=forms.Textarea({"rows": 8}),
        required=False,
        help_text="One on each line. Triage records of each whether it was met",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
