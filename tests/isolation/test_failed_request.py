"""A request that fails leaves nothing behind: in the view, in the template, by an answer of 500, or by a refusal."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from apst.audit.models import AccessEntry
from apst.people.models import Pupil
from apst.tenancy.context import acting_as_system
from apst.urls import urlpatterns as real
from apst.web.allowed import allowed, any_member
from apst.web.requests import shown
from tests.factories import make_pupil


@allowed(any_member)
def raises(request):
    make_pupil()
    raise ValueError("after the write")


@allowed(any_member)
def breaks_in_the_template(request):
    make_pupil()
    return HttpResponse(engines["django"].from_string("{% load web %}{{ 1|divisibleby:0 }}").render({}))


@allowed(any_member)
def answers_500(request):
    make_pupil()
    return HttpResponse(status=500)


@allowed(any_member)
def refuses(request):
    make_pupil()
    raise PermissionDenied


@allowed(any_member)
def works(request):
    shown(request, [make_pupil()], "identity")
    return HttpResponse("done")


urlpatterns = [
    *real,
    *(path(f"try/{view.__name__}/", view) for view in (raises, breaks_in_the_template, answers_500, refuses, works)),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("page", "status"),
    [("raises", 500), ("breaks_in_the_template", 500), ("answers_500", 500), ("refuses", 403), ("works", 200)],
)
def test_only_a_page_that_works_leaves_something(cast, northgate, client_for, page, status):
    client = client_for(cast.manager, northgate)
    client.raise_request_exception = False

    response = client.post(f"/try/{page}/")

    assert response.status_code == status
    with acting_as_system(northgate):
        assert Pupil.objects.count() == (1 if status == 200 else 0)
        entries = [(e.person_id, e.refused) for e in AccessEntry.objects.all()]
    assert entries == {200: [(cast.manager.pk, False)], 403: [(cast.manager.pk, True)], 500: []}[status]


def test_a_form_of_another_taskforce_changes_nothing_and_keeps_the_text(cast, northgate, southgate, client_for):
    client = client_for(cast.manager, northgate)

    response = client.post("/try/works/", {"taskforce": str(southgate.public_id), "summary": "A long paragraph"})

    assert response.status_code == 409
    assert "A long paragraph" in response.content.decode()
    with acting_as_system(northgate):
        assert not Pupil.objects.exists()
