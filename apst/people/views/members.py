"""People and roles: who works here, as what, and who is invited."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from apst.accounts import queries as accounts
from apst.accounts.exceptions import AccountsError, ChangedMeanwhile, WrongDates
from apst.accounts.models import Membership
from apst.accounts.services import change_membership
from apst.notices.models import MailTrouble
from apst.notices.queries import standing_troubles
from apst.people import policies
from apst.people.forms import MemberForm
from apst.people.services import follow_posts, reach_of
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from apst.web.tables import Cell, Heading


def _status(membership: Membership) -> Cell:
    today = localdate()
    if membership.starts_on > today:
        return Cell(f"From {membership.starts_on:%-d %B %Y}", colour="blue")
    if membership.ends_on and membership.ends_on < today:
        return Cell("Ended", colour="grey", second=f"{membership.ends_on:%-d %B %Y}")
    if membership.ends_on:
        return Cell(f"Until {membership.ends_on:%-d %B %Y}", colour="orange")
    return Cell("Works here", colour="green")


def _email(membership: Membership, trouble: MailTrouble | None) -> str:
    if trouble is None:
        return membership.email
    return (
        f"{membership.email}. Emails do not arrive since {localdate(trouble.since):%-d %B}: {trouble.get_why_display()}"
    )


@require_GET
@allowed(policies.can_manage_people)
def member_list(request: MemberRequest) -> HttpResponse:
    """Everybody who works here or did, and open invitations."""
    troubles = standing_troubles()
    rows = [
        [
            Cell(m.name, href=f"{m.public_id}/", second=_email(m, troubles.get(m.pk))),
            Cell(m.get_role_display(), second=m.get_case_reach_display() if m.role == "specialist" else ""),
            _status(m),
        ]
        for m in accounts.members()
    ]
    context = {
        "headings": [Heading("Name"), Heading("Role"), Heading("Status")],
        "rows": rows,
        "invitations": list(accounts.open_invitations()),
        "now": timezone.now(),
    }
    return render(request, "people/member_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people, Membership)
def member_change(request: MemberRequest, membership: Membership) -> HttpResponse:
    """Change what somebody is here, or end it on a day."""
    initial = {name: getattr(membership, name) for name in MemberForm.base_fields}
    form = MemberForm(request.POST or None, initial=initial)
    follows = reach_of(membership.user_id) is not None
    if follows or membership.role != "specialist":
        form.fields["case_reach"].required = False
    if follows:
        # What a specialist with posts sees follows from those.
        del form.fields["case_reach"]
    if membership.role == "partner":
        del form.fields["role"]
    if form.is_valid():
        changes = {name: value for name, value in form.cleaned_data.items() if name != "case_reach" or value}
        try:
            change_membership(membership, by=accounts.me(request.member), **changes)
            follow_posts(membership.user_id)
        except AccountsError as error:
            dates = isinstance(error, WrongDates) or "role" not in form.fields
            form.add_error(None if isinstance(error, ChangedMeanwhile) else "ends_on" if dates else "role", str(error))
        else:
            messages.success(request, "The changes were saved. They count from the next page that the person opens.")
            return redirect("people:member-list")
    context = {
        "form": form,
        "follows": follows,
        "membership": membership,
        "itself": membership.pk == request.member.membership_id,
    }
    return render(request, "people/member_change.html", context, status=422 if form.errors else 200)
