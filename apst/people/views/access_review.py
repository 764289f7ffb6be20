"""The access review of each term: who still works here."""

import datetime as dt

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from apst.accounts import queries as accounts
from apst.accounts.models import Membership
from apst.accounts.services import confirm_access
from apst.audit.models import AccessEntry
from apst.people import policies
from apst.people.models import PostSite
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest


@require_http_methods(["GET", "POST"])
@allowed(policies.can_review_access)
def access_review(request: MemberRequest) -> HttpResponse:
    """Everybody who works here, and confirming many of them with one act."""
    member = request.member
    stands = {one.member_id: one for one in accounts.access_review()}
    found = list(Membership.objects.filter(pk__in=stands).order_by("name", "pk") if stands else _live())
    may = {
        one.pk for one in found if one.pk != member.membership_id and (member.role != "slt" or one.role == "manager")
    }
    if request.method == "POST":
        chosen = [one for one in found if str(one.public_id) in request.POST.getlist("member") and one.pk in may]
        if not chosen:
            messages.error(request, "Select whom to confirm. Nothing was changed.")
        else:
            number = confirm_access(chosen, by=accounts.me(member))
            messages.success(request, f"{number} confirmed. Who had lapsed is back from their next page on.")
        return redirect("people:access-review")
    seen, sites = _last_seen(found), _sites_of(found)
    rows = [
        {
            "member": one,
            "stands": stands.get(one.pk),
            "may": one.pk in may,
            "sites": ", ".join(sites.get(one.user_id, ())),
            "seen": seen.get(one.user_id),
        }
        for one in found
    ]
    context = {
        "rows": rows,
        "review": next(iter(stands.values()), None),
        "left": sum(not one.confirmed for one in stands.values()),
        "sees_log": member.reach("access_log.view") == "T",
    }
    return render(request, "people/access_review.html", context)


def _live() -> list[Membership]:
    return [one for one in accounts.members() if accounts.is_live(one)]


def _last_seen(members: list[Membership]) -> dict[int, dt.date]:
    """Give by person the last day on which the access log names them; empty for those who may not read it."""
    entries = AccessEntry.objects.filter(person_id__in=[one.user_id for one in members])
    last = entries.values("person_id").annotate(last=Max("at")).values_list("person_id", "last")
    return {person: localdate(at) for person, at in last if person is not None}


def _sites_of(members: list[Membership]) -> dict[int, list[str]]:
    """Give by person the sites that their posts cover."""
    rows = PostSite.objects.filter(post__specialist__user__in=[one.user_id for one in members])
    found: dict[int, list[str]] = {}
    for person, name in rows.order_by("site__name").values_list("post__specialist__user", "site__name").distinct():
        found.setdefault(person, []).append(name)
    return found
