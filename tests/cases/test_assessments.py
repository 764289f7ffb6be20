"""Assessments: what is recorded, who reads it, how it is corrected, and what consent it wanted."""

import datetime as dt
from decimal import Decimal

import pytest

from apst.codelists import codes, instruments
from apst.people.models import Contact
from apst.tenancy.context import current
from cases import services
from cases.exceptions import (
    CompetenceMissing,
    ConsentGiverWrong,
    DayNotPossible,
    InformantUnknown,
    InstrumentRetired,
    InstrumentWrong,
    NothingAssessed,
    NotStruckOut,
    NotYoursToChange,
    ScoreNotPossible,
    SessionOfSomebodyElse,
    StruckOut,
    WithdrawnBeforeGiven,
)
from cases.models import Assessment, AssessmentScore, AssessmentSummary, Instrument, TreatmentConsent
from cases.queries.assessments import measures, results_of, versions_of
from cases.queries.consents import missing
from cases.queries.instruments import choosable
from tests.factories import make_case, make_pupil, make_session

DAY = dt.date(2026, 11, 16)
SDQ = {"emotional": 7, "conduct": 6, "hyperactivity": 5, "peer": 3, "prosocial": 4}


def scores(**values):
    return {name: Decimal(value) for name, value in values.items()}


def sdq(pupil, by, *, taken_on=DAY, informant="teacher", sensitivity="ordinary", given=SDQ, **more):
    return services.record_assessment(
        pupil,
        instrument=services.take_up("sdq_4_17", by=by),
        taken_on=taken_on,
        informant=informant,
        scores=scores(**given),
        sensitivity=sensitivity,
        by=by,
        **more,
    )


def values(assessment):
    return {score.scale.code: score.value for score in assessment.scores.select_related("scale")}


def test_the_total_is_added_up_and_kept_with_the_bands_that_hold_for_the_informant(acting, cast, case):
    with acting(cast.specialist):
        made = sdq(case.pupil, cast.specialist.membership)

        (result,) = results_of(case.pupil)
        assert values(made) == scores(**SDQ, total=21)
        assert made.case == case
        assert [(s.scale.code, s.words, s.band) for s in result.scores] == [
            ("emotional", "7", "very high"),
            ("conduct", "6", "very high"),
            ("hyperactivity", "5", "close to average"),
            ("peer", "3", "slightly raised"),
            ("prosocial", "4", "low"),
            ("total", "21", "very high"),
        ]
        assert made.band_set.code == "teacher_4"


def test_the_same_scores_by_a_parent_have_the_parents_bands(acting, cast, case):
    with acting(cast.specialist):
        sdq(case.pupil, cast.specialist.membership, informant="parent")

        (result,) = results_of(case.pupil)
        assert {s.scale.code: s.band for s in result.scores} == {
            "emotional": "abnormal",
            "conduct": "abnormal",
            "hyperactivity": "normal",
            "peer": "borderline",
            "prosocial": "",
            "total": "abnormal",
        }


def test_a_total_that_does_not_add_up_is_refused_beside_its_field_and_nothing_is_kept(acting, cast, case):
    with acting(cast.specialist):
        with pytest.raises(ScoreNotPossible) as refused:
            sdq(case.pupil, cast.specialist.membership, given={**SDQ, "total": 20})

        assert refused.value.field == "score_total"
        assert "Total difficulties is 20, but the scores that make it up add up to 21." in str(refused.value)
        assert Assessment.objects.count() == 0


def test_a_total_alone_is_taken_as_it_is(acting, cast, case):
    with acting(cast.specialist):
        assert values(sdq(case.pupil, cast.specialist.membership, given={"total": 17})) == scores(total=17)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"emotional": "11"}, "Emotional problems must be between 0 and 10."),
        ({"emotional": "-1"}, "Emotional problems must be between 0 and 10."),
        ({"emotional": "4.5"}, "Emotional problems must be a whole number."),
        ({"prosocial": "4.55"}, "Prosocial must be a number with at most one decimal."),
    ],
)
def test_a_score_that_the_scale_cannot_give_is_refused(acting, cast, case, given, sentence):
    with acting(cast.specialist), pytest.raises(ScoreNotPossible, match=sentence):
        sdq(case.pupil, cast.specialist.membership, given=given)


def test_what_is_not_an_assessment_is_refused(acting, cast, case, as_system):
    me = cast.specialist.membership
    with as_system():
        other = make_session(posts=[cast.specialist.post], places=[make_pupil()])
    with acting(cast.specialist):
        with pytest.raises(NothingAssessed):
            sdq(case.pupil, me, given={})
        with pytest.raises(InformantUnknown):
            sdq(case.pupil, me, informant="")
        with pytest.raises(InformantUnknown):
            sdq(case.pupil, me, informant="specialist")
        with pytest.raises(DayNotPossible):
            sdq(case.pupil, me, taken_on=dt.date(2099, 1, 1))
        with pytest.raises(DayNotPossible):
            sdq(case.pupil, me, taken_on=dt.date(2001, 1, 1))
        with pytest.raises(SessionOfSomebodyElse):
            sdq(case.pupil, me, session=other)
        assert Assessment.objects.count() == 0


def test_the_same_form_sent_twice_is_one_assessment(acting, cast, case):
    key = "0190c2a0-0000-7000-8000-000000000001"
    with acting(cast.specialist):
        once = sdq(case.pupil, cast.specialist.membership, submission_key=key)
        twice = sdq(case.pupil, cast.specialist.membership, submission_key=key)

        assert once == twice
        assert Assessment.objects.count() == 1


def test_a_joint_assessment_is_one_record_of_both_and_of_the_session_whose_hours_count(acting, cast, case, as_system):
    with as_system():
        session = make_session(posts=[cast.specialist.post, cast.riverside.post], places=[case.pupil])
    with acting(cast.specialist):
        sdq(
            case.pupil,
            cast.specialist.membership,
            posts=[cast.specialist.post, cast.riverside.post],
            session=session,
        )

        (result,) = results_of(case.pupil)
        assert result.who == "Sam Okafor, Priya Shah"
        assert result.assessment.session == session


def test_a_restricted_assessment_is_there_for_others_and_says_nothing(acting, cast, case):
    with acting(cast.specialist):
        sdq(case.pupil, cast.specialist.membership, sensitivity="clinical", summary="A canary sings")
        assert not results_of(case.pupil)[0].restricted
    for other in (cast.manager, cast.dsl, cast.riverside):
        with acting(other):
            (result,) = results_of(case.pupil)
            assert (result.restricted, result.who, result.scores, result.summary) == (True, "Sam Okafor", [], "")
            assert AssessmentScore.objects.count() == AssessmentSummary.objects.count() == 0
            assert measures([result]) == []


def test_safeguarding_detail_is_the_dsls_too(acting, cast, case):
    with acting(cast.specialist):
        sdq(case.pupil, cast.specialist.membership, sensitivity="safeguarding")
    with acting(cast.dsl):
        assert not results_of(case.pupil)[0].restricted
    with acting(cast.manager):
        assert results_of(case.pupil)[0].restricted


def test_nobody_makes_themselves_the_author_of_a_restricted_assessment(acting, cast, case):
    with acting(cast.specialist):
        made = sdq(case.pupil, cast.specialist.membership, sensitivity="clinical")
    with acting(cast.manager):
        changed = Assessment.objects.filter(pk=made.pk).update(written_by=cast.manager.membership)
        freed = Assessment.objects.filter(pk=made.pk).update(sensitivity="ordinary")

        assert (changed, freed) == (0, 0)
        assert AssessmentScore.objects.count() == 0


def test_a_correction_strikes_the_first_version_out_and_both_stay(acting, cast, case):
    me = cast.manager.membership
    with acting(cast.specialist):
        first = sdq(case.pupil, cast.specialist.membership)
    with acting(cast.manager):
        second = services.correct_assessment(
            first,
            instrument=first.instrument,
            taken_on=DAY,
            informant="teacher",
            scores=scores(**{**SDQ, "peer": 2}),
            sensitivity="ordinary",
            by=me,
        )

        (result,) = results_of(case.pupil)
        assert result.assessment == second
        assert values(second)["total"] == Decimal(20)
        assert next(v.said for v in versions_of([second])[second.pk]).startswith("Emotional problems 7")
        first.refresh_from_db()
        assert (first.struck_because, first.struck_by) == ("Corrected", me)
        with pytest.raises(StruckOut):
            services.strike_out(first, because="", by=me)
        with pytest.raises(NotStruckOut):
            services.bring_back(first, by=me)


def test_struck_out_counts_nowhere_and_can_be_brought_back(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        made = sdq(case.pupil, me)
        services.strike_out(made, because="Wrong pupil", by=me)
        assert results_of(case.pupil) == []

        services.bring_back(made, by=me)
        assert [r.assessment for r in results_of(case.pupil)] == [made]


def test_a_restricted_assessment_is_struck_out_by_its_author_alone(acting, cast, case):
    with acting(cast.specialist):
        made = sdq(case.pupil, cast.specialist.membership, sensitivity="clinical")
    with acting(cast.manager), pytest.raises(NotYoursToChange):
        services.strike_out(made, because="", by=cast.manager.membership)


def test_scores_of_one_informant_over_time_make_a_measure_and_small_numbers_are_called_so(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        sdq(case.pupil, me, taken_on=dt.date(2026, 5, 4), given={"total": 24})
        sdq(case.pupil, me, taken_on=DAY, given={"total": 15})
        sdq(case.pupil, me, taken_on=DAY, informant="self", given={"total": 18})

        by_self, by_teacher = sorted(measures(results_of(case.pupil)), key=lambda m: len(m.rows))
        assert by_teacher.title == "Strengths and Difficulties Questionnaire (SDQ), 4 to 17, teacher or school staff"
        assert [(day, row[0].words) for day, row in by_teacher.rows] == [(dt.date(2026, 5, 4), "24"), (DAY, "15")]
        assert by_teacher.chart.finding == (
            "Total difficulties fell from 24 to 15 between May 2026 and November 2026. Lower is better."
        )
        assert by_teacher.caution == "Two scores only: a difference between two can be chance, and is no trend."
        assert (by_self.chart, by_self.caution) == (None, "One score: there is nothing yet to compare it with.")


def test_a_reading_age_is_kept_in_months_and_said_in_years(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        services.record_assessment(
            case.pupil,
            instrument=services.take_up("reading", by=me),
            edition="A test",
            taken_on=DAY,
            scores=scores(reading_age=112, standardised=85),
            by=me,
        )
        assert results_of(case.pupil)[0].said == "Reading age 9 years 4 months; Standardised score 85"


def test_a_taskforces_own_scale_is_made_by_the_manager_used_and_retired(acting, cast, case):
    me = cast.manager.membership
    with acting(cast.manager):
        own = services.make_instrument(name="How school feels", areas=["Coming in", "Staying in"], by=me)
        assert [(s.code, s.minimum, s.maximum) for s in own.scales.all()] == [
            ("coming_in", 0, 10),
            ("staying_in", 0, 10),
        ]
        services.record_assessment(case.pupil, instrument=own, taken_on=DAY, scores=scores(coming_in="6.5"), by=me)
        services.retire_instrument(own, by=me)
        own.refresh_from_db()
        with pytest.raises(InstrumentRetired):
            services.record_assessment(case.pupil, instrument=own, taken_on=DAY, scores=scores(coming_in=7), by=me)
        assert "how_school_feels" not in [one.code for one in choosable()]
        assert [r.said for r in results_of(case.pupil)] == ["Coming in 6.5"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "", "areas": ["A"]}, "name"),
        ({"name": "A", "areas": []}, "areas"),
        ({"name": "A", "areas": ["One", "one"]}, "areas"),
        ({"name": "A", "areas": ["One"], "minimum": 5, "maximum": 5}, "maximum"),
        ({"name": "A", "areas": ["One"], "labels": ["Only one"]}, "labels"),
    ],
)
def test_an_instrument_that_measures_nothing_is_not_made(acting, cast, said, field):
    with acting(cast.manager):
        with pytest.raises(InstrumentWrong) as refused:
            services.make_instrument(**said, by=cast.manager.membership)
        assert refused.value.field == field
        assert Instrument.objects.count() == 0


def test_an_instrument_of_the_list_is_made_once_by_whoever_uses_it_first(acting, cast, northgate):
    with acting(cast.riverside):
        first = services.take_up("boxall", by=cast.riverside.membership)
    with acting(cast.manager):
        assert services.take_up("boxall", by=cast.manager.membership) == first
        assert [scale.code for scale in first.scales.all()] == ["developmental", "diagnostic"]
        with pytest.raises(InstrumentWrong):
            services.take_up("outcomes_star", by=cast.manager.membership)


def test_every_shipped_instrument_can_be_used_and_its_bands_cover_their_scales(acting, cast, case):
    with acting(cast.manager):
        for code, said in instruments().items():
            assert set(said["informants"]) <= set(codes("informants"))
            assert said.get("consent_for", "") in ("", *codes("consent_purposes"))
            if "areas" in said:
                continue
            made = services.take_up(code, by=cast.manager.membership)
            for band_set in made.band_sets.all():
                for scale in made.scales.all():
                    bands = sorted(band_set.bands.get(scale.code, []))
                    if bands:
                        reached = [score for least, most, _ in bands for score in range(least, most + 1)]
                        assert reached == list(range(int(scale.minimum), int(scale.maximum) + 1)), (code, scale.code)


def test_a_year_group_is_screened_in_one_save_and_again_without_doubles(acting, cast, case, as_system):
    me = cast.specialist.membership
    with as_system():
        others = [make_pupil() for _ in range(3)]
    with acting(cast.specialist):
        screener = services.take_up("slcn_screening", by=me)
        results = {pupil: Decimal(1 + n % 3) for n, pupil in enumerate([case.pupil, *others])}
        said = {"taken_on": DAY, "edition": "A screener", "posts": [cast.specialist.post], "by": me}

        assert services.screen(screener, results=results, **said) == 4
        assert services.screen(screener, results=results, **said) == 0
        assert services.screen(screener, results={case.pupil: Decimal(3)}, **said) == 1

        assert [r.said for r in results_of(case.pupil)] == ["Band Needs a full assessment"]
        assert results_of(case.pupil)[0].assessment.case == case
        assert [r.assessment.case for r in results_of(others[0])] == [None]
        assert Assessment.objects.kept().count() == 4


def test_a_year_group_costs_the_same_number_of_statements_as_one_pupil(
    acting, cast, as_system, django_assert_max_num_queries
):
    me = cast.specialist.membership
    with as_system():
        pupils = [make_pupil() for _ in range(40)]
    with acting(cast.specialist):
        screener = services.take_up("slcn_screening", by=me)
        with django_assert_max_num_queries(12):
            services.screen(
                screener, taken_on=DAY, results=dict.fromkeys(pupils, Decimal(2)), posts=[cast.specialist.post], by=me
            )


@pytest.fixture
def mother(as_system, case):
    with as_system():
        return Contact.objects.create(
            pupil=case.pupil, name="Farah Ahmed", relationship="Mother", parental_responsibility=True
        )


def consent(case, by, **said):
    said = {"what_for": ["speech_language"], "decision": "given", "decided_on": dt.date(2026, 10, 5), **said}
    return services.record_consent(case.pupil, case=case, by=by, **said)


def test_consent_by_somebody_with_parental_responsibility_holds_until_it_is_withdrawn(acting, cast, case, mother):
    me = cast.specialist.membership
    with acting(cast.specialist):
        (row,) = consent(case, me, given_by="contact", contact=mother)
        assert missing(case.pupil, "speech_language", dt.date(2026, 10, 4)) == (
            "Speech and language assessment and therapy: no consent is recorded for that day."
        )
        assert missing(case.pupil, "speech_language", DAY) == ""

        services.withdraw_consent(row, withdrawn_on=dt.date(2026, 11, 2), by=me)
        assert missing(case.pupil, "speech_language", dt.date(2026, 11, 1)) == ""
        assert missing(case.pupil, "speech_language", DAY) == (
            "Speech and language assessment and therapy: consent was withdrawn on 2 November 2026."
        )


def test_a_pupil_decides_themselves_where_it_is_written_how_they_were_judged_competent(acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.specialist):
        with pytest.raises(CompetenceMissing):
            consent(case, me, given_by="pupil")
        consent(case, me, given_by="pupil", competence="Explained it back in her own words")
        assert missing(case.pupil, "speech_language", DAY) == ""


def test_nobody_without_parental_responsibility_consents(acting, cast, case, as_system, mother):
    me = cast.specialist.membership
    with as_system():
        neighbour = Contact.objects.create(pupil=case.pupil, name="A neighbour", relationship="Neighbour")
        elsewhere = Contact.objects.create(
            pupil=make_pupil(), name="Another", relationship="Father", parental_responsibility=True
        )
    with acting(cast.specialist):
        for contact in (neighbour, elsewhere, None):
            with pytest.raises(ConsentGiverWrong):
                consent(case, me, given_by="contact", contact=contact)
        (row,) = consent(case, me, given_by="contact", contact=mother)
        with pytest.raises(WithdrawnBeforeGiven):
            services.withdraw_consent(row, withdrawn_on=dt.date(2026, 10, 4), by=me)
        assert TreatmentConsent.objects.count() == 1


def test_a_screening_needs_no_consent_but_heeds_an_opt_out(acting, cast, case, mother):
    with acting(cast.specialist):
        assert missing(case.pupil, "screening", DAY) == ""
        consent(
            case, cast.specialist.membership, what_for=["screening"], decision="refused", given_by="contact",
            contact=mother,
        )  # fmt: skip
        assert missing(case.pupil, "screening", DAY) == (
            "Screening of a whole year group: the pupil or the family has opted out."
        )


def test_a_specialist_of_single_cases_sees_and_records_those_of_their_cases_alone(acting, cast, case, as_system):
    with as_system():
        elsewhere = make_case(pupil=make_pupil())
        sdq(elsewhere.pupil, None)
    with acting(cast.riverside):
        assert current().scope == "s_granted"
        sdq(case.pupil, cast.riverside.membership)
        assert [r.assessment.case for r in results_of(case.pupil)] == [case]
        assert Assessment.objects.count() == 1
        assert AssessmentScore.objects.count() == 6
    with acting(cast.allocated):
        assert Assessment.objects.count() == AssessmentScore.objects.count() == 0
