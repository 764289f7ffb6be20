"""Communication passports: written with the pupil, shared with school staff, and never more than they agreed to."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection

from apst.tenancy.context import acting_for
from cases import services
from cases.exceptions import (
    ChangedMeanwhile,
    GroupThere,
    NobodyToShareWith,
    NotAgreed,
    PassportEmpty,
    ReviewTooEarly,
    ShareEndsEarly,
    WordsTooLong,
)
from cases.models import (
    Case,
    Passport,
    PassportAccess,
    PassportFeedback,
    PassportVersion,
    PupilWords,
    TeachingGroup,
    TeachingGroupPlace,
)
from cases.queries import passports as queries
from cases.queries.wording import pupil_words, said_to_pupils
from tests.clock import TODAY
from tests.conftest import make_member
from tests.factories import make_case, make_pupil

REVIEW = dt.date(2027, 2, 12)
UNTIL = dt.date(2027, 7, 22)


def write(case, cast, *, agreed=True, good_at="Art, and being kind to dogs", **fields):
    said = {"name": "Amira Ahmed", "written_with": "Sam Okafor", "review_on": REVIEW}
    return services.write_passport(
        case, sections={"good_at": good_at}, agreed=agreed, by=cast.specialist.membership, **{**said, **fields}
    )


@pytest.fixture
def passport(case, cast, acting):
    """Amira's passport, which she agreed to."""
    with acting(cast.specialist):
        return write(case, cast).passport


@pytest.fixture
def tom(cast):
    """A teacher at Hillside School."""
    return cast.school_staff


def test_each_version_stays_and_the_last_is_read(case, passport, cast, acting):
    with acting(cast.specialist):
        write(case, cast, good_at="Art, dogs, and running", version=1)
        with pytest.raises(ChangedMeanwhile):
            write(case, cast, good_at="Lost", version=1)
        assert list(queries.versions_of(passport).values_list("number", "good_at")) == [
            (2, "Art, dogs, and running"), (1, "Art, and being kind to dogs"),
        ]  # fmt: skip
        sheet = queries.sheet_of(passport)
    assert sheet.sections == [("What I’m good at and what I like", "Art, dogs, and running")]


def test_a_passport_says_something_and_is_looked_at_again(case, cast, acting):
    with acting(cast.specialist):
        with pytest.raises(PassportEmpty):
            write(case, cast, good_at="  ")
        with pytest.raises(ReviewTooEarly):
            write(case, cast, review_on=TODAY)
        assert not Passport.objects.exists()


def test_school_staff_read_nothing_until_it_is_shared_and_nothing_after_its_last_day(passport, cast, tom, acting):
    with acting(tom):
        assert not Passport.objects.exists()
        assert not PassportVersion.objects.exists()
    with acting(cast.specialist):
        grant = services.share_passport(passport, tom.membership, until=UNTIL, by=cast.specialist.membership)
    with acting(tom) as member:
        assert [sheet.version.name for sheet in queries.shared_with(member)] == ["Amira Ahmed"]
        assert not Case.objects.exists()
    with acting(cast.specialist):
        services.end_share(grant, by=cast.specialist.membership)
        assert queries.live_grants(passport) == []
    with acting(tom) as member:
        assert queries.shared_with(member) == []
        assert not Passport.objects.exists()


def test_what_the_pupil_has_not_agreed_to_is_not_shared(case, cast, tom, acting):
    with acting(cast.specialist):
        passport = write(case, cast, agreed=False).passport
        with pytest.raises(NotAgreed):
            services.share_passport(passport, tom.membership, until=UNTIL, by=cast.specialist.membership)


def test_a_new_version_without_the_pupils_yes_leaves_staff_with_the_one_before(case, passport, cast, tom, acting):
    with acting(cast.specialist):
        services.share_passport(passport, tom.membership, until=UNTIL, by=cast.specialist.membership)
        write(case, cast, good_at="Something I did not say", agreed=False, version=1)
        assert queries.sheet_of(passport, agreed=False).version.number == 2
    with acting(tom):
        assert list(PassportVersion.objects.values_list("number", flat=True)) == [1]
        assert queries.sheet_of(passport).version.good_at == "Art, and being kind to dogs"


def test_a_share_is_with_school_staff_and_ends(passport, cast, tom, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        with pytest.raises(NobodyToShareWith):
            services.share_passport(passport, cast.slt.membership, until=UNTIL, by=by)
        for day in (TODAY, dt.date(2029, 1, 1)):
            with pytest.raises(ShareEndsEarly):
                services.share_passport(passport, tom.membership, until=day, by=by)
        services.share_passport(passport, tom.membership, until=UNTIL, by=by)
        services.share_passport(passport, tom.membership, until=dt.date(2026, 12, 18), by=by)
        ((grant, member),) = queries.live_grants(passport)
    assert (grant.last_day, member.name) == (dt.date(2027, 7, 22), "Tom Ellis")


def grant_by_hand(passport, user, case=None):
    return PassportAccess.objects.create(
        content_object=passport,
        case_id=(case or passport.case).pk,
        user_id=user.pk,
        permission=services.passports._view(),
        expires_at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC),
    )


def test_nobody_gives_a_passport_to_themselves_or_of_a_case_that_they_do_not_see(
    passport, case, cast, tom, acting, as_system, northgate
):
    with as_system():
        other = make_case(pupil=make_pupil(surname="Quill"), site=northgate.centre)
        theirs = Passport.objects.create(case=other, pupil=other.pupil, review_on=REVIEW)
    for user, row, by_case in (
        (tom, passport, case),  # school staff to themselves
        (cast.riverside, passport, case),  # a specialist to themselves
    ):
        with acting(user), pytest.raises(DatabaseError):
            grant_by_hand(row, user, by_case)
    # Priya sees Amira's case alone; she names it, and means Zoya's passport.
    with acting(cast.riverside), pytest.raises(DatabaseError):
        grant_by_hand(theirs, tom, case)
    with acting(cast.riverside), pytest.raises(DatabaseError):
        grant_by_hand(theirs, tom, other)
    with acting(cast.riverside):
        assert grant_by_hand(passport, tom).pk


def test_a_restricted_case_hides_its_passport_from_those_it_was_shared_with(passport, case, cast, tom, acting):
    with acting(cast.specialist):
        services.share_passport(passport, tom.membership, until=UNTIL, by=cast.specialist.membership)
    with acting(cast.manager):
        services.restrict(
            case,
            holders=[cast.dsl.membership, cast.specialist.membership],
            reason="A colleague’s own child",
            by=cast.manager.membership,
        )
    for user in (tom, cast.manager, cast.riverside):
        with acting(user):
            assert not Passport.objects.exists()
            assert not PassportVersion.objects.exists()
            assert not PassportAccess.objects.exists()


def test_staff_say_what_worked_and_the_team_reads_it(passport, cast, tom, northgate, acting):
    with acting(cast.specialist):
        services.share_passport(passport, tom.membership, until=UNTIL, by=cast.specialist.membership)
    with acting(tom):
        row = services.say_what_worked(
            Passport.objects.get(), worked="yes", text="The five-minute warning", by=tom.membership
        )
    with acting(cast.riverside):
        assert [one.text for one in queries.feedback_on(passport)] == ["The five-minute warning"]
    with acting(tom), pytest.raises(DatabaseError):
        PassportFeedback.objects.filter(pk=row.pk).update(text="Never said")
    with acting(tom), pytest.raises(DatabaseError):
        PassportFeedback.objects.create(
            passport=passport, case_id=passport.case_id, pupil_id=passport.pupil_id, said_on=TODAY, worked="no",
            text="In another's name", written_by=cast.specialist.membership,
        )  # fmt: skip


def test_staff_do_not_read_what_other_staff_said(passport, cast, tom, acting):
    with acting(cast.specialist):
        services.share_passport(passport, tom.membership, until=UNTIL, by=cast.specialist.membership)
        services.say_what_worked(passport, worked="no", text="Not in maths", by=cast.specialist.membership)
    with acting(tom):
        assert queries.feedback_on(Passport.objects.get()) == []


@pytest.fixture
def group(passport, northgate, cast, acting):
    """9B Art at Hillside, with Amira."""
    with acting(cast.specialist):
        group = services.make_group(name="9B Art", establishment=northgate.mainstream, by=cast.specialist.membership)
        services.add_to_group(group, [passport], by=cast.specialist.membership)
    return group


def test_a_class_sheet_is_shared_whole_and_with_each_pupil_who_joins(group, passport, cast, tom, acting, as_system):
    by = cast.specialist.membership
    with as_system():
        joins = make_case(pupil=make_pupil(forename="Zoya", surname="Quill"))
        waits = make_case(pupil=make_pupil(forename="Bo", surname="Ng"))
    with acting(cast.specialist):
        assert services.share_group(group, tom.membership, until=UNTIL, by=by) == (1, [])
        second = write(joins, cast, name="Zoya Quill").passport
        third = write(waits, cast, name="Bo Ng", agreed=False).passport
        assert services.add_to_group(group, [second, third], by=by) == [third]
        assert [(member.name, until) for member, until in queries.readers_of(group)] == [
            ("Tom Ellis", dt.date(2027, 7, 22))
        ]
    with acting(tom) as member:
        assert list(queries.groups_seen(member)) == [group]
        assert [sheet.version.name for sheet in queries.class_sheet(group)] == ["Amira Ahmed", "Zoya Quill"]
    with acting(cast.specialist):
        services.take_from_group(group, passport, by=by)
    with acting(tom):
        assert [sheet.version.name for sheet in queries.class_sheet(group)] == ["Zoya Quill"]
        assert list(Passport.objects.values_list("pk", flat=True)) == [second.pk]
    with acting(cast.specialist):
        services.end_group(group, by=by)
    with acting(tom):
        assert not Passport.objects.exists()


def test_what_was_shared_with_somebody_alone_outlives_the_group(group, passport, cast, tom, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        services.share_passport(passport, tom.membership, until=UNTIL, by=by)
        services.share_group(group, tom.membership, until=UNTIL, by=by)
        services.end_group(group, by=by)
    with acting(tom):
        assert Passport.objects.count() == 1


def test_a_group_that_is_back_has_its_shares_back_but_for_those_that_ended_otherwise(
    group, passport, cast, northgate, tom, acting
):
    by = cast.specialist.membership
    ann = make_member(northgate, "school_staff", "ann@hillside.example", "Ann Bell")
    with acting(cast.specialist):
        services.share_group(group, tom.membership, until=UNTIL, by=by)
        services.share_group(group, ann.membership, until=UNTIL, by=by)
        services.end_group(group, by=by)
        services.end_group_share(group, ann.membership, by=by)
        services.end_group(group, ended=False, by=by)

        assert [(member.name, until) for member, until in queries.readers_of(group)] == [("Tom Ellis", UNTIL)]
    with acting(tom):
        assert list(Passport.objects.all()) == [passport]
    with acting(ann):
        assert not Passport.objects.exists()


def test_two_groups_of_a_school_have_two_names(group, northgate, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        with pytest.raises(GroupThere):
            services.make_group(name="9B Art", establishment=northgate.mainstream, by=by)
        services.end_group(group, by=by)
        services.make_group(name="9B Art", establishment=northgate.mainstream, by=by)
        with pytest.raises(GroupThere):
            services.end_group(group, ended=False, by=by)
        assert TeachingGroup.objects.count() == 2


def test_school_staff_see_no_group_and_no_pupil_of_one_before_it_is_shared(group, tom, cast, acting):
    with acting(tom) as member:
        assert not TeachingGroupPlace.objects.exists()
        assert list(queries.groups_seen(member)) == []


def test_families_read_words_that_the_taskforce_chooses(northgate, cast, acting):
    by = cast.manager.membership
    with acting(cast.manager):
        assert said_to_pupils("intervention_types", ["contact", "therapy", "unknown"]) == [
            "Talking sessions", "Keeping in touch",
        ]  # fmt: skip
        services.choose_words("intervention_types", {"therapy": "Time to talk"}, by=by)
        assert said_to_pupils("intervention_types", ["therapy"]) == ["Time to talk"]
        with pytest.raises(WordsTooLong):
            services.choose_words("intervention_types", {"therapy": "x" * 61}, by=by)
        services.choose_words("intervention_types", {"therapy": ""}, by=by)
        assert pupil_words("intervention_types")["intervention_types"]["therapy"] == "Talking sessions"
    with acting(cast.specialist), pytest.raises(DatabaseError):
        PupilWords.objects.create(list_name="passport", code="ask", words="Mine")


def test_another_taskforce_reads_no_passport(passport, omar, southgate):
    with acting_for(southgate, omar, durable=False):
        assert not Passport.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("select app.case_of_passport(%s)", [passport.pk])
            assert cursor.fetchone() == (None,)
