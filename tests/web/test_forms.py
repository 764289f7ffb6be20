"""Our fields print the markup that govuk-frontend prints for the same facts, and dates read what people type."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.http import QueryDict

from apst.web.forms import (
    CharacterCount,
    Checkboxes,
    Chips,
    DateField,
    Radios,
    TextInput,
    active_filters,
    error_links,
)
from tests.web.markup import outline

COMPONENTS = Path(__file__).parents[2] / "node_modules/govuk-frontend/dist/govuk/components"

# Which options of a fixture a form of ours can say, and how many of the fixtures use no others.
SAYABLE = {
    "input": ({"label", "name", "id", "hint", "errorMessage", "classes", "prefix", "suffix", "value", "disabled"}, 20),
    "textarea": ({"label", "name", "id", "hint", "errorMessage", "classes", "rows", "value"}, 8),
    "select": ({"label", "name", "id", "hint", "errorMessage", "classes", "items", "value"}, 4),
    "radios": ({"name", "idPrefix", "fieldset", "items", "hint", "errorMessage", "value"}, 5),
    "checkboxes": ({"name", "idPrefix", "fieldset", "items", "hint", "errorMessage", "values"}, 4),
    "date-input": ({"id", "namePrefix", "fieldset", "hint", "errorMessage", "values"}, 3),
    "file-upload": ({"label", "name", "id", "hint", "errorMessage", "classes"}, 5),
    "character-count": ({"label", "name", "id", "hint", "errorMessage", "value", "maxlength", "maxwords", "rows"}, 8),
    "password-input": ({"label", "name", "id", "hint", "errorMessage", "value"}, 3),
}
DATE_PARTS = {"day", "month", "year"}
WIDGETS = {
    "textarea": forms.Textarea,
    "select": forms.Select,
    "radios": Radios,
    "checkboxes": Checkboxes,
    "file-upload": forms.FileInput,
    "password-input": forms.PasswordInput,
}


def sayable(component, options):
    """A form has plain words for labels, hints and errors, and plain choices."""
    words = (options.get("label"), options.get("hint"), options.get("errorMessage"), options.get("prefix"))
    items = options.get("items") or []
    legend = (options.get("fieldset") or {}).get("legend") or {}
    plain = (
        set(options) <= SAYABLE[component][0]
        and all(set(said) == {"text"} for said in (*words, options.get("suffix")) if said)
        and all(item and set(item) <= {"text", "value", "checked", "selected"} for item in items)
        and all("text" in item and item.get("value") for item in items)
        and not ("value" in options and any("selected" in item for item in items))  # the fixture contradicts itself
        and (component != "character-count" or "maxlength" in options or "maxwords" in options)
        and (component != "date-input" or set(options.get("values") or DATE_PARTS) == DATE_PARTS)
    )
    if component in ("radios", "checkboxes", "date-input"):
        return plain and set(options.get("fieldset", {})) == {"legend"} and set(legend) == {"text"}
    return plain and "label" in options


def fixtures():
    for component in SAYABLE:
        told = json.loads((COMPONENTS / component / "fixtures.json").read_text())["fixtures"]
        for fixture in told:
            if sayable(component, fixture["options"]):
                yield pytest.param(component, fixture, id=f"{component}: {fixture['name']}")


def drawn(component, options):
    """The same facts, said to a form of ours."""
    name = options.get("name") or options.get("namePrefix") or "x"
    identity = options.get("idPrefix") or options.get("id") or name
    attrs = {"id": identity}
    attrs |= {"class": options["classes"]} if options.get("classes") else {}
    attrs |= {"rows": options["rows"]} if options.get("rows") else {}
    items = options.get("items") or []
    picked = options.get("values") or options.get("value")
    common = {
        "label": (options.get("label") or options["fieldset"]["legend"])["text"],
        "help_text": (options.get("hint") or {}).get("text", ""),
        "required": False,
        "disabled": options.get("disabled", False),
    }
    if component == "date-input":
        field = DateField(**common)
        field.widget.attrs |= attrs
        picked = {f"{name}-{part}": value for part, value in (options.get("values") or {}).items()}
    elif component == "character-count":
        widget = CharacterCount(attrs, characters=options.get("maxlength", 0), words=options.get("maxwords", 0))
        field = forms.CharField(widget=widget, **common)
    elif component == "input":
        prefix, suffix = ((options.get(side) or {}).get("text", "") for side in ("prefix", "suffix"))
        field = forms.CharField(widget=TextInput(attrs, prefix=prefix, suffix=suffix), **common)
    elif items or component in ("select", "radios", "checkboxes"):
        kind = forms.MultipleChoiceField if component == "checkboxes" else forms.ChoiceField
        field = kind(
            widget=WIDGETS[component](attrs), choices=[(item["value"], item["text"]) for item in items], **common
        )
        told = [item["value"] for item in items if item.get("checked") or item.get("selected")]
        picked = picked or (told if component == "checkboxes" else (told or [None])[0])
    else:
        widget = WIDGETS[component](attrs)
        if component == "password-input":
            widget.attrs["autocomplete"] = "current-password"
            widget.render_value = True
        field = forms.CharField(widget=widget, **common)
    form_class = type("OneField", (forms.Form,), {name: field, "label_size": ""})
    values = picked if component == "date-input" else {name: picked} if picked not in (None, []) else {}
    if "errorMessage" in options:
        data = QueryDict(mutable=True)
        for key, value in values.items():
            data.setlist(key, value if isinstance(value, list) else [value])
        form = form_class(data)
        form.is_valid()
        form._errors = forms.utils.ErrorDict()
        form.add_error(name, options["errorMessage"]["text"])
    else:
        initial = picked_date(options) if component == "date-input" else values.get(name)
        form = form_class(initial={name: initial})
    html = str(form)
    if component in ("radios", "checkboxes"):  # Django counts choices from nought, the fixtures from two
        html = re.sub(rf'"{re.escape(identity)}_(\d+)"', lambda m: f'"{identity}{number(m[1])}"', html)
    if component == "date-input" and "namePrefix" not in options:
        html = html.replace('name="x-', 'name="')
    return html


def picked_date(options):
    values = options.get("values")
    return date(int(values["year"]), int(values["month"]), int(values["day"])) if values else None


def number(counted):
    return "" if counted == "0" else f"-{int(counted) + 1}"


@pytest.mark.parametrize(("component", "fixture"), list(fixtures()))
def test_a_field_prints_what_the_design_system_prints(component, fixture):
    assert outline(drawn(component, fixture["options"])) == outline(fixture["html"])


@pytest.mark.parametrize("component", SAYABLE)
def test_enough_fixtures_are_compared(component):
    told = json.loads((COMPONENTS / component / "fixtures.json").read_text())["fixtures"]

    assert sum(sayable(component, fixture["options"]) for fixture in told) >= SAYABLE[component][1]


class Referral(forms.Form):
    first_name = forms.CharField(label="First name", max_length=5)
    upn = forms.CharField(label="UPN")
    born_on = DateField(label="Date of birth", past=True)
    kind = forms.ChoiceField(label="What did you do?", widget=Chips, choices=[("a", "1 to 1"), ("b", "Group")])
    outcome = forms.ChoiceField(
        label="Outcome", widget=Radios(reveals={"d": "reason"}), choices=[("a", "Accept"), ("d", "Decline")]
    )
    reason = forms.CharField(label="Why?", required=False)
    hours = forms.DecimalField(label="Hours")
    told = forms.BooleanField(label="The family knows")


def test_each_line_of_the_error_summary_leads_to_a_control():
    form = Referral({})

    links = [(link.text, link.href) for link in error_links(form)]

    assert links == [
        ("Enter first name", "#id_first_name"),
        ("Enter UPN", "#id_upn"),
        ("Enter date of birth", "#id_born_on-day"),
        ("Answer the question “What did you do?”", "#id_kind_0"),
        ("Select outcome", "#id_outcome_0"),
        ("Enter hours", "#id_hours"),
        ("Tick the box “The family knows”", "#id_told"),
    ]
    html = str(form)
    assert [href for _, href in links if f'id="{href[1:]}"' not in html] == []


def test_an_unbound_form_has_no_errors_and_nothing_is_forced_by_the_browser():
    html = str(Referral())

    assert error_links(Referral()) == []
    assert re.findall(r"\b(?:required|maxlength|aria-invalid)\b", html) == []


def test_a_number_is_typed_as_text():
    line = re.search(r"<input[^>]*id_hours[^>]*>", str(Referral()))[0]

    assert 'type="text"' in line
    assert 'inputmode="decimal"' in line
    assert "step" not in line


def test_a_revealed_field_is_drawn_once_beside_its_choice():
    html = str(Referral())

    assert html.count('name="reason"') == 1
    assert html.index('id="id_outcome_1"') < html.index('name="reason"') < html.index('name="hours"')


def test_what_was_typed_comes_back():
    form = Referral(
        {"first_name": "<Zoë>", "born_on-day": "31", "born_on-month": "2", "born_on-year": "2011", "kind": "b"}
    )
    html = str(form)

    assert "&lt;Zoë&gt;" in html
    assert [re.search(rf'name="born_on-{part}"[^>]*value="(\d+)"', html)[1] for part in ("day", "month", "year")] == [
        "31",
        "2",
        "2011",
    ]
    assert re.search(r'id="id_kind_1"[^>]*checked|checked[^>]*id="id_kind_1"', html)


class When(forms.Form):
    on = DateField(label="Date of birth", past=True)


def when(**parts):
    return When({f"on-{part}": value for part, value in parts.items()})


@pytest.mark.parametrize(
    ("day", "month", "year", "expected"),
    [
        ("5", "9", "2011", date(2011, 9, 5)),
        ("05", "09", "2011", date(2011, 9, 5)),
        (" 5 ", "September", "2011", date(2011, 9, 5)),
        ("29", "feb", "2012", date(2012, 2, 29)),
    ],
)
def test_a_date_is_read_as_it_is_typed(day, month, year, expected):
    form = when(day=day, month=month, year=year)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["on"] == expected


def test_a_date_is_read_from_one_iso_text():
    form = When({"on": "2011-03-27"})

    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2011, 3, 27)


@pytest.mark.parametrize(
    ("day", "month", "year", "message", "link"),
    [
        ("", "9", "2011", "Date of birth must include a day", "#id_on-day"),
        ("5", "", "", "Date of birth must include a month and year", "#id_on-month"),
        ("5", "9", "11", "Date of birth must have a year of 4 numbers", "#id_on-year"),
        ("5", "13", "2011", "Date of birth must be a real date", "#id_on-month"),
        ("31", "2", "2011", "Date of birth must be a real date", "#id_on-day"),
        ("five", "2", "2011", "Date of birth must be a real date", "#id_on-day"),
        ("²", "2", "2011", "Date of birth must be a real date", "#id_on-day"),
        ("1", "1", "2999", "Date of birth must be today or in the past", "#id_on-day"),
        ("1", "1", "0000", "Date of birth must be a real date", "#id_on-day"),
    ],
)
def test_a_wrong_date_says_which_part_and_leads_there(day, month, year, message, link):
    form = when(day=day, month=month, year=year)

    assert [(one.text, one.href) for one in error_links(form)] == [(message, link)]


@pytest.mark.parametrize("text", ["2011-02-31", "27/03/2011", "\x00", "x" * 1000])
def test_a_text_that_is_no_date_is_refused_in_words(text):
    form = When({"on": text})

    assert [link.text for link in error_links(form)] == ["Date of birth must be a real date"]


class Filter(forms.Form):
    decision = forms.MultipleChoiceField(choices=[("n", "New"), ("m", "More information")], required=False)
    q = forms.CharField(label="Name", required=False)
    sort = forms.CharField(widget=forms.HiddenInput, required=False)


def test_each_chip_of_a_filter_takes_itself_away_and_leaves_the_rest():
    chips = active_filters(Filter(QueryDict("decision=n&decision=m&q=Kian&sort=-received&after=9")))

    assert [(chip.text, chip.href) for chip in chips] == [
        ("New", "?decision=m&q=Kian&sort=-received"),
        ("More information", "?decision=n&q=Kian&sort=-received"),
        ("Name: Kian", "?decision=n&decision=m&sort=-received"),
    ]
