"""What somebody is told is theirs to choose; until they do, their role's defaults hold."""

import pytest
from django.db import DatabaseError, transaction

from apst.notices.exceptions import ChangedMeanwhile
from apst.notices.models import NoticeChoice
from apst.notices.queries import choices_of
from apst.notices.services import choose
from apst.tenancy.context import acting_for
from tests.at_once import at_once

PAGE = "/settings/emails/"


def choice_of(person, as_system):
    with as_system():
        found = choices_of([person.membership])[person.membership.pk]
    return found.digest, set(found.instant)


def test_each_role_begins_with_what_suits_it(cast, as_system):
    assert choice_of(cast.manager, as_system) == ("daily", {"received", "clock", "action", "allocated"})
    assert choice_of(cast.specialist, as_system) == ("daily", {"action", "allocated"})
    assert choice_of(cast.slt, as_system) == ("weekly", {"action"})
    assert choice_of(cast.school_staff, as_system) == ("never", set())


def test_a_choice_is_kept_and_shown_again(cast, northgate, as_system, client_for):
    client = client_for(cast.manager, northgate)
    before = client.get(PAGE).content.decode()
    answer = client.post(PAGE, {"digest": "weekly", "instant": ["clock"], "version": "0"}, follow=True)

    assert "You have not chosen yet" in before
    assert "Saved. It counts from the next email on." in answer.content.decode()
    assert "You have not chosen yet" not in answer.content.decode()
    assert choice_of(cast.manager, as_system) == ("weekly", {"clock"})


def test_another_tab_is_not_written_over(cast, northgate, as_system, client_for):
    client = client_for(cast.manager, northgate)
    client.post(PAGE, {"digest": "weekly", "version": "0"})
    again = client.post(PAGE, {"digest": "never", "version": "0"})

    assert again.status_code == 422
    assert "in another tab meanwhile" in again.content.decode()
    assert choice_of(cast.manager, as_system)[0] == "weekly"
    assert client.post(PAGE, {"digest": "never", "version": "1"}).status_code == 302
    assert client.post(PAGE, {"digest": "daily", "version": "1"}).status_code == 422
    assert choice_of(cast.manager, as_system)[0] == "never"


def test_what_is_not_offered_cannot_be_chosen(cast, northgate, as_system, client_for):
    client = client_for(cast.slt, northgate)

    assert client.post(PAGE, {"digest": "daily", "instant": ["received"], "version": "0"}).status_code == 422
    assert client.post(PAGE, {"version": "x"}).status_code == 422
    assert choice_of(cast.slt, as_system) == ("weekly", {"action"})


def test_the_alarm_is_no_choice_and_the_page_says_so_to_whom_it_is_sent(cast, northgate, client_for):
    always = "is always sent to every manager"
    assert always in client_for(cast.manager, northgate).get(PAGE).content.decode()
    assert always not in client_for(cast.specialist, northgate).get(PAGE).content.decode()


def test_nobody_reads_or_writes_what_another_chose(cast, northgate, as_system, acting):
    with as_system():
        NoticeChoice.objects.create(member=cast.specialist.membership, digest="never", instant=[])
    with acting(cast.manager):
        assert not NoticeChoice.objects.exists()
        assert NoticeChoice.objects.update(digest="daily") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            NoticeChoice.objects.create(member=cast.dsl.membership, digest="never", instant=[])


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_leave_one_choice(cast, northgate, as_system):
    def save(digest):
        with acting_for(northgate, cast.manager):
            choose(digest=digest, instant=[], version=0, by=cast.manager.membership)

    results = at_once(save, ["daily", "never"])
    assert sorted(type(result) for result in results if result) == [ChangedMeanwhile]
    with as_system():
        assert NoticeChoice.objects.count() == 1
