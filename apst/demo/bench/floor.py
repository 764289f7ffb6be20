"""The floor: what plain Django takes for a list and a record. Nobody's pages: only the bench asks for them."""

from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: TID251 - views of the bench
from django.template import engines
from django.urls import path

from apst.accounts.models import Membership
from apst.tenancy.models import Taskforce
from apst.web.allowed import allowed
from apst.web.middleware import TASKFORCE_KEY
from apst.web.requests import MemberRequest, shown
from cases.models import Case
from cases.policies import can_see_briefs

ROWS: Final = 50
FIELDS: Final = ("reference", "tier", "opened_on", "ended_on", "pupil__forename", "pupil__surname", "site__name")
_django = engines["django"]
_LIST = _django.from_string(
    "<table>{% for row in rows %}<tr><td>{{ row.name }}</td><td>{{ row.slug }}</td><td>{{ row.urn }}</td>"
    '<td>{{ row.began_on|date:"j F Y" }}</td><td>{{ row.holds_cases }}</td><td>{{ row.decides }}</td></tr>'
    "{% endfor %}</table>{{ user }}"
)
_ONE = _django.from_string(
    '<h1>{{ row.name }}</h1><p>{{ row.slug }}</p><p>{{ row.began_on|date:"j F Y" }}</p>{{ user }}'
)


class OwnAddresses:
    """Sends a request to the bench's views instead of the product's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return self.get_response(request)


def rows(request: HttpRequest) -> HttpResponse:
    """`rows`: fifty rows by an index, in a table of six columns, for a signed-in person."""
    found = Taskforce.objects.order_by("slug")[:ROWS]
    return HttpResponse(_LIST.render({"rows": found, "user": request.user}, request))


def one(request: HttpRequest) -> HttpResponse:
    """`one`: one row by its key, for a signed-in person."""
    row = Taskforce.objects.get(pk=request.session[TASKFORCE_KEY])
    return HttpResponse(_ONE.render({"row": row, "user": request.user}, request))


@allowed(can_see_briefs)
def with_tenancy(request: MemberRequest) -> JsonResponse:
    """A list as JSON in an open taskforce, where the database decides."""
    return JsonResponse({"rows": list(Case.objects.values(*FIELDS)[:25])})


@allowed(can_see_briefs)
def with_access_log(request: MemberRequest) -> JsonResponse:
    """The same, with the entry of who saw whom."""
    found: list[dict[str, Any]] = list(Case.objects.values("pupil_id", *FIELDS)[:25])
    shown(request, [row["pupil_id"] for row in found], "identity")
    return JsonResponse({"rows": found})


def without(request: HttpRequest) -> JsonResponse:
    """The same list without any of it: the owner's connection, membership and filter by hand."""
    taskforce = request.session[TASKFORCE_KEY]
    if not Membership.objects.using("owner").filter(tenant=taskforce, user=request.user.pk).exists():
        raise PermissionDenied
    found = Case.objects.using("owner").filter(tenant=taskforce, restricted=False).values(*FIELDS)[:25]
    return JsonResponse({"rows": list(found)})


urlpatterns = [path(f"{view.__name__}/", view) for view in (rows, one, with_tenancy, with_access_log, without)]
