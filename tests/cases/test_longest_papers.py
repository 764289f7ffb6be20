"""The papers about a case with the longest that people may type, and with next to nothing: they fit, and are tagged."""

import datetime as dt
import io

import pytest
from pypdf import PdfReader

from apst.people.models import PupilFact
from apst.places.models import Establishment
from cases import services
from cases.forms.passports import MOST
from cases.models import CaseMember
from cases.queries.advice import HEADINGS, parts_of
from cases.queries.passports import SECTIONS
from cases.services.advice import ask_for_advice_paper
from tests.cases.test_passport_papers import LONG, LONG_NAME, SENTENCE, drawn, is_tagged, pages_of, words_of, write
from tests.clock import TODAY
from tests.conftest import make_post
from tests.factories import make_case, make_pupil, make_referral

pytestmark = [
    pytest.mark.pdf,
    pytest.mark.django_db(transaction=True, databases=["default", "beside"]),
]
FORENAMES, SURNAME = "Oluwaseun Temitope Nnamdi", "Adebayo-Featherstonehaugh-Wojciechowska"
SCHOOL = (
    "The Holy Family and Saint Thomas of Canterbury Church of England and Roman Catholic Voluntary Aided High School"
)
DAY = dt.timedelta(days=1)


@pytest.fixture
def longest(northgate, cast, as_system):
    """A case whose pupil, school, team and reasons have the longest names."""
    with as_system():
        school = Establishment.objects.create(urn="100009", name=SCHOOL, kind="mainstream")
        pupil = make_pupil(forename=FORENAMES, surname=SURNAME, home_school=school)
        reasons = ["attendance", "mental_health", "exploitation", "risk_of_exclusion", "transition"]
        referral = make_referral(pupil=pupil, site=northgate.riverside, state="allocated", reasons=reasons)
        case = make_case(
            pupil=pupil, site=northgate.riverside, lead=cast.specialist.post, referral=referral, tier="tier_3"
        )
        CaseMember.objects.create(case=case, post=cast.specialist.post, part="lead", starts_on=case.opened_on)
        for kind, value in (("sen_provision", "E"), ("sen_primary_need", "SLCN"), ("csc_status", "cp")):
            PupilFact.objects.create(pupil=pupil, kind=kind, value=value, holds_from=case.opened_on)
    for number in range(4):
        name = f"Jo Llewellyn-Atherton-Featherstonehaugh {number}"
        post = make_post(northgate, None, f"SP9{number}", "speech_language_therapist", name=name)
        with as_system():
            CaseMember.objects.create(case=case, post=post, starts_on=case.opened_on)
    with as_system():
        services.refresh_access()
    return case


def test_the_fullest_brief_is_one_page(longest, cast, northgate, acting, as_system):
    by = cast.specialist.membership
    with acting(cast.specialist):
        plan = services.start_plan(longest, starts_on=longest.opened_on, hopes=LONG, by=by)
        for number in range(8):
            services.add_goal(plan, text=f"{number} {SENTENCE}"[:200].ljust(200, "g"), baseline=2, by=by)
        for area in ("exploitation", "violence", "self_harm", "home"):
            services.judge_risk(
                longest,
                judged_on=TODAY - 9 * DAY,
                area=area,
                level="high",
                evidence="x",
                review_on=TODAY + 9 * DAY,
                by=by,
            )
        for number in range(8):
            services.log_session(
                specialists=[cast.specialist.post], held_on=TODAY - number * DAY, minutes=45, note=SENTENCE * 40,
                activity_type="one_to_one", intervention_type="therapy", places=[(longest.pupil, "attended")], by=by,
            )  # fmt: skip
        services.ask_for_paper(longest, kind="brief")

    content = drawn(northgate, as_system, "brief", "brief-longest")

    assert is_tagged(content)
    assert pages_of(content) == 1
    words = words_of(content)
    assert SURNAME in words.replace("\n", "")
    assert "Restricted" not in words


def test_an_empty_brief_says_what_is_missing(case, cast, northgate, acting, as_system):
    with acting(cast.specialist):
        services.ask_for_paper(case, kind="brief")

    content = drawn(northgate, as_system, "brief", "brief-empty")

    assert (pages_of(content), is_tagged(content)) == (1, True)
    assert "Not recorded" in words_of(content)


def test_a_passport_with_a_word_a_line_is_one_page_too(case, cast, northgate, acting, as_system):
    with acting(cast.specialist):
        lines = ("word\n" * 99)[:MOST]
        services.ask_for_passports(passport=write(case, cast, sections=dict.fromkeys(SECTIONS, lines)))

    content = drawn(northgate, as_system, "passport", "passport-lines")

    assert (pages_of(content), is_tagged(content)) == (1, True)


def test_a_passport_with_little_in_it_is_one_page(case, cast, northgate, acting, as_system):
    with acting(cast.specialist):
        little = {"name": "Bo", "sections": {"good_at": "Football"}, "language": "", "written_with": "Sam"}
        services.ask_for_passports(passport=write(case, cast, **little))

    content = drawn(northgate, as_system, "passport", "passport-little")

    assert (pages_of(content), is_tagged(content)) == (1, True)
    assert [heading in words_of(content) for heading in ("What I’m good at", "What doesn’t help")] == [True, False]


def test_a_class_sheet_of_long_passports_cuts_no_pupil_in_two(longest, cast, northgate, acting, as_system):
    by = cast.specialist.membership
    with as_system():
        school = Establishment.objects.get(name=SCHOOL)
        cases = [make_case(pupil=make_pupil(), site=northgate.riverside, lead=cast.specialist.post) for _ in range(4)]
    with acting(cast.specialist):
        group = services.make_group(
            name="Year 10 Food Preparation and Nutrition, set 3, mixed abi", establishment=school, by=by
        )
        passports = [write(longest, cast)]
        passports += [write(one, cast, name=f"Pupil {n}", language="") for n, one in enumerate(cases)]
        services.add_to_group(group, passports, by=by)
        services.ask_for_passports(group=group)

    content = drawn(northgate, as_system, "class-sheet", "class-sheet-longest")

    assert is_tagged(content)
    assert pages_of(content) <= 5
    assert words_of(content).count("What doesn’t help") == 5


def test_a_plan_with_nothing_in_it_yet_is_one_page(case, cast, northgate, acting, as_system):
    with acting(cast.specialist):
        services.start_plan(case, starts_on=case.opened_on, by=cast.specialist.membership)
        services.ask_for_paper(case, kind="plan")

    content = drawn(northgate, as_system, "plan", "plan-little")

    assert (pages_of(content), is_tagged(content)) == (1, True)
    assert "We have not agreed any goals yet." in words_of(content)


def test_long_advice_goes_on_over_its_pages(longest, cast, northgate, acting, as_system):
    by = cast.specialist.membership
    with acting(cast.specialist):
        advice = services.begin_advice(
            longest, discipline="speech_language_therapist", asked_by="Wakefield SEND assessment and review team",
            requested_on=TODAY, sensitivity="ordinary", text="", by=by,
        )  # fmt: skip
        text = "\n\n".join(f"{HEADINGS[n % 6]}\n{SENTENCE * 12}" for n in range(18))
        services.save_advice(advice, text=text, final=True, by=by)
        advice.refresh_from_db()
        ask_for_advice_paper(advice)

    content = drawn(northgate, as_system, "ehc-advice", "advice-longest")

    assert is_tagged(content)
    assert 4 <= pages_of(content) <= 10
    headings = [one.title for one in PdfReader(io.BytesIO(content)).outline[0:] if not isinstance(one, list)]
    assert headings == ["EHC advice: speech and language therapist"]
    assert f"of {pages_of(content)}" in words_of(content)


def test_advice_is_divided_at_its_own_headings_only():
    assert parts_of("Dear all,\r\n\r\nNeeds\r\nLanguage.\nAttention.\n\n  \nNeeds are many.\n\nStrengths\n") == [
        ("", "Dear all,"), ("Needs", "Language.\nAttention."), ("", "Needs are many."), ("Strengths", ""),
    ]  # fmt: skip


def test_the_longest_names_and_texts_are_as_long_as_forms_allow():
    """So that the papers above are the longest there can be."""
    assert len(LONG) == MOST
    assert len(LONG_NAME) < 120
    assert len(SECTIONS) == 8
