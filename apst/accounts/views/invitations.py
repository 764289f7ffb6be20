"""Inviting people, and taking an invitation up."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apst.accounts import policies, queries, services
from apst.accounts.exceptions import AccountsError, InvitationOver
from apst.accounts.forms import InviteForm, JoinForm
from apst.accounts.models import Invitation, User
from apst.tenancy.models import Taskforce
from apst.web.allowed import allowed, public
from apst.web.middleware import TASKFORCE_KEY
from apst.web.requests import MemberRequest, is_signed_in


@require_http_methods(["GET", "POST"])
@allowed(policies.can_manage_people)
def invite(request: MemberRequest) -> HttpResponse:
    """Invite somebody by email."""
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            services.invite(**form.cleaned_data, by=queries.me(request.member))
        except AccountsError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, "The invitation is on its way.")
            return redirect("people:member-list")
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_manage_people, Invitation)
def resend(request: MemberRequest, invitation: Invitation) -> HttpResponse:
    """Send an invitation again, with a new link."""
    try:
        services.resend(invitation, by=queries.me(request.member))
        messages.success(request, "The invitation was sent again with a new link. The old link no longer works.")
    except AccountsError as error:
        messages.error(request, str(error))
    return redirect("people:member-list")


@require_POST
@allowed(policies.can_manage_people, Invitation)
def withdraw(request: MemberRequest, invitation: Invitation) -> HttpResponse:
    """Take an invitation back."""
    try:
        services.withdraw(invitation, by=queries.me(request.member))
        messages.success(request, "The invitation was withdrawn. Its link no longer works.")
    except AccountsError as error:
        messages.error(request, str(error))
    return redirect("people:member-list")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@public("its address is a secret that only the email holds; any other address gives the same answer")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Take an invitation up: a new person chooses a password, somebody with an account signs in first."""
    invited = services.greeting(token)
    if invited is None:
        return render(request, "accounts/invitation_over.html", status=404)
    if is_signed_in(request):
        return _join(request, token, invited)
    if User.objects.filter(email__iexact=invited.email).exists():
        return render(request, "accounts/invitation_sign_in.html", {"invited": invited})
    form = JoinForm(request.POST or None, email=invited.email)
    if form.is_valid():
        try:
            with transaction.atomic():
                user, taskforce_id = services.accept_as_new(token, **form.cleaned_data)
                get_adapter().login(request, user)
        except InvitationOver:
            return render(request, "accounts/invitation_over.html", status=404)
        return _enter(request, taskforce_id)
    return render(
        request, "accounts/invitation.html", {"form": form, "invited": invited}, status=422 if form.errors else 200
    )


def _join(request: HttpRequest, token: str, invited: services.Greeting) -> HttpResponse:
    """The page of a signed-in person: one button, where the invitation is theirs."""
    user = cast(User, request.user)
    if user.email.lower() != invited.email.lower():
        return render(request, "accounts/invitation_other.html", {"invited": invited}, status=403)
    if request.method != "POST":
        return render(request, "accounts/invitation_join.html", {"invited": invited})
    try:
        taskforce_id = services.accept(token, user=user)
    except InvitationOver:
        return render(request, "accounts/invitation_over.html", status=404)
    return _enter(request, taskforce_id)


def _enter(request: HttpRequest, taskforce_id: int) -> HttpResponse:
    services.note("invitation_taken_up", person_id=cast(AbstractBaseUser, request.user).pk)
    services.settle(Taskforce.objects.get(pk=taskforce_id))
    request.session[TASKFORCE_KEY] = taskforce_id
    messages.success(request, "Welcome. You have joined the taskforce.")
    return redirect("/")
