"""A person's address is the one that was invited; what the browser reports of a page harms nothing."""

import pytest
from django.test import Client

from apst.accounts.models import SecurityEvent, User


def test_nobody_takes_an_address_that_was_not_invited(cast, northgate, client_for):
    client = client_for(cast.slt, northgate)

    for act in ("action_add", "action_primary"):
        assert client.post("/accounts/email/", {act: "", "email": "head@elsewhere.example"}).status_code == 404
    assert client.get("/accounts/email/").status_code == 404
    assert User.objects.get(pk=cast.slt.pk).email == "slt@northgate.example"


@pytest.mark.parametrize(
    "report",
    ["{", "[]", "{}", '{"csp-report": null}', '{"csp-report": "x"}', '{"csp-report": {"effective-directive": 1}}'],
)
def test_a_report_of_any_shape_is_taken(db, client, report):
    assert client.post("/csp-report/", report, content_type="application/csp-report").status_code == 204


def test_where_somebody_is_comes_from_our_own_proxy_alone(cast, settings):
    def noted(forwarded):
        Client().post(
            "/accounts/login/", {"login": "x@example.org", "password": "wrong"}, headers={"x-forwarded-for": forwarded}
        )
        return SecurityEvent.objects.latest("pk").address

    assert noted("203.0.113.9") == "127.0.0.1"
    settings.BEHIND_PROXY, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 1
    assert noted("198.51.100.1, 203.0.113.9") == "203.0.113.9"
