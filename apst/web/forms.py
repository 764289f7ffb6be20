"""Django's forms drawn with GOV.UK's markup: a renderer, a bound field, a date field and a few widgets.

`FORM_RENDERER = "apst.web.forms.GovukRenderer"` gives every form of the project (allauth's too) this look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import django.forms
from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.http import QueryDict
from django.template.backends.django import DjangoTemplates as Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

TEMPLATES = Path(__file__).parents[2] / "templates"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DEFAULT_REQUIRED = str(forms.Field.default_error_messages["required"])


class _Choosing:
    """What radios and checkboxes can be told: a hint for a choice, and a field that a choice brings up."""

    def __init__(
        self,
        *args: Any,
        inline: bool = False,
        small: bool = False,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.inline = inline
        self.small = small
        self.hints = dict(hints or {})
        self.reveals = dict(reveals or {})


class Radios(_Choosing, forms.RadioSelect):
    """Radios: `inline` for two short answers, `small` in filters; `hints` and `reveals` (names of fields) by value."""


class Checkboxes(_Choosing, forms.CheckboxSelectMultiple):
    """Checkboxes, told the same things as `Radios`."""


class Chips(forms.RadioSelect):
    """Radios drawn as buttons of 48 pixels: one tap, no typing. `short`: three fit in a phone's row."""

    def __init__(self, *args: Any, short: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.short = short


class ChipsMultiple(forms.CheckboxSelectMultiple):
    """Checkboxes drawn as buttons of 48 pixels."""


class TextInput(forms.TextInput):
    """A text input with a word before or after it, such as `suffix="hours"`."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, prefix: str = "", suffix: str = "") -> None:
        super().__init__(attrs)
        self.prefix = prefix
        self.suffix = suffix


class CharacterCount(forms.Textarea):
    """A textarea that says how much may still be typed; give `characters` or `words`."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, characters: int = 0, words: int = 0) -> None:
        super().__init__(attrs)
        self.characters = characters
        self.words = words


class TypedDate(NamedTuple):
    """A date as it was typed, part by part."""

    day: str
    month: str
    year: str


class DateParts(forms.Widget):
    """Day, month and year in three inputs named `x-day`, `x-month`, `x-year`; also takes `x` as yyyy-mm-dd."""

    template_name = "forms/widgets/date_parts.html"
    use_fieldset = True
    parts = (("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attrs = dict(attrs or {})
        wrong = attrs.pop("wrong_parts", ())
        context = super().get_context(name, None, attrs)
        typed = self.typed(value)
        identity = context["widget"]["attrs"].get("id", name)
        context["widget"]["items"] = [
            {
                "id": f"{identity}-{part}",
                "name": f"{name}-{part}",
                "label": label,
                "width": width,
                "value": getattr(typed, part),
                "wrong": part in wrong,
            }
            for part, label, width in self.parts
        ]
        return context

    @staticmethod
    def typed(value: Any) -> TypedDate:
        """The three parts of a date, of an ISO text or of what was typed."""
        if isinstance(value, TypedDate):
            return value
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return TypedDate(value, "", "")
        if isinstance(value, date):
            return TypedDate(str(value.day), str(value.month), str(value.year))
        return TypedDate("", "", "")

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        if data.get(name):
            return data[name]
        typed = TypedDate(*(str(data.get(f"{name}-{part}") or "").strip() for part, _, _ in self.parts))
        return typed if any(typed) else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and all(f"{name}-{part}" not in data for part, _, _ in self.parts)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-day"


class DateField(forms.Field):
    """A date in three parts. `past=True` refuses tomorrow and later; months may be words; years have four figures."""

    widget = DateParts

    def __init__(self, *, past: bool = False, **kwargs: Any) -> None:
        self.past = past
        super().__init__(**kwargs)

    @property
    def called(self) -> str:
        """How a sentence about this date begins."""
        label = str(self.label or "")
        return label if label and not label.endswith("?") else "The date"

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                raise self._wrong("must be a real date", "day", "month", "year") from None
        return self._from_parts(value)

    def _from_parts(self, typed: TypedDate) -> date:
        missing = [part for part in TypedDate._fields if not getattr(typed, part)]
        if missing:
            raise self._wrong(f"must include a {' and '.join(missing)}", *missing)
        if not (typed.year.isdecimal() and len(typed.year) == 4):
            raise self._wrong("must have a year of 4 numbers", "year")
        month = typed.month.lower()[:3]
        number = MONTHS.index(month) + 1 if month in MONTHS else int(month) if month.isdecimal() else 0
        if not 1 <= number <= 12:
            raise self._wrong("must be a real date", "month")
        try:
            return date(int(typed.year), number, int(typed.day))
        except ValueError:
            raise self._wrong("must be a real date", "day") from None

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.past and value and value > localdate():
            raise self._wrong("must be today or in the past", "day", "month", "year")

    def _wrong(self, what: str, *parts: str) -> ValidationError:
        return ValidationError(f"{self.called} {what}", code="invalid", params={"parts": parts})

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


@dataclass(frozen=True)
class Option:
    """One radio, checkbox or chip: its input, and what stands beside it."""

    tag: SafeString
    id: str
    label: str
    hint: str
    revealed: BoundField | None


# Asked in this order: a CheckboxSelectMultiple is also a RadioSelect to Django, a Textarea is not an Input.
_KINDS: tuple[tuple[str, type[forms.Widget]], ...] = (
    ("chips", ChipsMultiple),
    ("chips", Chips),
    ("checkboxes", forms.CheckboxSelectMultiple),
    ("radios", forms.RadioSelect),
    ("checkbox", forms.CheckboxInput),
    ("select", forms.Select),
    ("character_count", CharacterCount),
    ("textarea", forms.Textarea),
    ("date", DateParts),
    ("password", forms.PasswordInput),
    ("file", forms.FileInput),
)
_CONTROL_CLASSES = {
    "input": "govuk-input",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "textarea": "govuk-textarea",
    "character_count": "govuk-textarea govuk-js-character-count",
    "select": "govuk-select",
    "file": "govuk-file-upload",
    "radios": "govuk-radios__input",
    "checkboxes": "govuk-checkboxes__input",
    "checkbox": "govuk-checkboxes__input",
    "chips": "app-chip__input",
}
_CHOICES = ("radios", "checkboxes", "chips")


class GovukBoundField(BoundField):
    """A field that knows its GOV.UK template, classes, descriptions, and where its error link must lead."""

    @cached_property
    def kind(self) -> str:
        """The name of the template in templates/forms that draws this field."""
        widget = self.field.widget
        return next((kind for kind, of in _KINDS if isinstance(widget, of)), "input")

    @property
    def template_name(self) -> str:
        chosen: str | None = getattr(self.field, "template_name", None)
        return chosen or f"forms/{self.kind}.html"

    @property
    def control_id(self) -> str:
        return str(self.field.widget.attrs.get("id") or self.auto_id or self.html_name)

    @property
    def label_size(self) -> str:
        """`s` (bold) unless the form says otherwise; the field named `page_heading` is the page's heading."""
        return "l" if self.is_heading else str(getattr(self.form, "label_size", "s"))

    @property
    def is_heading(self) -> bool:
        return getattr(self.form, "page_heading", None) == self.name

    @cached_property
    def error_texts(self) -> list[str]:
        """The errors as sentences; Django's "This field is required." names the field instead."""
        return [
            self._missing if text == DEFAULT_REQUIRED else text for error in self._raised for text in error.messages
        ]

    @cached_property
    def _raised(self) -> list[ValidationError]:
        errors = self.form.errors.get(self.name)
        return list(errors.as_data()) if errors else []

    @property
    def _missing(self) -> str:
        label = str(self.label)
        if label.endswith("?"):
            return f"Answer the question “{label}”"
        if self.kind == "checkbox":
            return f"Tick the box “{label}”"
        if self.kind == "file":
            return "Choose a file"
        if len(label) > 1 and not label[1].isupper():
            label = label[0].lower() + label[1:]
        return f"{'Select' if self.kind in (*_CHOICES, 'select') else 'Enter'} {label}"

    @property
    def error_href(self) -> str:
        """Where the error summary leads: the control itself, the first choice, or the first wrong part of a date."""
        if self.kind in _CHOICES:
            return f"#{self.control_id}_0"
        if self.kind == "date":
            return f"#{self.control_id}-{(self._wrong_parts or TypedDate._fields)[0]}"
        return f"#{self.control_id}"

    @property
    def _wrong_parts(self) -> tuple[str, ...]:
        for error in self._raised:
            for single in error.error_list:
                if parts := (single.params or {}).get("parts"):
                    return tuple(parts)
        return TypedDate._fields if self._raised else ()

    @property
    def aria_describedby(self) -> str:
        """The ids of count, hint and error, in the order GOV.UK gives them."""
        ids = [f"{self.control_id}-info"] if self.kind == "character_count" else []
        ids += [f"{self.control_id}-hint"] if self.help_text else []
        ids += [f"{self.control_id}-error"] if self.errors else []
        return " ".join(ids)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """The control's attributes. Nothing is `required` and nothing is cut at `maxlength` by the browser:
        the server says what is wrong, in words, and keeps what was typed."""
        widget = widget or self.field.widget
        attrs = dict(attrs)
        if self.field.disabled:
            attrs["disabled"] = True
        if widget.is_hidden:
            return attrs
        if self.kind == "date":
            attrs["wrong_parts"] = self._wrong_parts
            return attrs
        attrs["class"] = self._classes(widget)
        attrs |= {name: False for name in ("maxlength", "minlength", "placeholder") if name in widget.attrs}
        if self.kind not in _CHOICES and self.aria_describedby:
            attrs["aria-describedby"] = self.aria_describedby
        if self.kind in ("textarea", "character_count"):
            rows = widget.attrs.get("rows")
            attrs |= {"cols": False, "rows": 5 if rows in (None, "10") else rows}
        if isinstance(widget, forms.NumberInput):
            # A number input loses what it cannot read and changes under the mouse's wheel.
            widget.input_type = "text"
            fractions = isinstance(self.field, (forms.DecimalField, forms.FloatField))
            attrs["inputmode"] = "decimal" if fractions else "numeric"
            attrs |= dict.fromkeys(("min", "max", "step"), False)
        if self.kind == "password":
            attrs |= {"spellcheck": "false", "autocapitalize": "none"}
        return attrs

    def _classes(self, widget: forms.Widget) -> str:
        block = _CONTROL_CLASSES[self.kind]
        classes = [block, str(widget.attrs.get("class", ""))]
        if self.errors and self.kind not in (*_CHOICES, "checkbox"):
            classes.append(f"{block.split()[0]}--error")
        return " ".join(filter(None, classes))

    @cached_property
    def options(self) -> list[Option]:
        """The choices, each with its hint and the field that it brings up."""
        widget = self.field.widget
        hints, reveals = getattr(widget, "hints", {}), getattr(widget, "reveals", {})
        made = []
        for choice in self.subwidgets:
            value = str(choice.data["value"])
            identity = str(choice.data["attrs"].get("id") or "")
            hint = hints.get(value, "")
            revealed = self.form[reveals[value]] if value in reveals else None
            if hint:
                choice.data["attrs"]["aria-describedby"] = f"{identity}-hint"
            tag = format_html(
                "<input{}>",
                flatatt(
                    {
                        "type": choice.data["type"],
                        "name": choice.data["name"],
                        "value": value,
                        **choice.data["attrs"],
                    }
                ),
            )
            made.append(Option(tag, identity, str(choice.choice_label), hint, revealed))
        return made

    @property
    def is_revealed(self) -> bool:
        """Whether a choice of another field brings this one up, so that the form must not draw it twice."""
        return any(self.name in getattr(field.widget, "reveals", {}).values() for field in self.form.fields.values())


class GovukRenderer(DjangoTemplates):
    """Draws forms with templates/forms; widgets that have no template there with Django's own."""

    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    bound_field_class = GovukBoundField

    @cached_property
    def engine(self) -> Engine:
        return Engine(
            {
                "APP_DIRS": True,
                "DIRS": [TEMPLATES, Path(django.forms.__file__).parent / "templates"],
                "NAME": "govukforms",
                "OPTIONS": {},
            }
        )


@dataclass(frozen=True)
class ErrorLink:
    """A line of the error summary."""

    text: str
    href: str


def error_links(*drawn: forms.BaseForm | Iterable[Any] | None) -> list[ErrorLink]:
    """The lines of the error summary for forms and formsets, in the order of their fields; nothing for None."""
    links: list[ErrorLink] = []
    for one in drawn:
        if not one and not isinstance(one, forms.BaseForm):
            continue
        if isinstance(one, forms.BaseFormSet):
            if one.is_bound:
                links += [ErrorLink(str(text), "") for text in one.non_form_errors()]
                links += error_links(*one.forms)
        elif isinstance(one, forms.BaseForm) and one.is_bound and one.errors:
            links += [ErrorLink(str(text), "") for text in one.non_field_errors()]
            for field in one:
                if isinstance(field, GovukBoundField):
                    href = "" if field.is_hidden else field.error_href
                    links += [ErrorLink(text, href) for text in field.error_texts]
    return links


@dataclass(frozen=True)
class ActiveFilter:
    """A filter that is on, and the address without it."""

    text: str
    href: str


def active_filters(form: forms.BaseForm, *, label: Callable[[str, Any], str] | None = None) -> list[ActiveFilter]:
    """The chips of a filter form bound to `request.GET`: each chosen value and the address that takes it away.

    Paging (`after`, `before`, `page`) is dropped with it; sort and search stay. `label(name, value)` may word a value.
    """
    data = form.data
    if not isinstance(data, QueryDict) or not form.is_valid():
        return []
    chips: list[ActiveFilter] = []
    for field in form:
        if field.is_hidden:
            continue
        words = _choice_words(field.field)
        for value in data.getlist(field.html_name):
            if value == "":
                continue
            text = label(field.name, value) if label else words.get(value, f"{field.label}: {value}")
            kept = data.copy()
            kept.setlist(field.html_name, [v for v in data.getlist(field.html_name) if v != value])
            for page in ("after", "before", "page"):
                kept.pop(page, None)
            chips.append(ActiveFilter(text, f"?{kept.urlencode()}"))
    return chips


def _choice_words(field: forms.Field) -> dict[str, str]:
    words: dict[str, str] = {}
    for value, text in getattr(field, "choices", ()):
        if isinstance(text, (list, tuple)):
            words |= {str(inner): str(inner_text) for inner, inner_text in text}
        else:
            words[str(value)] = str(text)
    return words
