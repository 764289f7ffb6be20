"""What is asked for an import."""

import csv
import io
from io import BytesIO
from typing import Any, BinaryIO

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from apst.web.forms import DateField, Radios

from .reading import KINDS
from .reading.columns import Kind

CHOICES = [(name, kind.title) for name, kind in KINDS.items()]
TAKEN = [
    ("change", "Changes: they hold from that day, and what held before stays true of the time before"),
    ("correction", "Corrections: what was held was wrong, for the past too"),
]


class UploadForm(forms.Form):
    """Which kind of records, and the file or the pasted cells."""

    kind = forms.ChoiceField(label="What is in the file?", choices=CHOICES, widget=Radios)
    file = forms.FileField(
        label="The file (CSV or Excel workbook)",
        required=False,
        help_text=f"At most {settings.UPLOAD_MEGABYTES} MB and {settings.IMPORT_ROWS:,} rows."
        " The first row holds the headings.",
    )
    pasted = forms.CharField(
        label="Or paste rows from a spreadsheet (optional)",
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="With their headings.",
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before a byte of it is read."""
        file = self.cleaned_data["file"]
        if file and file.size > settings.UPLOAD_MEGABYTES * 1024 * 1024:
            raise ValidationError(
                f"The file has {file.size / 1024 / 1024:.0f} MB; at most {settings.UPLOAD_MEGABYTES} MB are read."
                " Split it into several files."
            )
        return file

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        data: dict[str, Any] = super().clean() or {}
        if "file" in data and not data.get("file") and not (data.get("pasted") or "").strip():
            self.add_error("file", "Choose a file, or paste rows")
        return data

    def opened(self) -> tuple[BinaryIO, str]:
        """Give the file and its name; what was pasted from a spreadsheet is separated by tabs, and is made CSV."""
        file = self.cleaned_data["file"]
        if file:
            return BytesIO(file.read()), file.name
        text = self.cleaned_data["pasted"]
        if "\t" in text.partition("\n")[0]:
            text = _as_csv(text)
        return BytesIO(text.encode("utf-8")), "pasted.csv"


def _as_csv(text: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    return out.getvalue()


class OptionsForm(forms.Form):
    """How facts that differ are taken."""

    taken = forms.ChoiceField(label="How are facts taken that differ from what is held?", choices=TAKEN, widget=Radios)
    as_at = DateField(label="From which day do facts hold whose row names none?")

    def clean_as_at(self) -> Any:
        """Not a day to come."""
        day = self.cleaned_data["as_at"]
        if day and day > localdate():
            raise ValidationError("The day must be today or in the past")
        return day


class ApplyForm(forms.Form):
    """Whether rejected rows are left out."""

    skip_rejected = forms.BooleanField(label="Skip the rejected rows and import the others", required=False)


class HeadingsForm(forms.Form):
    """Which of the file's headings means which column; a field for each heading that was not known."""

    def __init__(self, *args: Any, kind: Kind, headings: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = headings
        choices = [("", "Leave it out"), *((c.name, f"{c.name}: {c.meaning}") for c in kind.columns)]
        for number, heading in enumerate(headings):
            self.fields[f"heading_{number}"] = forms.ChoiceField(
                label=f"What is “{heading}”?", choices=choices, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Two headings cannot mean one column."""
        data: dict[str, Any] = super().clean() or {}
        named: dict[str, str] = {}
        for field, column in data.items():
            if column and column in named:
                self.add_error(field, f"Two headings cannot both be {column}")
            named[column] = field
        return data

    @property
    def mapping(self) -> dict[str, str]:
        """Heading -> column, "" for one that is left out."""
        return {heading: self.cleaned_data.get(f"heading_{number}", "") for number, heading in enumerate(self.headings)}


class PasteForm(forms.Form):
    """Rows of one's own sessions, pasted."""

    rows = forms.CharField(
        label="Paste the rows",
        strip=False,
        max_length=100_000,
        widget=forms.Textarea({"rows": 10, "spellcheck": "false"}),
        error_messages={"required": "Paste at least one row"},
        help_text="Copy them in the spreadsheet and paste them here, with their headings or in this order:"
        " date, pupils, minutes, type, start, where, attendance, note.",
    )
    post = forms.ChoiceField(label="For which of your posts?", error_messages={"required": "Select the post"})
    with_the_same = forms.BooleanField(label="Save the rows that look logged already, too", required=False)

    def __init__(self, *args: Any, posts: list[Any], **kwargs: Any) -> None:
        """posts: one's own; with one nobody is asked."""
        super().__init__(*args, **kwargs)
        self.posts = {str(post.public_id): post for post in posts}
        if len(posts) == 1:
            del self.fields["post"]
        else:
            self.fields["post"].choices = [("", "Choose"), *((k, str(p)) for k, p in self.posts.items())]  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def chosen(self) -> Any:
        """The post for which the rows are."""
        return self.posts[self.cleaned_data["post"]] if "post" in self.fields else next(iter(self.posts.values()))
