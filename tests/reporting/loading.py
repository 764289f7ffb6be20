"""Writes a folder of import files as rows of a taskforce, without the importer: what is tested is the return alone."""

from datetime import date
from pathlib import Path

from apst.people.models import Post, Pupil, PupilFact, Specialist
from apst.places.models import CalendarEntry, Establishment, Site
from cases.models import Case, Intervention, InterventionPlace, InterventionSpecialist
from referrals.models import Referral, TriageDecision
from tests.oracle import files


def load(folder: Path, *, today: date, sites: tuple[str, ...] = ()) -> None:
    """Load every kind into the open taskforce, in its system's scope."""
    records = files.read(folder, today, sites)
    schools = {
        row["urn"]: Establishment.objects.create(urn=row["urn"], name=row["name"])
        for row in files.rows(folder, "establishments")
    }
    CalendarEntry.objects.bulk_create(
        CalendarEntry(
            academic_year=row["academic_year"],
            kind=row["kind"],
            name=row["name"],
            starts_on=files.day(row["starts_on"]),
            ends_on=files.day(row["ends_on"]) or files.day(row["starts_on"]),
            establishment=schools.get(row["establishment_urn"]),
        )
        for row in files.rows(folder, "calendar")
    )
    places = {name: Site.objects.create(name=name) for name in records.sites}
    posts = _posts(records)
    pupils = _pupils(records)
    _referrals(files.read_referrals(folder), pupils)
    _sessions(folder, posts, pupils, places)


def _posts(records: files.Records) -> dict[str, Post]:
    people = {
        post.person: Specialist.objects.create(name=post.person)
        for post in {p.person: p for p in records.posts.values()}.values()
    }
    rows = [
        Post(
            specialist=people[post.person],
            reference=reference,
            specialist_type=post.specialist_type,
            fte_hundredths=post.fte_hundredths,
            start_date=post.start,
            end_date=post.end,
            employment=post.employment,
            allocated_only=post.specialist_type == "police",
        )
        for reference, post in records.posts.items()
    ]
    return {post.reference: post for post in Post.objects.bulk_create(rows)}


def _pupils(records: files.Records) -> dict[str, Pupil]:
    rows = [
        Pupil(
            local_id=local_id,
            surname="Invented",
            forename=local_id,
            name_key=local_id.lower(),
            sound_key="INV",
            date_of_birth=pupil.date_of_birth,
            sex=pupil.sex,
            ethnicity=pupil.ethnicity,
            leaving_date=pupil.leaving_date,
            year_offset=pupil.year_offset,
        )
        for local_id, pupil in records.pupils.items()
    ]
    pupils = {pupil.local_id: pupil for pupil in Pupil.objects.bulk_create(rows)}
    PupilFact.objects.bulk_create(
        PupilFact(pupil=pupils[local_id], kind=kind, value=value, holds_from=since)
        for local_id, pupil in records.pupils.items()
        for kind, history in pupil.facts.items()
        for since, value in history
    )
    return pupils


def _referrals(referrals: dict[str, files.Referral], pupils: dict[str, Pupil]) -> None:
    rows = Referral.objects.bulk_create(
        Referral(
            reference=reference,
            pupil=pupils[referral.pupil],
            received_on=referral.received,
            source=referral.source,
            route=referral.route,
            reasons=referral.reasons,
        )
        for reference, referral in referrals.items()
    )
    TriageDecision.objects.bulk_create(
        TriageDecision(referral=row, outcome=outcome, decided_on=on)
        for row in rows
        for on, outcome in referrals[row.reference].decisions
    )
    Case.objects.bulk_create(
        Case(
            reference=case.reference,
            pupil=pupils[case.pupil],
            referral=row,
            tier=case.tier,
            opened_on=case.opened,
            ended_on=case.ended,
            end_reason=case.end_reason,
        )
        for row in rows
        if (case := referrals[row.reference].case)
    )


def _sessions(folder: Path, posts: dict[str, Post], pupils: dict[str, Pupil], places: dict[str, Site]) -> None:
    read = {ref: files.read_session(row) for ref, row in files.merged(folder, "sessions", "reference").items()}
    rows = Intervention.objects.bulk_create(
        [
            Intervention(
                reference=reference,
                held_on=one.date,
                minutes=one.minutes,
                activity_type=one.activity_type,
                location=one.location,
                out_of_school_hours=one.out_of_school_hours,
                site=places.get(one.site),
            )
            for reference, one in read.items()
        ],
        batch_size=2000,
    )
    InterventionSpecialist.objects.bulk_create(
        [
            InterventionSpecialist(intervention=row, post=posts[ref])
            for row in rows
            for ref in read[row.reference].specialists
        ],
        batch_size=2000,
    )
    InterventionPlace.objects.bulk_create(
        [
            InterventionPlace(intervention=row, held_on=row.held_on, pupil=pupils[pupil], attendance=status)
            for row in rows
            for pupil, status in read[row.reference].places
        ],
        batch_size=2000,
    )
