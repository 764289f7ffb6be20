"""Everything of one taskforce's history as rows not yet written, and writing them in the order of their keys."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models

from apst.accounts.models import Membership
from apst.people.models import Contact, Pupil, PupilFact
from apst.people.services import write_name_keys
from apst.places.models import Site
from cases.models import (
    Case,
    CaseMember,
    Intervention,
    InterventionNote,
    InterventionPlace,
    InterventionSpecialist,
)
from cases.services.interventions import is_out_of_school_hours, last_day_to_change
from referrals.models import FurtherInformation, Referral, StrategyTried, TriageDecision

from .diary import Diary, at

BATCH = 1000


@dataclass
class History:
    """The rows, in lists. References are given when they are written, in the order of dates."""

    diary: Diary
    authors: dict[str, Membership]
    office: Membership
    pupils: list[Pupil] = field(default_factory=list)
    facts: list[PupilFact] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    strategies: list[StrategyTried] = field(default_factory=list)
    answers: list[FurtherInformation] = field(default_factory=list)
    decisions: list[TriageDecision] = field(default_factory=list)
    undone: list[TriageDecision] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    team: list[CaseMember] = field(default_factory=list)
    sessions: list[Intervention] = field(default_factory=list)
    delivered: list[InterventionSpecialist] = field(default_factory=list)
    places: list[InterventionPlace] = field(default_factory=list)
    notes: list[InterventionNote] = field(default_factory=list)
    apart: list[Case] = field(default_factory=list)

    def session(
        self,
        when: tuple[dt.date, dt.time],
        minutes: int,
        activity_type: str,
        posts: Sequence[str],
        places: Iterable[tuple[Case, str]] = (),
        *,
        intervention_type: str = "",
        location: str = "ap_school",
        site: Site | None = None,
        staff_trained: int | None = None,
        note: str = "",
    ) -> Intervention:
        """Add a session. posts: references, the first of whom logged it; places: cases of those named, each with the
        attendance.
        """
        (day, start), named = when, list(places)
        # What is done at a pupil's own school is done for it.
        for_school = named[0][0].pupil.home_school if named and activity_type == "outreach" else None
        author = self.authors.get(posts[0], self.office)
        row = Intervention(
            held_on=day,
            starts_at=start,
            minutes=minutes,
            activity_type=activity_type,
            intervention_type=intervention_type,
            location=location,
            out_of_school_hours=is_out_of_school_hours(day, start, self.diary.calendar),
            site=site,
            beneficiary=for_school,
            staff_trained=staff_trained,
            logged_by=author,
            logged_at=at(day, 17, 40),
            changeable_until=last_day_to_change(day),
        )
        self.sessions.append(row)
        self.delivered += [InterventionSpecialist(intervention=row, post=self.diary.posts[post]) for post in posts]
        self.places += [
            InterventionPlace(intervention=row, held_on=day, pupil=case.pupil, case=case, attendance=attendance)
            for case, attendance in named
        ]
        for place in self.places[len(self.places) - len(named) :]:
            if place.attendance != "about_pupil":
                self.diary.keep_busy(place.pupil.local_id, day, start, minutes)
        if note:
            self.notes.append(
                InterventionNote(intervention=row, text=note, written_by=author, written_at=at(day, 17, 40))
            )
        return row

    def open_at(self, site: Site, day: dt.date) -> list[Case]:
        """Give the cases of a site that are open on a day and worked with; not those to be restricted."""
        return [
            case
            for case in self.cases
            if case.site == site
            and case.opened_on <= day
            and (case.ended_on is None or day <= case.ended_on)
            and case.end_reason not in ("refused", "opened_in_error")
            and not any(case is one for one in self.apart)
        ]

    def write(self) -> None:
        """Write everything in the open context; numbers what has a reference, and tells the counters where to go on."""
        self._number()
        rows: list[Sequence[models.Model]] = [
            self.pupils,
            self.facts,
            self.contacts,
            self.referrals,
            self.strategies,
            self.answers,
            self.decisions,
            self.undone,
            self.cases,
            self.team,
            self.sessions,
            self.delivered,
            self.places,
            self.notes,
        ]
        for table in rows:
            if table:
                type(table[0])._default_manager.bulk_create(table, batch_size=BATCH)
        write_name_keys(self.pupils)

    def _number(self) -> None:
        self.referrals.sort(key=lambda row: (row.received_on, row.pupil.local_id))
        self.decisions.sort(key=lambda row: row.decided_at)
        self.cases.sort(key=lambda row: (row.opened_on, row.pupil.local_id))
        self.sessions.sort(key=lambda row: (row.held_on, row.starts_at))
        for n, referral in enumerate(self.referrals, start=1):
            referral.reference = f"S-{n}"
        for n, case in enumerate(self.cases, start=1):
            case.reference = f"C-{n}"
        for n, session in enumerate(self.sessions, start=1):
            session.reference = f"S-{n}"
        touched = {id(place.case): place.intervention.logged_at for place in self._places_by_day()}
        for case in self.cases:
            case.updated_at = max(touched.get(id(case), at(case.opened_on)), at(case.ended_on or case.opened_on))

    def _places_by_day(self) -> list[InterventionPlace]:
        return sorted(self.places, key=lambda place: place.intervention.held_on)
