"""A shared case as a guest reads it: a section for each kind of record whose categories are all shared.

Row-level security decides; what is asked here is only which sections a page has. Whatever the database would not
show is not asked for.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import F, Prefetch

from apst.codelists import label
from apst.people.models import Contact, Pupil, PupilFact
from apst.people.records import fact_words
from cases.models import (
    Assessment,
    Case,
    CaseMember,
    Exclusion,
    Goal,
    GoalScore,
    GoalStep,
    InterventionPlace,
    NoteText,
    OnwardReferral,
    PassportVersion,
    Plan,
    RiskJudgement,
    SafetyPlan,
)
from cases.wording import PASSPORT_HEADINGS

from .shared import words_of

MOST: Final = 50  # of one kind on the page: the last


@dataclass(frozen=True)
class Piece:
    """One record: its heading, when and by whom, and what it says as (label, words)."""

    title: str
    second: str = ""
    said: tuple[tuple[str, str], ...] = ()


@dataclass
class Section:
    """One kind of record. needs: the categories, all of which must be shared;  records: ids by table, no text."""

    title: str
    needs: tuple[str, ...]
    pieces: list[Piece] = field(default_factory=list)
    records: dict[str, list[int]] = field(default_factory=dict)
    cut: bool = False  # there is more than is shown

    @property
    def categories(self) -> str:
        """Its categories in words."""
        return ", ".join(words_of(self.needs))

    def put(self, rows: Any, piece: Callable[[Any], Piece]) -> None:
        """Add a piece for each row, and note which rows were shown."""
        found = list(rows[: MOST + 1]) if hasattr(rows, "query") else list(rows)
        self.cut = self.cut or len(found) > MOST
        for row in found[:MOST]:
            self.pieces.append(piece(row))
            self.records.setdefault(row._meta.db_table, []).append(row.pk)


def _day(day: Any) -> str:
    return f"{day:%-d %B %Y}" if day else ""


def _said(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, words) for name, words in pairs if words)


def _identity(section: Section, case: Case) -> None:
    def piece(pupil: Pupil) -> Piece:
        return Piece(
            pupil.full_name,
            "",
            _said(
                ("Name they prefer", pupil.preferred_name),
                ("Date of birth", _day(pupil.date_of_birth)),
                ("Sex", pupil.get_sex_display()),
                ("First language", pupil.first_language),
                ("Home school", str(pupil.home_school or "")),
            ),
        )

    section.put(Pupil.objects.filter(pk=case.pupil_id).select_related("home_school"), piece)


def _team(section: Section, case: Case) -> None:
    rows = CaseMember.objects.filter(case=case, ends_on__isnull=True).select_related("post__specialist")
    section.put(
        rows,
        lambda row: Piece(
            row.post.specialist.name,
            f"{row.post.get_specialist_type_display()}, {row.get_part_display().lower()} since {_day(row.starts_on)}",
        ),
    )


def _plan(section: Section, case: Case) -> None:
    section.put(
        Plan.objects.filter(case=case),
        lambda plan: Piece(
            "What we work towards",
            f"Since {_day(plan.starts_on)}",
            _said(
                ("What the pupil wants", plan.hopes),
                ("What the family wants", plan.family_words),
                ("What we are working towards", plan.aim),
            ),
        ),
    )
    steps = Prefetch("steps", GoalStep.objects.filter(removed_at__isnull=True).select_related("owner__specialist"))
    scores = Prefetch("scores", GoalScore.objects.order_by("review__held_on", "pk"))
    goals = Goal.objects.filter(case=case).prefetch_related(steps, scores).order_by("pk")

    def piece(goal: Goal) -> Piece:
        given = [str(score.score) for score in goal.scores.all()]
        start = "" if goal.baseline is None else str(goal.baseline)
        done = [f"{step.text}{' (done)' if step.done_on else ''}" for step in goal.steps.all()]
        return Piece(
            f"Goal: {goal.text}",
            goal.get_state_display(),
            _said(
                ("In the pupil’s words", goal.own_words),
                ("Scores out of 10", ", ".join(filter(None, [start, *given]))),
                ("Steps", "\n".join(done)),
            ),
        )

    section.put(goals, piece)
    shown = [step.pk for goal in goals for step in goal.steps.all()]
    if shown:
        section.records["cases_goalstep"] = shown


def _passport(section: Section, case: Case) -> None:
    rows = PassportVersion.objects.filter(case=case, number=F("passport__agreed_version"))
    section.put(
        rows,
        lambda row: Piece(
            row.name,
            f"Written with {row.written_with} on {_day(row.made_on)}",
            _said(
                *((heading, getattr(row, code)) for code, heading in PASSPORT_HEADINGS.items()),
                ("Interpreter or communication aid", row.language),
            ),
        ),
    )


def _sessions(section: Section, case: Case) -> None:
    rows = (
        InterventionPlace.objects.filter(case=case, intervention__deleted_at__isnull=True)
        .select_related("intervention")
        .order_by("-held_on", "-intervention")
    )

    def piece(row: InterventionPlace) -> Piece:
        held = row.intervention
        what = held.get_intervention_type_display() or held.get_activity_type_display()
        return Piece(_day(row.held_on), f"{what}, {held.minutes} minutes, {row.get_attendance_display().lower()}")

    section.put(rows, piece)


def _notes(categories: Collection[str]) -> Callable[[Section, Case], None]:
    def load(section: Section, case: Case) -> None:
        rows = NoteText.objects.filter(note__case=case, number=F("note__version")).select_related("note")
        if "family" not in categories:  # what was said with whom at home
            rows = rows.exclude(note__kind="family")

        def piece(text: NoteText) -> Piece:
            return Piece(
                text.note.get_kind_display(),
                _day(text.happened_on),
                _said(("What was seen, heard or agreed", text.text), ("What its author thinks", text.opinion)),
            )

        section.put(rows.order_by("-happened_on", "-pk"), piece)

    return load


def _contacts(section: Section, case: Case) -> None:
    # No address, hidden or not: one printed by default is how families were found who had fled.
    section.put(
        Contact.objects.filter(pupil=case.pupil_id),
        lambda row: Piece(
            f"{row.name}, {row.relationship.lower()}",
            "",
            _said(
                ("Parental responsibility", {True: "Yes", False: "No", None: "Not known"}[row.parental_responsibility]),
                ("Telephone", row.phone),
                ("Court order", row.court_order),
                ("Interpreter", row.interpreter_language),
            ),
        ),
    )


def _facts(section: Section, case: Case) -> None:
    rows = PupilFact.objects.filter(pupil=case.pupil_id, corrected_at__isnull=True).order_by(
        "kind", "-holds_from", "-pk"
    )
    newest: dict[str, PupilFact] = {}
    for row in rows:
        newest.setdefault(row.kind, row)
    section.put(
        newest.values(),
        lambda row: Piece(
            f"{row.get_kind_display()}: {fact_words(row.kind, row.value)}", f"Since {_day(row.holds_from)}"
        ),
    )


def _assessments(section: Section, case: Case) -> None:
    rows = Assessment.objects.filter(case=case).kept()
    section.put(
        rows,
        lambda row: Piece(
            f"An assessment on {_day(row.taken_on)}",
            "",
            _said(("Test", row.edition), ("Who answered", label("informants", row.informant))),
        ),
    )


def _exclusions(section: Section, case: Case) -> None:
    rows = Exclusion.objects.filter(pupil=case.pupil_id).kept().select_related("school")

    def piece(row: Exclusion) -> Piece:
        return Piece(
            str(row),
            str(row.school or ""),
            _said(
                ("Half-days", str(row.sessions or "")),
                ("Reasons", ", ".join(label("exclusion_reasons", code) for code in row.reasons)),
            ),
        )

    section.put(rows, piece)


def _risk(section: Section, case: Case) -> None:
    rows = RiskJudgement.objects.filter(case=case)
    section.put(
        rows,
        lambda row: Piece(
            f"{row.get_area_display()}: {row.get_level_display().lower()}",
            f"Judged on {_day(row.judged_on)}, to be looked at by {_day(row.review_on)}",
        ),
    )


def _safety_plan(section: Section, case: Case) -> None:
    last = SafetyPlan.objects.filter(case=case).first()
    if last is not None and not last.withdrawn:
        section.put(
            [last],
            lambda row: Piece(
                f"Made on {_day(row.made_on)}",
                f"To be looked at by {_day(row.review_on)}",
                _said(
                    ("What makes it worse", row.triggers),
                    ("What helps", row.helps),
                    ("Who to call, and when", row.who_to_call),
                ),
            ),
        )


def _onward(section: Section, case: Case) -> None:
    rows = OnwardReferral.objects.filter(case=case, struck_at__isnull=True)
    section.put(rows, lambda row: Piece(str(row), f"Begun on {_day(row.began_on)}", _said(("Why", row.reason))))


Load = Callable[[Section, Case], None]


def _listed(categories: Collection[str]) -> list[tuple[str, tuple[str, ...], Load]]:
    """Every kind of record in the order of the page, with the categories that its tables ask (their `access`)."""
    return [
        ("Who it is", ("identity",), _identity),
        ("Needs and care", ("send", "social_care"), _facts),
        ("The team", ("intervention",), _team),
        ("Plan", ("plan", "voice"), _plan),
        ("Communication passport", ("voice", "health"), _passport),
        ("Safety plan", ("safeguarding",), _safety_plan),
        ("Risk", ("safeguarding", "health"), _risk),
        ("Sessions", ("intervention", "health"), _sessions),
        ("Notes", ("intervention", "health"), _notes(categories)),
        ("Assessments", ("outcomes", "health"), _assessments),
        ("Help from other services", ("health",), _onward),
        ("Exclusions", ("education", "safeguarding"), _exclusions),
        ("Family and contacts", ("family",), _contacts),
    ]


def sections_of(case: Case, categories: Collection[str]) -> tuple[list[Section], list[Section]]:
    """Give the sections of a case that are shared, filled, and those that are not, empty.

    categories  those in which the case is shared with whoever asks
    """
    shared, closed = [], []
    for title, needs, load in _listed(categories):
        section = Section(title, needs)
        if set(needs) <= set(categories):
            load(section, case)
            shared.append(section)
        else:
            closed.append(section)
    return shared, closed
