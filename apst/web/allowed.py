"""Every route says who may: `@allowed(policy, Model)` inside a taskforce, `@public(reason)` without one.

The policy stays on the view, so that a test can see that every route has one. A row that the member may not see is 404,
an act that the matrix does not give is 403.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from .requests import MemberRequest

View = Callable[..., HttpResponse]


def allowed(
    policy: Callable[..., bool],
    model: Any = None,
    *,
    related: tuple[str, ...] = (),
    guests: bool = False,
    absent: Callable[..., None] | None = None,
) -> Callable[[View], View]:
    """Guard a view of an open taskforce.

    policy   a predicate over the member, and over the row where there is a model
    model    the model (or queryset) of the row that `public_id` in the address names; the view gets the row
    related  what to select with it
    guests   the page is one of those that partners' guests have too; every other is closed to them, whatever the matrix
    absent   what to record, in a transaction of its own, where the page or its row is not there for this member: a
             function of the request and of what stands in the address
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.member.role == "partner" and not guests:
                raise PermissionDenied if model is None else Http404
            if model is None:
                if not policy(request.member):
                    raise PermissionDenied
                return view(request, *args, **kwargs)
            rows = model._default_manager.filter(public_id=kwargs.pop("public_id"))
            # Without names select_related() would follow every key, into tables that no member may read.
            row = (rows.select_related(*related) if related else rows).first()
            if row is None:
                raise Http404
            if not policy(request.member, row):
                request.refused_row = row  # the access log says whose it was
                raise PermissionDenied
            return view(request, row, *args, **kwargs)

        guarded.policy = policy  # type: ignore[attr-defined]  # read by the middleware and the route tests
        guarded.guests = guests  # type: ignore[attr-defined]  # as above
        guarded.absent = absent  # type: ignore[attr-defined]  # as above
        guarded.model = model  # type: ignore[attr-defined]  # as above
        return guarded

    return guard


def public(reason: str) -> Callable[[View], View]:
    """Mark a view that needs no taskforce, and why."""

    def mark(view: View) -> View:
        @wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs)

        marked.public_because = reason  # type: ignore[attr-defined]  # read by the route tests
        return marked

    return mark


def any_member(member: Any) -> bool:
    """The policy of pages that every member of a taskforce has."""
    return True
