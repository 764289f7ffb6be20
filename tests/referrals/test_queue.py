"""The triage queue, the record and whose referrals one sees."""

import datetime as dt
import uuid

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apst.audit.models import AccessEntryPupil
from apst.people.models import Pupil
from apst.places.calendar import SchoolCalendar
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import CaseAccess
from referrals import services
from referrals.models import FurtherInformation, Referral, TriageDecision
from referrals.queries import WaitingClock
from tests.factories import make_case, make_pupil, make_referral


def references(northgate, user):
    with acting_for(northgate, user):
        return sorted(Referral.objects.values_list("reference", flat=True))


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("manager", ["R-1", "R-2", "R-3"]),
        ("specialist", ["R-1", "R-2", "R-3"]),
        ("riverside", ["R-2"]),
        ("allocated", []),
        ("dsl", ["R-1", "R-2", "R-3"]),
        ("slt", ["R-1", "R-2", "R-3"]),
        ("school_staff", []),
        ("ig_lead", []),
        ("coordinator", ["R-1", "R-2", "R-3"]),
    ],
)
def test_the_database_shows_each_role_its_own(northgate, cast, referrals, role, seen):
    assert references(northgate, getattr(cast, role)) == seen


def test_a_teacher_sees_what_they_referred_and_no_more(northgate, cast, referrals, own_referral, client_for):
    client = client_for(cast.school_staff, northgate)

    assert references(northgate, cast.school_staff) == ["S-1"]
    assert client.get(f"/referrals/{own_referral.public_id}/").status_code == 200
    assert client.get(f"/referrals/{referrals[0].public_id}/").status_code == 404
    assert "My referrals" in client.get("/referrals/").content.decode()


def test_a_case_that_was_shared_with_a_teacher_shows_them_no_other_referral(northgate, cast, own_referral):
    with acting_as_system(northgate):
        case = make_case(pupil=own_referral.pupil)
        make_referral(pupil=own_referral.pupil, reference="R-9")
        give(case, cast.school_staff)

    assert references(northgate, cast.school_staff) == ["S-1"]


def give(case, user):
    permission = Permission.objects.get(codename="view_case", content_type__app_label="cases")
    CaseAccess.objects.create(content_object=case, user=user, permission=permission, source="grant")


def test_another_taskforces_manager_finds_nothing(northgate, southgate, omar, referrals, client_for):
    client = client_for(omar, southgate)

    for path in ("", "triage/", "match/", "answer/", "sent/"):
        assert client.get(f"/referrals/{referrals[0].public_id}/{path}").status_code == 404
    assert client.post(f"/referrals/{referrals[0].public_id}/accept/").status_code == 404
    assert "Nothing waits for a decision" in client.get("/referrals/").content.decode()


def test_a_referral_of_a_restricted_pupil_is_not_shown(northgate, cast, referrals):
    with acting_as_system(northgate):
        make_case(pupil=referrals[0].pupil, restricted=True)

    assert references(northgate, cast.manager) == ["R-2", "R-3"]


def rows_of(response):
    page = response.content.decode()
    return [row.split('"')[0] for row in page.split('id="row-')[1:]]


def ids(*found):
    return [str(referral.public_id) for referral in found]


def test_the_longest_wait_comes_first_and_names_sort_too(northgate, cast, client_for, pupil_named):
    with acting_as_system(northgate):
        a = make_referral(received_on=dt.date(2026, 11, 3), pupil=pupil_named("Zoe", "Ahmed"))
        b = make_referral(received_on=dt.date(2026, 11, 2), pupil=pupil_named("Adam", "Evans"))
    client = client_for(cast.manager, northgate)

    assert rows_of(client.get("/referrals/")) == ids(b, a)
    assert rows_of(client.get("/referrals/?sort=-waiting")) == ids(a, b)
    assert rows_of(client.get("/referrals/?sort=name")) == ids(a, b)
    assert rows_of(client.get("/referrals/?sort=-name")) == ids(b, a)
    assert rows_of(client.get("/referrals/?sort=nonsense")) == ids(b, a)


def test_filters_live_in_the_address(northgate, cast, referrals, client_for):
    one, two, three = referrals
    with acting_as_system(northgate):
        services.triage(three, outcome="accepted", by=None)
        Referral.objects.filter(pk=two.pk).update(source="family", reasons=["offending", "other"])
    client = client_for(cast.manager, northgate)

    assert rows_of(client.get("/referrals/")) == ids(one, two)
    assert rows_of(client.get("/referrals/?state=accepted")) == ids(three)
    assert rows_of(client.get(f"/referrals/?site={northgate.riverside.public_id}")) == ids(two)
    assert rows_of(client.get("/referrals/?source=family")) == ids(two)
    assert rows_of(client.get("/referrals/?reason=offending")) == ids(two)
    assert rows_of(client.get("/referrals/?reason=bereavement_trauma")) == []
    page = client.get("/referrals/?source=family&state=new&state=accepted").content.decode()
    assert "1 referral" in page
    assert page.count("Remove this filter:") == 3


def test_the_filter_counts_school_days(northgate, cast, client_for):
    with acting_as_system(northgate):
        edge = WaitingClock(SchoolCalendar.of(), timezone.localdate()).received_by(10)
        long = make_referral(received_on=edge)
        make_referral(received_on=edge + dt.timedelta(days=1))

    page = client_for(cast.manager, northgate).get("/referrals/?over=10")

    assert rows_of(page) == ids(long)


def test_pages_follow_each_other_without_a_row_twice_or_left_out(northgate, cast, client_for):
    with acting_as_system(northgate):
        made = [make_referral(received_on=dt.date(2026, 9, 2) + dt.timedelta(days=n // 3)) for n in range(60)]
    client = client_for(cast.manager, northgate)

    for sort in ("waiting", "-waiting", "name", "-name"):
        first = client.get(f"/referrals/?sort={sort}")
        second = client.get(first.context["next"])
        third = client.get(second.context["next"])

        seen = rows_of(first) + rows_of(second) + rows_of(third)
        assert sorted(seen) == sorted(ids(*made))
        assert [len(rows_of(page)) for page in (first, second, third)] == [25, 25, 10]
        assert (first.context["previous"], third.context["next"]) == ("", "")
        assert rows_of(client.get(second.context["previous"])) == rows_of(first)
        assert rows_of(client.get(third.context["previous"])) == rows_of(second)


def test_a_thousand_referrals_take_as_many_queries_as_ten(northgate, cast, client_for):
    client = client_for(cast.manager, northgate)

    def queries_with(number):
        with acting_as_system(northgate):
            pupils = Pupil.objects.bulk_create(
                Pupil(
                    local_id=f"{number}-{n}",
                    surname="A",
                    forename="B",
                    name_key="a b",
                    date_of_birth=dt.date(2012, 1, 1),
                )
                for n in range(number)
            )
            Referral.objects.bulk_create(
                Referral(reference=f"{number}-{n}", pupil=pupil, received_on=dt.date(2026, 11, 2), source="family")
                for n, pupil in enumerate(pupils)
            )
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/referrals/").status_code == 200
        return len(captured)

    queries_with(1)
    assert queries_with(10) == queries_with(1000) <= 20


def accept(client, referral, **more):
    return client.post(f"/referrals/{referral.public_id}/accept/", {"version": referral.version, **more})


def test_accepting_in_one_click_leaves_the_row_with_its_undo(northgate, cast, referrals, client_for):
    client = client_for(cast.manager, northgate)

    page = client.post(
        f"/referrals/{referrals[0].public_id}/accept/", {"version": 1, "here": "sort=name&state=new"}, follow=True
    )

    assert (
        page.redirect_chain[0][0]
        == f"/referrals/?sort=name&state=new&done={referrals[0].public_id}#row-{referrals[0].public_id}"
    )
    assert str(referrals[0].public_id) in rows_of(page)
    assert "2 referrals" in page.content.decode()
    assert f"/referrals/{referrals[0].public_id}/undo/" in page.content.decode()
    with acting_as_system(northgate):
        decision = TriageDecision.objects.get()
        assert (decision.outcome, decision.decided_by) == ("accepted", cast.manager.membership)

    client.post(f"/referrals/{referrals[0].public_id}/undo/", {"decision": str(decision.public_id)})

    with acting_as_system(northgate):
        assert Referral.objects.get(pk=referrals[0].pk).state == "new"


def test_htmx_gets_the_row_alone(northgate, cast, referrals, client_for):
    client = client_for(cast.manager, northgate)

    answer = client.post(f"/referrals/{referrals[0].public_id}/accept/", {"version": 1}, headers={"HX-Request": "true"})

    assert rows_of(answer) == ids(referrals[0])
    assert "<html" not in answer.content.decode()
    assert "/undo/" in answer.content.decode()


def test_accepting_records_every_criterion_of_the_version_in_force_as_met(northgate, cast, referrals, client_for):
    with acting_for(northgate, cast.manager):
        version = services.publish_eligibility(text="All", criteria=["Aged 11 to 16"], by=cast.manager.membership)

    accept(client_for(cast.manager, northgate), referrals[0])

    with acting_as_system(northgate):
        decision = TriageDecision.objects.get()
        assert (decision.eligibility, decision.criteria) == (version, {"Aged 11 to 16": "met"})


def test_two_clicks_accept_once_and_a_page_out_of_date_changes_nothing(northgate, cast, referrals, client_for):
    client = client_for(cast.manager, northgate)
    accept(client, referrals[0])
    accept(client, referrals[0])
    with acting_as_system(northgate):
        services.triage(referrals[1], outcome="declined", rationale="No", by=None)

    page = client.post(f"/referrals/{referrals[1].public_id}/accept/", {"version": 1}, follow=True).content.decode()

    assert "was changed by somebody else" in page
    with acting_as_system(northgate):
        assert [d.outcome for d in TriageDecision.objects.all()] == ["accepted", "declined"]


def test_an_address_to_return_to_never_leads_elsewhere(northgate, cast, referrals, client_for):
    client = client_for(cast.manager, northgate)

    answer = client.post(f"/referrals/{referrals[0].public_id}/accept/", {"version": 1, "here": "//evil.example/"})

    assert answer["Location"].startswith("/referrals/?")


@pytest.mark.parametrize("role", ["dsl", "slt", "coordinator"])
def test_those_who_may_read_but_not_decide_have_no_buttons(northgate, cast, referrals, client_for, role):
    client = client_for(getattr(cast, role), northgate)

    page = client.get("/referrals/").content.decode()

    assert "/accept/" not in page
    assert "/triage/" not in page
    assert accept(client, referrals[0]).status_code == 403
    assert client.get(f"/referrals/{referrals[0].public_id}/triage/").status_code == 403
    with acting_as_system(northgate):
        assert not TriageDecision.objects.exists()


def test_who_decides_follows_from_the_taskforces_way_of_deciding(northgate, cast, referrals, client_for):
    client = client_for(cast.specialist, northgate)
    refused = accept(client, referrals[0]).status_code
    with acting_as_system(northgate):
        northgate.decides = "team"
        northgate.save(update_fields=["decides"])

    accept(client, referrals[0])

    assert refused == 403
    with acting_as_system(northgate):
        assert TriageDecision.objects.get().decided_how == "team"


def test_declining_asks_for_its_reason_and_keeps_what_was_chosen(northgate, cast, referrals, client_for):
    client = client_for(cast.manager, northgate)
    url = f"/referrals/{referrals[0].public_id}/triage/"

    refused = client.post(url, {"outcome": "declined", "rationale": "", "version": 1}).content.decode()
    client.post(url, {"outcome": "declined", "rationale": "Too young for us.", "version": 1})

    assert "Give the reason" in refused
    assert "There is a problem" in refused
    page = client.get(f"/referrals/{referrals[0].public_id}/").content.decode()
    assert "Too young for us." in page
    assert "Not accepted" in page


def test_the_page_records_criteria_met_not_met_and_set_aside(northgate, cast, referrals, client_for):
    with acting_for(northgate, cast.manager):
        services.publish_eligibility(text="All", criteria=["Age", "Attendance"], by=cast.manager.membership)
    client = client_for(cast.manager, northgate)
    said = {"outcome": "accepted", "criterion_0": "met", "criterion_1": "overridden", "version": 1, "rationale": ""}
    url = f"/referrals/{referrals[0].public_id}/triage/"

    refused = client.post(url, {**said, "overrides": ""}).content.decode()
    client.post(url, {**said, "overrides": "Attendance is falling fast"})

    assert "Say why the threshold is set aside" in refused
    page = client.get(f"/referrals/{referrals[0].public_id}/").content.decode()
    assert "Attendance is falling fast" in page
    with acting_as_system(northgate):
        assert TriageDecision.objects.get().criteria == {"Age": "met", "Attendance": "overridden"}


def test_a_question_goes_to_the_teacher_and_the_answer_comes_back(northgate, cast, own_referral, client_for):
    manager, teacher = client_for(cast.manager, northgate), client_for(cast.school_staff, northgate)
    here = f"/referrals/{own_referral.public_id}/"
    manager.post(f"{here}triage/", {"outcome": "more_information", "rationale": "Since when?", "version": 1})
    key = {"submission_key": str(uuid.uuid4())}

    asked = teacher.get(here).content.decode()
    teacher.post(f"{here}answer/", {"text": "Since May.", **key})
    teacher.post(f"{here}answer/", {"text": "Since May.", **key})

    assert "Since when?" in asked
    assert "Answered" in manager.get("/referrals/").content.decode()
    assert "Since May." in manager.get(here).content.decode()
    with acting_as_system(northgate):
        assert FurtherInformation.objects.count() == 1


def test_a_teacher_is_told_where_it_stands_and_nothing_of_the_reasons(northgate, cast, own_referral, client_for):
    with acting_for(northgate, cast.manager):
        services.triage(
            own_referral, outcome="declined", rationale="Family known to police", by=cast.manager.membership
        )

    page = client_for(cast.school_staff, northgate).get(f"/referrals/{own_referral.public_id}/").content.decode()

    assert "Not accepted" in page
    assert "police" not in page
    assert (
        client_for(cast.school_staff, northgate).post(f"/referrals/{own_referral.public_id}/accept/").status_code == 403
    )


def test_the_triager_is_shown_who_is_likely_the_same_child(northgate, cast, own_referral, client_for, pupil_named):
    known = pupil_named("Nour", "Hadad", date_of_birth=dt.date(2012, 3, 27))
    client = client_for(cast.manager, northgate)
    match = f"/referrals/{own_referral.public_id}/match/"

    assert "Nour Hadad" in client.get(f"/referrals/{own_referral.public_id}/").content.decode()
    assert (
        "Nour Hadad"
        not in client_for(cast.coordinator, northgate).get(f"/referrals/{own_referral.public_id}/").content.decode()
    )
    assert client.get(f"{match}?pupil={known.public_id}").status_code == 200
    client.post(match, {"pupil": str(known.public_id), "version": 1})

    with acting_as_system(northgate):
        assert Referral.objects.get().pupil == known
        assert Pupil.objects.count() == 1


def test_only_a_likely_pupil_can_be_matched(northgate, cast, own_referral, client_for):
    with acting_as_system(northgate):
        other = make_pupil(date_of_birth=dt.date(2010, 1, 1))

    answer = client_for(cast.manager, northgate).post(
        f"/referrals/{own_referral.public_id}/match/", {"pupil": str(other.public_id), "version": 1}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["", "triage/", "sent/"])
def test_each_page_of_a_referral_leaves_its_entry_in_the_access_log(northgate, cast, referrals, client_for, path):
    client_for(cast.manager, northgate).get(f"/referrals/{referrals[0].public_id}/{path}")

    with acting_as_system(northgate):
        assert [row.pupil_id for row in AccessEntryPupil.objects.all()] == [referrals[0].pupil_id]


@pytest.mark.parametrize("role", ["manager", "riverside", "coordinator", "slt"])
def test_the_queue_leaves_an_entry_with_each_pupil_it_showed(northgate, cast, referrals, client_for, role):
    client_for(getattr(cast, role), northgate).get("/referrals/")

    seen = [referrals[1]] if role == "riverside" else referrals
    with acting_as_system(northgate):
        entries = AccessEntryPupil.objects.filter(entry__page="referrals:referral-list")
        assert sorted(row.pupil_id for row in entries) == sorted(r.pupil_id for r in seen)


def test_a_teachers_own_page_leaves_its_entry(northgate, cast, own_referral, client_for):
    client_for(cast.school_staff, northgate).get(f"/referrals/{own_referral.public_id}/")

    with acting_as_system(northgate):
        assert AccessEntryPupil.objects.get().pupil_id == own_referral.pupil_id


def test_eligibility_is_read_by_all_who_refer_and_published_by_the_manager(northgate, cast, client_for):
    client = client_for(cast.manager, northgate)
    new = {"text": "Pupils of 11 to 16", "criteria": "Age\n\nAttendance ", "seen": "0"}

    client.post("/referrals/eligibility/new/", new)
    stale = client.post("/referrals/eligibility/new/", {**new, "text": "Mine"}).content.decode()

    assert "was changed by somebody else" in stale
    page = client_for(cast.school_staff, northgate).get("/referrals/eligibility/").content.decode()
    assert "Pupils of 11 to 16" in page
    assert "Publish a new version" not in page
    assert client_for(cast.coordinator, northgate).get("/referrals/eligibility/new/").status_code == 403


def test_page_titles_name_nobody(northgate, cast, own_referral, client_for):
    client = client_for(cast.manager, northgate)

    for path in ("", "triage/", "sent/"):
        page = client.get(f"/referrals/{own_referral.public_id}/{path}").content.decode()
        assert "Haddad" not in page.split("</title>")[0]
