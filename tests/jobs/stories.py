"""For each kind of job a story that ends with it being asked for: `STORIES[kind](world)` gives the waiting job."""

import datetime as dt
import io
import os
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from apst.accounts.models import Membership
from apst.accounts.services import ask_for_access
from apst.imports import services as imports
from apst.jobs import tasks
from apst.jobs.models import Job
from apst.jobs.services import ask_for, ask_once
from apst.people import services as people
from apst.people.models import LoneVisit, Post
from apst.places.models import Site
from apst.places.services import put_entry
from apst.tenancy.context import acting_as_system, acting_for
from cases import services
from cases.models import CaseMember, CasePaper, Document, MeetingRules
from cases.queries.passports import SECTIONS
from cases.services.advice import ask_for_advice_paper
from reporting.queries import BUILD
from sharing import services as sharing
from tests.cases import papers
from tests.clock import TODAY
from tests.conftest import make_member, make_post, make_taskforce
from tests.factories import make_case, make_pupil, make_session
from tests.imports.test_importing_kinds import PUPILS

DAY = dt.timedelta(days=1)
LONG_AGO = 200 * DAY
Story = Callable[["World"], Job]
STORIES: dict[str, Story] = {}


class World:
    """A taskforce with a manager, two specialists and a case of the first; two such differ in nothing that counts."""

    def __init__(self, slug: str) -> None:
        self.taskforce = make_taskforce(slug, f"The {slug} taskforce")
        self.manager = make_member(self.taskforce, "manager", f"manager@{slug}.example", "Maya Thornton")
        self.specialist = make_member(self.taskforce, "specialist", f"sam@{slug}.example", "Sam Okafor")
        self.other = make_member(
            self.taskforce, "specialist", f"lee@{slug}.example", "Lee Marsh", case_reach="allocated"
        )
        self.post = make_post(self.taskforce, self.specialist, "SP01", "speech_language_therapist")
        self.other_post = make_post(self.taskforce, self.other, "SP02", "police", allocated_only=True)
        with self.as_system():
            site = Site.objects.create(name="The centre")
            self.case = make_case(
                pupil=make_pupil(forename="Amira", surname="Ahmed", name_key="ahmed amira"), site=site, lead=self.post
            )
            CaseMember.objects.create(case=self.case, post=self.post, part="lead", starts_on=self.case.opened_on)
            make_session(posts=[self.post], places=[self.case.pupil])
            services.refresh_access()

    def as_system(self):
        return acting_as_system(self.taskforce)

    def as_(self, person):
        return acting_for(self.taskforce, person)

    def do(self, job: Job) -> Job:
        """Do a job to its end."""
        tasks.perform(job.pk, self.taskforce.pk)
        return self.again(job)

    def again(self, job: Job) -> Job:
        with self.as_system():
            return Job.objects.get(pk=job.pk)

    def asked(self, kind: str) -> Job:
        with self.as_system():
            return Job.objects.get(kind=kind, state="waiting")


def story(kind: str) -> Callable[[Story], Story]:
    """Register the story of a kind."""

    def register(told: Story) -> Story:
        STORIES[kind] = told
        return told

    return register


def at_night(world: World, kind: str) -> Job:
    with world.as_system():
        ask_once(kind, key=TODAY.isoformat())
    return world.asked(kind)


@story("cases.refresh_access")
def a_colleague_joins_the_case(world: World) -> Job:
    with world.as_system():
        CaseMember.objects.create(case=world.case, post=world.other_post, starts_on=world.case.opened_on)
        ask_for_access()
    return world.asked("cases.refresh_access")


@story("places.calendar_changed")
def an_inset_day_comes_before_the_sixth_day(world: World) -> Job:
    with world.as_(world.specialist):
        services.record_exclusion(
            world.case.pupil,
            category="PERM",
            starts_on=dt.date(2026, 11, 16),
            start_session="am",
            by=world.specialist.membership,
        )
    with world.as_(world.manager):
        on = dt.date(2026, 11, 20)
        put_entry(None, kind="inset", name="", starts_on=on, ends_on=on, by=world.manager.membership)
    return world.asked("places.calendar_changed")


@story("cases.draw_paper")
def somebody_asks_for_the_brief(world: World) -> Job:
    with world.as_(world.specialist):
        return services.ask_for_paper(world.case, kind="brief")


@story("cases.draw_passports")
def somebody_asks_for_a_passport(world: World) -> Job:
    with world.as_(world.specialist):
        written = services.write_passport(
            world.case,
            name="Amira",
            sections=dict.fromkeys(SECTIONS, "A minute before I answer."),
            written_with="Sam",
            agreed=True,
            review_on=TODAY + 50 * DAY,
            by=world.specialist.membership,
        )
        return services.ask_for_passports(passport=written.passport)


@story("cases.draw_minutes")
def somebody_asks_for_minutes(world: World) -> Job:
    with world.as_(world.manager):
        meeting = services.convene(held_on=TODAY, by=world.manager.membership)
        return services.ask_for_minutes(meeting)


@story("cases.draw_advice")
def somebody_asks_for_advice(world: World) -> Job:
    with world.as_(world.specialist):
        me = world.specialist.membership
        advice = services.begin_advice(
            world.case, discipline="speech_language_therapist", asked_by="SEND team", requested_on=TODAY,
            sensitivity="ordinary", text="My own words.", by=me,
        )  # fmt: skip
        services.save_advice(advice, text="My own words.", version=1, final=True, by=me)
        advice.refresh_from_db()
        return ask_for_advice_paper(advice)


@story("imports.preview")
def a_file_is_uploaded(world: World) -> Job:
    with world.as_(world.manager):
        record = imports.take(
            io.BytesIO(PUPILS.encode()), kind="pupils", file_name="pupils.csv", by=world.manager.membership
        )
        return record.job


@story("imports.apply")
def a_file_is_to_be_applied(world: World) -> Job:
    previewed = world.do(a_file_is_uploaded(world))
    with world.as_(world.manager):
        record = imports.Import.objects.get(public_id=previewed.args["import"])
        return imports.ask_to_apply(record, skip_rejected=True, by=world.manager.membership)


@story("imports.undo")
def an_import_is_to_be_undone(world: World) -> Job:
    applied = world.do(a_file_is_to_be_applied(world))
    with world.as_(world.manager):
        record = imports.Import.objects.get(public_id=applied.args["import"])
        return imports.ask_to_undo(record, by=world.manager.membership)


@story("reporting.build")
def a_return_is_asked_for(world: World) -> Job:
    with world.as_(world.manager):
        return ask_for(BUILD, key="2026-27/autumn-2", args={"period": "2026-27/autumn-2"})


@story("reporting.pdf")
def a_return_is_to_be_drawn(world: World) -> Job:
    world.do(a_return_is_asked_for(world))
    return world.asked("reporting.pdf")


@story("people.lone_visit_alarm")
def somebody_is_not_back(world: World) -> Job:
    with world.as_(world.specialist):
        visit = people.go_out(
            kind="home_visit",
            place="Mill Lane",
            expected_back_at=timezone.now() + dt.timedelta(hours=1),
            by=world.specialist.membership,
        )
    with world.as_system():
        LoneVisit.objects.filter(pk=visit.pk).update(expected_back_at=timezone.now() - dt.timedelta(hours=1))
        people.raise_alarms()
    return world.asked("people.lone_visit_alarm")


@story("people.follow_posts")
def a_post_has_ended(world: World) -> Job:
    with world.as_system():
        Post.objects.filter(pk=world.post.pk).update(end_date=TODAY - DAY)
    return at_night(world, "people.follow_posts")


@story("cases.drop_papers")
def a_paper_is_two_days_old(world: World) -> Job:
    with world.as_system():
        CasePaper.objects.create(
            case=world.case, kind="brief", pupils=[world.case.pupil_id], categories="identity",
            drawn_for=Membership.objects.get(user=world.specialist), content=b"%PDF",
            drawn_at=timezone.now() - 2 * DAY,
        )  # fmt: skip
    return at_night(world, "cases.drop_papers")


@story("cases.erase_documents")
def a_document_was_removed_long_ago_and_an_upload_was_killed(world: World) -> Job:
    with world.as_(world.specialist):
        taken = [
            services.take_document(
                world.case, file=io.BytesIO(papers.PDF), file_name="letter.pdf", title="Letter", kind="family",
                dated_on=TODAY, by=world.specialist.membership,
            )
            for _ in range(2)
        ]  # fmt: skip
        services.remove_document(taken[0], by=world.specialist.membership)
    with world.as_system():
        Document.objects.filter(pk=taken[0].pk).update(removed_at=timezone.now() - LONG_AGO)
        lost = default_storage.save(
            f"documents/{world.taskforce.public_id.hex}/ab/{'c' * 38}", ContentFile(b"of no document")
        )
    then = (timezone.now() - 2 * DAY).timestamp()
    os.utime(default_storage.path(lost), (then, then))
    return at_night(world, "cases.erase_documents")


@story("jobs.drop_old")
def a_job_was_over_long_ago(world: World) -> Job:
    with world.as_system():
        Job.objects.create(kind="cases.refresh_access", key="old", state="done", finished_at=timezone.now() - LONG_AGO)
    return at_night(world, "jobs.drop_old")


@story("cases.clocks")
def a_child_waits_for_day_six(world: World) -> Job:
    with world.as_(world.specialist):
        services.record_exclusion(
            world.case.pupil,
            category="PERM",
            starts_on=dt.date(2026, 11, 9),
            start_session="am",
            by=world.specialist.membership,
        )
    return at_night(world, "cases.clocks")


@story("cases.prepare_meetings")
def the_team_meets_tomorrow(world: World) -> Job:
    with world.as_system():
        MeetingRules.objects.create(weekday=(TODAY + DAY).weekday())
    return at_night(world, "cases.prepare_meetings")


@story("notices.morning")
def a_morning_comes(world: World) -> Job:
    return at_night(world, "notices.morning")


@story("notices.digest")
def the_manager_is_to_have_a_digest(world: World) -> Job:
    world.do(a_morning_comes(world))
    with world.as_system():
        return Job.objects.get(kind="notices.digest", state="waiting", person_id=world.manager.pk)


@story("notices.tell")
def an_action_is_set_for_a_colleague(world: World) -> Job:
    with world.as_(world.manager):
        services.set_action(
            None, what="Ring the school", owner=world.specialist.membership, due_on=TODAY, case=world.case,
            by=world.manager.membership,
        )  # fmt: skip
    return world.asked("notices.tell")


@story("notices.send")
def a_colleague_is_to_be_told(world: World) -> Job:
    world.do(an_action_is_set_for_a_colleague(world))
    return world.asked("notices.send")


@story("people.lone_visit_email")
def a_manager_is_to_be_told_that_somebody_is_not_back(world: World) -> Job:
    world.do(somebody_is_not_back(world))
    return world.asked("people.lone_visit_email")


@story("sharing.draw_agreement")
def somebody_asks_for_an_agreement_on_paper(world: World) -> Job:
    with world.as_(world.manager):
        partner = sharing.save_partner(
            None, name="The trust", kind="nhs_trust", data_protection_contact="DPO",
            data_protection_email="dpo@trust.example", by=world.manager.membership,
        )  # fmt: skip
        agreement = sharing.draft(
            partner=partner, title="Sharing with the trust", starts_on=TODAY, review_on=TODAY + DAY,
            ends_on=TODAY + DAY, by=world.manager.membership,
        )  # fmt: skip
        return sharing.ask_for_agreement(agreement)
