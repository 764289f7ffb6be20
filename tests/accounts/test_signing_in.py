"""Signing in, the taskforce one is in, and what is noted of it."""

import pytest
from django.test import Client

from apst.accounts import queries
from apst.accounts.models import Membership, SecurityEvent, User
from apst.accounts.wording import ACTION_WORDS, GROUPS
from apst.tenancy.context import acting_as_system
from apst.tenancy.matrix import ACTIONS
from tests.conftest import make_member

PASSWORD = "a long enough password"


def sign_in(email, password=PASSWORD, **more):
    client = Client()
    return client, client.post("/accounts/login/", {"login": email, "password": password, **more})


def test_whoever_works_in_one_taskforce_is_in_it_after_signing_in(cast, northgate):
    client, response = sign_in("manager@northgate.example")

    assert response.status_code == 302
    assert client.session["taskforce"] == northgate.pk
    assert "/accounts/" not in response["Location"]


def test_whoever_works_in_several_chooses_and_switches_with_one_click(cast, northgate, southgate):
    with acting_as_system(southgate):
        Membership.objects.create(
            user=cast.specialist, role="specialist", name="Sam Okafor", email=cast.specialist.email
        )

    client, response = sign_in(cast.specialist.email)
    assert response["Location"] == "/taskforces/"
    assert "taskforce" not in client.session
    page = client.get("/taskforces/").content.decode()
    assert page.count('name="to"') == 2

    client.post("/taskforces/switch/", {"to": southgate.public_id})
    assert client.session["taskforce"] == southgate.pk


def test_nobody_switches_into_a_taskforce_that_is_not_theirs(cast, northgate, southgate, client_for):
    client = client_for(cast.manager, northgate)

    client.post("/taskforces/switch/", {"to": southgate.public_id})

    assert client.session["taskforce"] == northgate.pk


def test_whoever_works_nowhere_gets_a_plain_page(db):
    User.objects.create_user("nobody@example.org", PASSWORD, name="Nobody Here")

    client, response = sign_in("nobody@example.org")

    assert response["Location"] == "/taskforces/"
    assert "You work in no taskforce" in client.get("/taskforces/").content.decode()


def test_signing_in_out_and_failing_are_noted_without_the_address_that_was_tried(cast):
    client, _ = sign_in("manager@northgate.example")
    client.post("/accounts/logout/")
    sign_in("manager@northgate.example", "wrong")
    sign_in("stranger@example.org")

    noted = list(SecurityEvent.objects.order_by("pk").values_list("act", "person_id"))
    assert noted == [
        ("signed_in", cast.manager.pk),
        ("signed_out", cast.manager.pk),
        ("sign_in_failed", None),
        ("sign_in_failed", None),
    ]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast):
    def errors(email):
        _, response = sign_in(email, "wrong")
        return response.status_code, response.context["form"].non_field_errors()

    assert errors("manager@northgate.example") == errors("stranger@example.org")


def test_too_many_tries_get_our_own_page(cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}

    for _ in range(2):
        sign_in("manager@northgate.example", "wrong")
    _, response = sign_in("manager@northgate.example")

    assert response.status_code == 429
    assert "429.html" in [template.name for template in response.templates]


def test_staying_keeps_a_session_alive_and_says_when_it_is_over(cast, northgate, client_for):
    assert client_for(cast.manager, northgate).post("/accounts/stay/").status_code == 204
    assert Client().post("/accounts/stay/").status_code == 403


def test_the_next_page_is_never_another_site(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)

    response = client.post("/taskforces/switch/", {"to": northgate.public_id, "next": "https://evil.example/"})

    assert response["Location"] == "/"


def test_a_form_of_another_taskforce_comes_back_whole(cast, northgate, southgate, client_for):
    with acting_as_system(southgate):
        Membership.objects.create(user=cast.manager, role="manager", name="Maya", email=cast.manager.email)
    client = client_for(cast.manager, southgate)

    refused = client.post("/settings/sites/new/", {"taskforce": northgate.public_id, "name": "New Wing"})
    assert refused.status_code == 409
    assert 'name="typed-name" value="New Wing"' in refused.content.decode()

    again = client.post(
        "/taskforces/switch/", {"to": northgate.public_id, "action": "/settings/sites/new/", "typed-name": "New Wing"}
    ).content.decode()
    assert 'action="/settings/sites/new/"' in again
    assert 'name="name" value="New Wing"' in again
    assert client.session["taskforce"] == northgate.pk


@pytest.mark.parametrize("role", ["manager", "specialist", "slt", "school_staff", "ig_lead"])
def test_who_can_see_what_is_open_to_every_member(northgate, client_for, role):
    member = make_member(northgate, role, f"{role}@example.org", "Some One")

    for address in ("", "?role=all", "?role=dsl"):
        assert client_for(member, northgate).get(f"/settings/who-can-see-what/{address}").status_code == 200


def test_every_action_of_the_matrix_has_plain_words_and_stands_once_on_the_page():
    assert sorted(ACTION_WORDS) == sorted(ACTIONS)
    assert sorted(action for group in GROUPS.values() for action in group) == sorted(ACTIONS)


def test_who_works_here_stands_before_who_has_left(cast, northgate):
    with acting_as_system(northgate):
        Membership.objects.filter(pk=cast.coordinator.membership.pk).update(ends_on="2026-01-31")
        listed = [member.name for member in queries.members()]

    assert listed[-1] == cast.coordinator.membership.name
    assert listed[:-1] == sorted(listed[:-1])
