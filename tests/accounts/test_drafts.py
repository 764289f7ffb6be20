"""What is typed is kept: for oneself alone, in the newest version."""

import json

from apst.accounts import services
from apst.accounts.models import Draft
from apst.tenancy.context import acting_for


def save(client, payload, version, key="referral-new"):
    body = json.dumps({"payload": payload, "version": version})
    return client.post(f"/drafts/{key}/", body, content_type="application/json")


def test_a_draft_is_kept_and_comes_back(cast, northgate, client_for):
    client = client_for(cast.specialist, northgate)

    saved = save(
        client, {"summary": "He likes football", "csrfmiddlewaretoken": "x", "taskforce": str(northgate.public_id)}, 0
    )

    assert saved.json()["version"] == 1
    assert client.get("/drafts/referral-new/").json()["payload"] == {"summary": "He likes football"}
    with acting_for(northgate, cast.specialist):
        assert services.draft_for("referral-new").version == 1


def test_a_second_tab_is_told_that_a_newer_version_was_saved(cast, northgate, client_for):
    client = client_for(cast.specialist, northgate)
    save(client, {"a": "1"}, 0)
    save(client, {"a": "2"}, 1)

    stale = save(client, {"a": "old"}, 1)

    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    assert client.get("/drafts/referral-new/").json()["payload"] == {"a": "2"}


def test_nobody_reads_or_overwrites_somebody_elses_draft(cast, northgate, client_for):
    save(client_for(cast.specialist, northgate), {"a": "mine"}, 0)
    manager = client_for(cast.manager, northgate)

    assert manager.get("/drafts/referral-new/").json()["payload"] == {}
    assert save(manager, {"a": "hers"}, 0).json()["version"] == 1
    with acting_for(northgate, cast.specialist):
        assert [draft.payload for draft in Draft.objects.all()] == [{"a": "mine"}]


def test_whoever_sees_granted_cases_only_keeps_drafts_too(cast, northgate, client_for):
    client = client_for(cast.school_staff, northgate)

    assert save(client, {"a": "1"}, 0).status_code == 200
    assert save(client, {"a": "2"}, 1).json()["version"] == 2


def test_a_draft_goes_with_the_act_it_was_for(cast, northgate, client_for):
    save(client_for(cast.specialist, northgate), {"a": "1"}, 0)

    with acting_for(northgate, cast.specialist):
        services.discard_draft("referral-new")

    assert client_for(cast.specialist, northgate).get("/drafts/referral-new/").json()["version"] == 0


def test_bad_input_changes_nothing(cast, northgate, southgate, client_for):
    client = client_for(cast.specialist, northgate)

    assert client.post("/drafts/x/", "not json", content_type="application/json").status_code == 400
    assert client.post("/drafts/x/", "[]", content_type="application/json").status_code == 400
    assert save(client, ["a list"], 0).status_code == 400
    assert save(client, {"a": "x" * 300_000}, 0).status_code == 413
    assert save(client, {"taskforce": str(southgate.public_id)}, 0).status_code == 403
    assert client.get("/drafts/referral-new/").json()["version"] == 0
