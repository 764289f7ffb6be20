"""Inviting people: a link that works once, for one address, for a week."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from apst.accounts import services
from apst.accounts.exceptions import AlreadyInvited, AlreadyMember, InvitationOver, LastManager
from apst.accounts.models import AreaMembership, Invitation, Membership, User
from apst.tenancy.context import acting_as_system, acting_for
from tests.conftest import make_member, make_post

NEW = {"name": "Ada Obi", "password": "three plain words together"}


def invite(taskforce, email="ada@example.org", role="coordinator", name="Ada Obi"):
    """Invite as the system; gives the path of the link in the email."""
    with acting_as_system(taskforce):
        services.invite(email=email, name=name, role=role, by=None)
    return re.search(r"http://[^/]+(/invitations/\S+/)", mail.outbox[-1].body)[1]


def test_the_manager_invites_and_a_new_person_joins(cast, northgate, client_for):
    response = client_for(cast.manager, northgate).post(
        "/settings/people/invite/", {"name": "Ada Obi", "email": "Ada@Example.org", "role": "coordinator"}
    )
    assert response.status_code == 302
    link = re.search(r"http://[^/]+(/invitations/\S+/)", mail.outbox[0].body)[1]

    client = Client()
    assert client.get(link).status_code == 200
    assert client.post(link, NEW).status_code == 302

    assert client.session["taskforce"] == northgate.pk
    with acting_as_system(northgate):
        ada = Membership.objects.get(email="ada@example.org")
        assert (ada.role, ada.name, ada.may_decide) == ("coordinator", "Ada Obi", False)


def test_the_email_names_nobody_and_the_database_does_not_hold_the_token(northgate):
    link = invite(northgate)

    sent = mail.outbox[0]
    assert "Ada" not in sent.subject + sent.body
    token = link.split("/")[2]
    with acting_as_system(northgate):
        assert token not in str(Invitation.objects.values().get())


def test_a_link_works_once_and_not_after_it_was_withdrawn_sent_again_or_grew_old(northgate):
    used, withdrawn, resent, old = (invite(northgate, f"{n}@example.org") for n in range(4))
    Client().post(used, NEW)
    with acting_as_system(northgate):
        services.withdraw(Invitation.objects.get(email="1@example.org"), by=None)
        services.resend(Invitation.objects.get(email="2@example.org"), by=None)
        Invitation.objects.filter(email="3@example.org").update(expires_at=timezone.now() - dt.timedelta(seconds=1))

    answers = {
        Client().get(link).content.decode().partition("<main")[2]
        for link in (used, withdrawn, resent, old, "/invitations/guessed/")
    }

    assert len(answers) == 1
    assert Client().get(old).status_code == 404
    assert Client().post(old, NEW).status_code == 404
    assert not User.objects.filter(email="3@example.org").exists()


def test_somebody_with_an_account_signs_in_first(northgate, southgate, omar):
    link = invite(northgate, omar.email)

    stranger = Client()
    assert "Sign in to join" in stranger.get(link).content.decode()
    stranger.post(link, NEW)
    assert User.objects.get(email=omar.email).name == "Omar Haddad"

    client = Client()
    client.force_login(omar, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(link).status_code == 302
    assert client.session["taskforce"] == northgate.pk


def test_an_invitation_is_for_its_own_address_only(northgate, omar):
    link = invite(northgate)
    client = Client()
    client.force_login(omar, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.post(link).status_code == 403

    with pytest.raises(InvitationOver):
        services.accept(link.split("/")[2], user=omar)


def test_a_weak_password_is_refused_in_words(northgate):
    link = invite(northgate)

    response = Client().post(link, {"name": "Ada", "password": "password"})

    assert response.status_code == 422
    assert not User.objects.filter(email="ada@example.org").exists()


def test_nobody_is_invited_twice_or_who_works_here_already(cast, northgate):
    invite(northgate)

    with acting_for(northgate, cast.manager):
        with pytest.raises(AlreadyInvited):
            services.invite(email="ADA@example.org", name="Ada", role="slt", by=cast.manager.membership)
        with pytest.raises(AlreadyMember):
            services.invite(email=cast.dsl.email, name="Dana", role="slt", by=cast.manager.membership)
    assert len(mail.outbox) == 1


def test_only_the_manager_invites(cast, northgate, client_for):
    for person in (cast.specialist, cast.coordinator, cast.slt, cast.school_staff):
        assert client_for(person, northgate).get("/settings/people/invite/").status_code == 403
        assert client_for(person, northgate).get("/settings/people/").status_code == 403


def test_a_specialist_who_joins_sees_what_their_post_covers_at_once(northgate, cast):
    post = make_post(northgate, None, "SP09", "youth_worker", name="Noor Aziz", sites=[northgate.riverside])
    with acting_as_system(northgate):
        type(post.specialist).objects.filter(pk=post.specialist_id).update(email="noor@example.org")
    link = invite(northgate, "noor@example.org", "specialist")

    Client().post(link, NEW)

    with acting_as_system(northgate):
        assert Membership.objects.get(email="noor@example.org").case_reach == "sites"


def test_a_taskforce_is_never_left_without_a_manager(cast, northgate):
    with acting_for(northgate, cast.manager):
        with pytest.raises(LastManager):
            services.change_membership(cast.manager.membership, by=cast.manager.membership, ends_on=localdate())
        with pytest.raises(LastManager):
            services.change_membership(cast.manager.membership, by=cast.manager.membership, role="slt")

    make_member(northgate, "manager", "deputy@northgate.example", "A Deputy")
    with acting_for(northgate, cast.manager):
        services.change_membership(cast.manager.membership, by=cast.manager.membership, ends_on=localdate())


def test_the_second_of_two_managers_who_change_one_person_is_told_and_changes_nothing(cast, northgate, client_for):
    address = f"/settings/people/{cast.specialist.membership.public_id}/"
    said = {"name": "Sam Okafor", "role": "specialist", "case_reach": "all", "starts_on": "2025-09-01", "version": "1"}
    client = client_for(cast.manager, northgate)
    assert 'name="version" value="1"' in client.get(address).content.decode()

    assert client.post(address, {**said, "may_decide": "on", "case_reach": "allocated"}).status_code == 302
    second = client.post(address, {**said, "role": "manager"})

    assert second.status_code == 422
    assert "Somebody else has changed this person&#x27;s membership" in second.content.decode()
    with acting_as_system(northgate):
        held = Membership.objects.get(pk=cast.specialist.membership.pk)
        assert (held.role, held.may_decide, held.version) == ("specialist", True, 2)


def test_the_command_invites_by_email_or_makes_the_sign_in_at_once(northgate, capsys):
    call_command("invite", taskforce="northgate", role="manager", email="a@example.org")
    assert len(mail.outbox) == 1

    call_command("invite", taskforce="northgate", role="dsl", email="b@example.org", password="a long enough password")
    assert len(mail.outbox) == 1
    assert Client().login(email="b@example.org", password="a long enough password")
    with acting_as_system(northgate):
        assert Membership.objects.get(email="b@example.org").role == "dsl"

    call_command("invite", la="384", role="commissioner", email="c@example.org", password="a long enough password")
    assert AreaMembership.objects.get().local_authority_id == "384"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"taskforce": "nowhere", "role": "manager"}, "There is no taskforce “nowhere”"),
        ({"taskforce": "northgate", "role": "boss"}, "“boss” is no role"),
        ({"la": "000", "role": "commissioner"}, "no local authority with the code “000”"),
        ({"la": "384", "role": "manager"}, "The role for --la is commissioner"),
        ({"trust": "none", "role": "trust_lead"}, "no trust “none”"),
    ],
)
def test_the_command_says_in_a_sentence_what_is_wrong(northgate, options, says):
    with pytest.raises(CommandError, match=says):
        call_command("invite", email="x@example.org", **options)
    assert not User.objects.filter(email="x@example.org").exists()
