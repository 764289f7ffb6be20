"""Every route times every role times {own, another taskforce's, absent, signed out}.

Another taskforce's row and one that never was are the same answer: status, body, headers and number of queries.
"""

import re
import uuid
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from apst.audit.models import AccessEntryPupil
from apst.people.models import Pupil
from apst.tenancy.context import acting_as_system
from tests.isolation.world import make_realm

from . import walk

ROLES = (
    "manager",
    "specialist",
    "of_site",
    "allocated",
    "dsl",
    "slt",
    "school_staff",
    "ig_lead",
    "coordinator",
    "partner",
)


def test_every_route_has_a_policy_or_a_reason_to_have_none():
    bare = [
        route.name
        for route in walk.routes()
        if not hasattr(route.view, "policy")
        and not hasattr(route.view, "public_because")
        and route.name not in walk.NOT_OURS
    ]
    assert bare == [], "Guard the view with @allowed(policy), or say why not with @public(reason)."


def test_the_list_of_views_that_are_not_ours_is_not_stale():
    assert set(walk.NOT_OURS) <= {route.name for route in walk.routes()}


def test_nothing_but_a_uuid_names_a_record_in_an_address():
    for route in walk.guarded():
        if route.model is not None:
            assert dict(route.arguments).get("public_id") == "UUIDConverter", route.name


@pytest.fixture
def realms(db):
    return make_realm("home"), make_realm("away")


def answer(client, address):
    """Status, body and headers of an address, without request ids, tokens and cookies; and its number of queries."""
    connection.queries_log.clear()  # it holds nine thousand, and warns
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
        if response.status_code == 405 or (
            response.status_code == 302 and getattr(resolve(address).func, "by_post", 0)
        ):
            response = client.post(address)
    body = b"".join(response) if response.streaming else response.content
    text = re.sub(
        r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": ?"[^"]+"|X-CSRFToken[^,}]+',
        "",
        body.decode(errors="replace"),
    )
    text = text.replace(quote(address, safe=""), "").replace(address, "")  # a page may say its own address
    headers = {name: value for name, value in response.headers.items() if name not in ("Set-Cookie", "Content-Length")}
    return response.status_code, text, headers, len(queries)


def differences(one, other) -> list[str]:
    """Where two answers differ, line by line."""
    lines = [f"{a} | {b}" for a, b in zip(one[1].splitlines(), other[1].splitlines(), strict=False) if a != b]
    return lines + [f"{a} | {b}" for a, b in zip((one[0], *one[2:]), (other[0], *other[2:]), strict=True) if a != b]


def test_another_taskforces_row_is_the_same_as_none(realms, client_for):
    home, away = realms
    for role in ROLES:
        client = client_for(home.people[role], home.taskforce)
        answer(client, "/")  # what a process asks only once is out of the way
        for route in walk.guarded():
            if route.model is None or route.model not in away.rows:
                continue
            theirs = answer(client, route.address(away.rows[route.model].public_id))
            absent = answer(client, route.address(uuid.UUID(int=9)))
            assert differences(theirs, absent) == [], (role, route.name)
            assert theirs[0] == 404, (role, route.name)
    client = client_for(home.people["manager"], home.taskforce)
    theirs = [r for r in walk.guarded() if r.model in home.rows]
    reached = [r for r in theirs if client.get(r.address(home.rows[r.model].public_id)).status_code != 404]
    assert len(reached) > len(theirs) / 2, "There was nothing to leak."


def test_signed_out_there_is_only_the_way_in(realms):
    home, _ = realms
    for route in walk.guarded():
        row = home.rows.get(route.model)
        response = Client().get(route.address(row.public_id if row else uuid.UUID(int=9)))
        assert response.status_code == 302, route.name
        assert response.headers["Location"].startswith("/accounts/login/"), route.name


def test_a_page_that_names_a_pupil_says_so_in_the_access_log(realms, client_for):
    """Whatever the page, if the pupil's surname stands in it, an entry of the access log names the pupil."""
    home, _ = realms
    pupil = home.rows[Pupil]
    with acting_as_system(home.taskforce):
        Pupil.objects.filter(pk=pupil.pk).update(surname="Quillfeather", name_key="quillfeather a")
    named = 0
    for role in ("manager", "of_site", "coordinator"):
        client = client_for(home.people[role], home.taskforce)
        for route in walk.guarded():
            row = home.rows.get(route.model)
            with acting_as_system(home.taskforce):
                before = AccessEntryPupil.objects.filter(pupil_id=pupil.pk).count()
            response = client.get(route.address(row.public_id if row else uuid.UUID(int=9)))
            if response.status_code != 200 or response.streaming or b"Quillfeather" not in response.content:
                continue
            named += 1
            with acting_as_system(home.taskforce):
                assert AccessEntryPupil.objects.filter(pupil_id=pupil.pk).count() > before, (role, route.name)
            assert b"Quillfeather" not in response.content.split(b"</title>")[0], f"{route.name}: no names in titles"
    assert named > 3, "No page named the pupil: this test proves nothing."
