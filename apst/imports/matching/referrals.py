"""Referrals by their reference, with one decision an outcome and day, and the case that they opened."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.db.models.functions import Now

from apst.imports.ledger import Ledger, write_records
from apst.imports.reading.problems import Row
from apst.people.models import Post, Pupil
from apst.tenancy.references import next_reference
from cases.models import Case, CaseMember
from cases.services import refresh_access
from referrals.models import Referral, TriageDecision
from referrals.queries import standing
from referrals.services import ENDS

from .plans import Field, Models, Options, Plan, differ, fit, nearest, put
from .pupils import UNKNOWN_PUPIL, local_ids_like

FIELDS = (
    Field("received_on", "received_on"),
    Field("source", "source"),
    Field("route", "route"),
    Field(
        "reasons",
        "reasons",
        held=lambda referral: tuple(referral.reasons),
        put=lambda referral, codes: setattr(referral, "reasons", list(codes)),
    ),
    Field("summary", "summary"),
)
CASE_COLUMNS = ("tier", "case_opened_on", "case_ended_on", "case_end_reason", "lead_specialist")
UNDONE = "undone"


@dataclass(slots=True)
class _Held:
    """What goes with one row: its pupil, its decisions, its case, and what is to be written."""

    pupil: int | None
    case: Case | None
    decisions: list[TriageDecision]
    lead: int | None = None
    decides: bool = False
    undoes: TriageDecision | None = None


class Referrals:
    """The matcher of `referrals`."""

    writes: ClassVar[Models] = (Referral, TriageDecision, Case, CaseMember)
    rows_at_a_time = None

    def __init__(self, options: Options) -> None:
        self.options = options
        self.notes: list[str] = []
        self._opened = False
        self.posts = dict(Post.objects.values_list("reference", "pk"))
        self._post_references = {pk: reference for reference, pk in self.posts.items()}
        self.case_fields = (
            Field("tier", "tier"),
            Field("case_opened_on", "opened_on"),
            Field("case_ended_on", "ended_on"),
            Field("case_end_reason", "end_reason"),
            Field(
                "lead_specialist",
                "lead_id",
                held=lambda case: self._post_references.get(case.lead_id),
                put=lambda case, reference: setattr(case, "lead_id", self.posts[reference]),
            ),
        )

    def plan(self, rows: list[Row]) -> list[Plan]:
        """Match by reference; then look at the open cases of each pupil as they will be."""
        held = {
            r.reference: r
            for r in Referral.objects.select_related("pupil").filter(
                reference__in=[row.values["reference"] for row in rows]
            )
        }
        pupils = dict(
            Pupil.objects.filter(local_id__in={row.values["pupil_local_id"] for row in rows}).values_list(
                "local_id", "pk"
            )
        )
        decisions = defaultdict(list)
        for decision in TriageDecision.objects.filter(referral__in=[r.pk for r in held.values()]).order_by(
            "decided_on", "pk"
        ):
            decisions[decision.referral_id].append(decision)
        # Of several cases of one referral the one opened last is the file's.
        cases = {
            case.referral_id: case
            for case in Case.objects.filter(referral__in=[r.pk for r in held.values()]).order_by("opened_on", "pk")
        }
        plans = []
        for row in rows:
            values = row.values
            referral = held.get(values["reference"])
            pupil = pupils.get(values["pupil_local_id"])
            pk = referral.pk if referral else None
            plan = Plan(row, values["reference"], referral, pupils=(pupil,) if pupil else ())
            plan.extra = _Held(pupil, cases.get(pk), decisions[pk] if pk else [])
            if pupil is None:
                plan.reject(
                    "pupil_local_id", values["pupil_local_id"], UNKNOWN_PUPIL, local_ids_like(values["pupil_local_id"])
                )
            elif referral and referral.pupil_id != pupil:
                plan.reject(
                    "pupil_local_id",
                    values["pupil_local_id"],
                    "is not the pupil of this referral.",
                    referral.pupil.local_id,
                )
            fit(plan, Referral, FIELDS)
            if referral:
                differ(plan, FIELDS)
            self._decision(plan)
            self._case(plan)
            plans.append(plan)
        self._one_open_case(plans)
        return plans

    @staticmethod
    def _decision(plan: Plan) -> None:
        """An outcome is one decision on its day; another outcome, or another day, is another decision."""
        outcome, day, held = plan.row.values.get("triage_outcome"), plan.row.values.get("triaged_on"), plan.extra
        if not outcome or not day or any((d.outcome, d.decided_on) == (outcome, day) for d in held.decisions):
            return
        stands = [decision for decision in standing(held.decisions) if decision.decided_on <= day]
        if outcome == UNDONE and not stands:
            plan.reject("triage_outcome", outcome, "stands without a decision before it that could be undone.")
            return
        held.decides, held.undoes = True, stands[-1] if outcome == UNDONE else None
        if plan.found:
            before = stands[-1].outcome if stands else ""
            plan.change("triage_outcome", before, f"{outcome} on {day:%d/%m/%Y}")

    def _case(self, plan: Plan) -> None:
        values, held = plan.row.values, plan.extra
        lead = values.get("lead_specialist")
        if values.get("case_opened_on") is None:
            return
        if lead and lead not in self.posts:
            plan.reject(
                "lead_specialist",
                lead,
                "is no post of this taskforce. Import specialists first, or mend the reference.",
                nearest(lead, self.posts),
            )
        if held.case:
            for field in self.case_fields:
                value = values.get(field.column)
                if value is not None and (before := field.read(held.case)) != value:
                    plan.change(field.column, before, value)
        elif plan.found:
            for column in CASE_COLUMNS:
                if values.get(column) is not None:
                    plan.change(column, "", values[column])

    def _one_open_case(self, plans: list[Plan]) -> None:
        """Reject the row that would open a second case of a pupil while another is open."""
        open_now: dict[int, str] = {}
        ours = {plan.extra.case.pk for plan in plans if plan.extra.case}
        pupils = [pupil for plan in plans for pupil in plan.pupils]
        for case in Case.objects.open().filter(pupil__in=pupils):
            if case.pk not in ours:
                open_now[case.pupil_id] = case.reference
        for plan in plans:
            if plan.outcome == "rejected":
                continue
            values, held = plan.row.values, plan.extra
            opens = values.get("case_opened_on") is not None or held.case is not None
            ended = values.get("case_ended_on") or (held.case.ended_on if held.case else None)
            if not opens or ended:
                continue
            other = open_now.setdefault(held.pupil, plan.reference)
            if other != plan.reference:
                plan.reject(
                    "case_opened_on",
                    values.get("case_opened_on") or held.case.opened_on,
                    f"would open a second case while {other} of this pupil is open."
                    " Give the earlier one its case_ended_on.",
                )

    def write(self, plans: Sequence[Plan], ledger: Ledger) -> None:
        """Referrals, decisions, cases that end before cases that open, and who leads them."""
        add = []
        for plan in plans:
            if plan.outcome == "add":
                plan.found = put(plan, Referral(reference=plan.reference, pupil_id=plan.extra.pupil), FIELDS)
                plan.extra.decisions = []
                add.append(plan.found)
        change = [plan.found for plan in plans if plan.found.pk]
        states = {plan.reference: self._state(plan) for plan in plans}
        for plan in plans:
            if plan.found.pk:
                put(plan, plan.found, FIELDS).version += 1
            plan.found.state = states[plan.reference]
        write_records(
            ledger, Referral, add=add, change=change, attributes=[*(f.attribute for f in FIELDS), "state", "version"]
        )
        decided = [
            TriageDecision(
                referral=plan.found,
                outcome=plan.row.values["triage_outcome"],
                decided_on=plan.row.values["triaged_on"],
                undoes=plan.extra.undoes,
            )
            for plan in plans
            if plan.extra.decides
        ]
        write_records(ledger, TriageDecision, add=decided, change=[])
        self._write_cases([plan for plan in plans if plan.row.values.get("case_opened_on")], ledger)

    @staticmethod
    def _state(plan: Plan) -> str:
        """Where the referral stands after the import, as the services of referrals would say."""
        values, held = plan.row.values, plan.extra
        if held.case or values.get("case_opened_on"):
            return str(Referral.State.ALLOCATED)
        stands = [
            (d.decided_on, d.outcome)
            for d in standing(held.decisions)
            if d.pk != (held.undoes.pk if held.undoes else None)
        ]
        if held.decides and values["triage_outcome"] != UNDONE:
            stands.append((values["triaged_on"], values["triage_outcome"]))
        if not stands:
            return str(Referral.State.NEW)
        last = sorted(stands, key=lambda decision: decision[0])[-1][1]
        return str(Referral.State.ENDED if last in ENDS else Referral.State(last))

    def _write_cases(self, plans: Sequence[Plan], ledger: Ledger) -> None:
        taken = set(
            Case.objects.filter(reference__in=[plan.reference for plan in plans]).values_list("reference", flat=True)
        )
        add, change = [], []
        for plan in plans:
            case = plan.extra.case
            changes = set(CASE_COLUMNS) & set(plan.changes)
            if case is None:
                reference = next_reference("case") if plan.reference in taken else plan.reference
                case = Case(
                    reference=reference,
                    pupil_id=plan.extra.pupil,
                    referral=plan.found,
                    site_id=plan.found.site_id,
                    opened_by=self.options.by,
                )
                add.append(put(plan, case, self.case_fields))
            elif changes:
                put(plan, case, self.case_fields)
                case.version += 1
                case.updated_at = Now()
                change.append(case)
        # First those that end, then those that open: a pupil has one open case at most, at every moment.
        change.sort(key=lambda case: case.ended_on is None)
        attributes = ["tier", "opened_on", "ended_on", "end_reason", "lead_id", "version", "updated_at"]
        write_records(ledger, Case, add=[], change=change, attributes=attributes)
        write_records(ledger, Case, add=add, change=[])
        self._write_leads([*add, *change], ledger)
        self._opened = self._opened or bool(add or change)

    @staticmethod
    def _write_leads(cases: list[Case], ledger: Ledger) -> None:
        """The lead is on the team; one who leads no longer stays on it."""
        team: dict[int, dict[int, CaseMember]] = defaultdict(dict)
        for member in CaseMember.objects.filter(case__in=[case.pk for case in cases], ends_on__isnull=True):
            team[member.case_id][member.post_id] = member
        add, change = [], []
        for case in cases:
            for post, member in team[case.pk].items():
                part = CaseMember.Part.LEAD if post == case.lead_id else CaseMember.Part.DIRECT
                if member.part != part and CaseMember.Part.LEAD in (member.part, part):
                    member.part = part
                    change.append(member)
            if case.lead_id and case.lead_id not in team[case.pk]:
                add.append(
                    CaseMember(case=case, post_id=case.lead_id, part=CaseMember.Part.LEAD, starts_on=case.opened_on)
                )
        write_records(ledger, CaseMember, add=add, change=change, attributes=["part"])

    def finish(self) -> None:
        """Who sees which case follows from team, sites and posts."""
        if self._opened:
            refresh_access()
