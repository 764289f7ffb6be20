"""The papers of plans and passports, drawn: tagged, and with the longest words still on their pages."""

import datetime as dt
import io
import os
from pathlib import Path

import pytest
from pypdf import PdfReader

from apst.jobs.models import Job
from apst.jobs.tasks import perform
from cases import services
from cases.forms.passports import MOST
from cases.models import CasePaper
from cases.queries.passports import SECTIONS
from cases.wording import PASSPORT_HEADINGS
from tests.clock import TODAY

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "beside"])
LONG_NAME = "Oluwaseun Temitope Adebayo-Featherstonehaugh-Wojciechowska"
SENTENCE = "Please give me a minute before I answer, because the words come slowly when it is loud. "
LONG = (SENTENCE * 9)[:MOST]
TITLES = ("Case brief", "My plan", "Communication passport", "Class sheet", "EHC advice")


def drawn(northgate, as_system, kind, picture=""):
    """The one paper of a kind that the waiting jobs draw. picture: what its file is called where PICTURES asks."""
    with as_system():
        waiting = list(Job.objects.filter(state="waiting").values_list("pk", flat=True))
    for pk in waiting:
        perform(pk, northgate.pk)
    with as_system():
        assert list(Job.objects.exclude(state="done").values_list("error", flat=True)) == []
        content = bytes(CasePaper.objects.get(kind=kind).content)
    if folder := os.environ.get("PICTURES"):
        Path(folder, f"{picture or kind}.pdf").write_bytes(content)
    return content


def pages_of(content):
    return len(PdfReader(io.BytesIO(content)).pages)


def is_tagged(content):
    """Tagged, in English, with a title that a reader shows and that names nobody."""
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    title = str(reader.metadata.title)
    return (
        bool(root["/MarkInfo"]["/Marked"])
        and "/StructTreeRoot" in root
        and root["/Lang"] == "en-GB"
        and bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
        and title in TITLES
    )


def words_of(content):
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def write(case, cast, **fields):
    said = {
        "name": LONG_NAME, "sections": dict.fromkeys(SECTIONS, LONG), "language": "L" * 100, "written_with": "W " * 75,
        "agreed": True, "review_on": TODAY + dt.timedelta(days=100),
    }  # fmt: skip
    return services.write_passport(case, **{**said, **fields}, by=cast.specialist.membership).passport


@pytest.mark.pdf
def test_the_fullest_passport_is_one_page_and_tagged(case, cast, northgate, acting, as_system):
    with acting(cast.manager):
        services.choose_words("passport", dict.fromkeys(PASSPORT_HEADINGS, "Heading " * 7), by=cast.manager.membership)
    with acting(cast.specialist):
        services.ask_for_passports(passport=write(case, cast))

    content = drawn(northgate, as_system, "passport")

    assert pages_of(content) == 1
    assert is_tagged(content)


@pytest.mark.pdf
def test_school_staff_draw_what_was_shared_with_them_and_nothing_once_it_has_ended(
    case, cast, northgate, acting, as_system
):
    tom = cast.school_staff
    with acting(cast.specialist):
        passport = write(case, cast)
        passport.refresh_from_db()
        grant = services.share_passport(
            passport, tom.membership, until=TODAY + dt.timedelta(days=9), by=cast.specialist.membership
        )
    with acting(tom):
        services.ask_for_passports(passport=passport)
    drawn(northgate, as_system, "passport")
    with acting(tom):
        assert CasePaper.objects.get().pupils == [case.pupil_id]
    with acting(cast.specialist):
        services.end_share(grant, by=cast.specialist.membership)

    # The queue of the tests works at once, after the commit.
    with acting(tom):
        job = services.ask_for_passports(passport=passport)

    with as_system():
        assert Job.objects.get(pk=job.pk).state == "failed"
        assert CasePaper.objects.count() == 1


@pytest.mark.pdf
def test_the_familys_copy_of_a_plan_is_in_plain_words_and_tagged(case, cast, northgate, acting, as_system):
    by = cast.specialist.membership
    with acting(cast.specialist):
        plan = services.start_plan(case, starts_on=case.opened_on, hopes=LONG, family_words=LONG, aim=LONG, by=by)
        goals = [services.add_goal(plan, text="G " * 100, own_words="W " * 150, baseline=2, by=by) for _ in range(4)]
        services.add_step(goals[0], text="S " * 100, owner=cast.specialist.post, by=by)
        session = services.log_session(
            specialists=[cast.specialist.post], held_on=TODAY, minutes=45, activity_type="one_to_one",
            intervention_type="therapy", places=[(case.pupil, "attended")], by=by,
        )  # fmt: skip
        services.link_session(session, goals[:1], case=case, by=by)
        services.record_review(
            plan, held_on=TODAY, present="P " * 150, changed=LONG * 4, following=LONG * 4,
            scores=dict.fromkeys(goals, 5), by=by,
        )  # fmt: skip
        way = services.plan_reintegration(case, school=northgate.mainstream, starts_on=TODAY, agreed=LONG, by=by)
        for _ in range(3):
            services.add_week(way, half_days=["mon_am", "mon_pm", "thu_pm"], who_does_what="W " * 150, by=by)
        services.ask_for_paper(case, kind="plan")

    content = drawn(northgate, as_system, "plan")

    assert is_tagged(content)
    assert pages_of(content) <= 5
    words = words_of(content)
    assert "Talking sessions" in words
    assert [code for code in ("therapy", "one_to_one", "mon_am", "active") if code in words] == []
