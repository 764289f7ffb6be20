"""The instruments of this taskforce, under Settings."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.codelists import instruments as shipped
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.instruments import InstrumentForm, OwnInstrumentForm
from cases.models import Instrument, InstrumentScale
from cases.queries import instruments as queries

from .acts import act
from .cases import complain


@require_GET
@allowed(policies.can_set_instruments)
def instrument_list(request: MemberRequest) -> HttpResponse:
    """What this taskforce measures with: its own, and those of the shipped list."""
    rows = list(Instrument.objects.all())
    taken = {row.code for row in rows}
    listed = [queries.listed(code).instrument for code in shipped() if code not in taken]
    context = {
        "headings": [Heading("Instrument"), Heading("Consent"), Heading("Results are usually")],
        "rows": [_cells(row) for row in rows if row.retired_at is None],
        "listed": sorted(listed, key=lambda one: one.name.lower()),
        "retired": [row for row in rows if row.retired_at is not None],
    }
    return render(request, "cases/assessments/instrument_list.html", context)


def _cells(row: Instrument) -> list[Cell]:
    return [
        Cell(row.name, reverse("cases:instrument-change", args=[row.public_id]), row.edition),
        Cell(label("consent_purposes", row.consent_for) or "None of its own"),
        Cell(row.get_sensitivity_display()),
    ]


@require_POST
@allowed(policies.can_set_instruments)
def instrument_take_up(request: MemberRequest, code: str) -> HttpResponse:
    """Take an instrument of the list up, to set what applies to it here; or make one from its pattern."""
    if code not in shipped():
        raise Http404
    if not queries.can_be_taken_up(code):
        return redirect(f"{reverse('cases:instrument-new')}?like={code}")
    made = services.take_up(code, by=me(request.member))
    return redirect("cases:instrument-change", public_id=made.public_id)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_set_instruments)
def instrument_new(request: MemberRequest) -> HttpResponse:
    """Make an instrument of this taskforce's own."""
    like = shipped().get(request.GET.get("like", ""), {})
    initial = {**like, **like.get("areas", {}), "areas": ""} if like else {}
    form = OwnInstrumentForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            more = {name: like[name] for name in ("licence", "note") if name in like}
            made = services.make_instrument(**form.said(), **more, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The instrument is made and can be used.")
            return redirect("cases:instrument-change", public_id=made.public_id)
    context = {"form": form, "like": like, "back": reverse("cases:instrument-list")}
    return render(request, "cases/assessments/instrument_new.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_set_instruments, Instrument)
def instrument_change(request: MemberRequest, instrument: Instrument) -> HttpResponse:
    """One instrument: its scales as they are, and what applies to it here."""
    form = InstrumentForm(request.POST or None, instrument=instrument)
    if form.is_valid():
        services.set_instrument(instrument, **{"band_sets": [], **form.cleaned_data}, by=me(request.member))
        messages.success(request, "Saved. What was recorded before stays as it was.")
        return redirect("cases:instrument-list")
    context = {
        "form": form,
        "instrument": instrument,
        "scales": [{"key": scale.name, "value": _range(scale)} for scale in instrument.scales.all()],
        "back": reverse("cases:instrument-list"),
    }
    return render(request, "cases/assessments/instrument_change.html", context)


def _range(scale: InstrumentScale) -> str:
    if scale.unit == InstrumentScale.Unit.BAND:
        return "; ".join(scale.labels)
    unit = " months" if scale.unit == InstrumentScale.Unit.MONTHS else ""
    better = "" if scale.better == InstrumentScale.Better.NEITHER else f". {scale.get_better_display()}"
    return f"{scale.minimum:.0f} to {scale.maximum:.0f}{unit}{better}"


@require_POST
@allowed(policies.can_set_instruments, Instrument)
def instrument_retire(request: MemberRequest, instrument: Instrument) -> HttpResponse:
    """Take an instrument out of use."""
    to = reverse("cases:instrument-list")
    said = "The instrument is out of use. What was recorded with it stays."
    return act(request, instrument, services.retire_instrument, said=said, to=to, undo="cases:instrument-use")


@require_POST
@allowed(policies.can_set_instruments, Instrument)
def instrument_use(request: MemberRequest, instrument: Instrument) -> HttpResponse:
    """Bring an instrument back into use."""
    to = reverse("cases:instrument-list")
    return act(request, instrument, services.use_again, said="The instrument is in use again.", to=to)
