"""How allauth signs people in here: invited people only, each act noted, the taskforce chosen."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse  # noqa: TID251 - allauth's adapter is HTTP
from django.urls import reverse

from apst.web.middleware import TASKFORCE_KEY
from apst.web.requests import address_of

from . import queries, services

# allauth's "signed in as <name>" would put a name into a message.
UNSAID = ("account/messages/logged_in.txt",)


class InvitedOnly(DefaultAccountAdapter):
    """No account is ever made by signing in or up: people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_user_search_fields(self) -> list[Any]:
        return ["email"]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, note it, and choose the taskforce where there is only one to choose."""
        super().login(request, user)
        self._note(request, "signed_in", user.pk)
        places = queries.taskforces_of(user.pk)
        if len(places) == 1:
            request.session[TASKFORCE_KEY] = places[0].taskforce_id

    def logout(self, request: HttpRequest) -> None:
        """Sign out and note it."""
        person_id = request.user.pk
        super().logout(request)
        self._note(request, "signed_out", person_id)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a failed attempt: from where, never which address was tried."""
        self._note(request, "sign_in_failed", None)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        self._note(request, "sign_in_refused", user.pk)
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Set a password and note that it was changed."""
        super().set_password(user, password)
        services.note("password_changed", person_id=user.pk)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To Today; to the choice of a taskforce where there are several, or none."""
        return (
            str(super().get_login_redirect_url(request))
            if TASKFORCE_KEY in request.session
            else reverse("accounts:choose")
        )

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)

    def _note(self, request: HttpRequest, act: str, person_id: int | None) -> None:
        services.note(
            act, person_id=person_id, address=address_of(request), request_id=getattr(request, "request_id", "")
        )
