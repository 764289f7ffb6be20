"""A person's address is the one that was invited; what the browser reports of a page harms nothing."""

import pytest

from apst.accounts.models import User


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
