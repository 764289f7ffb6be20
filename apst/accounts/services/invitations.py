"""Inviting people: the token is in the email and nowhere else, the database holds its hash."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import ProgrammingError, connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from apst.accounts import queries
from apst.accounts.exceptions import AlreadyInvited, AlreadyMember, EmailNotSent, InvitationOver
from apst.accounts.models import Invitation, Membership, User
from apst.tenancy.context import acting_as_system, current, name_act
from apst.tenancy.matrix import ROLES
from apst.tenancy.models import Taskforce

from .memberships import ask_for_access


@dataclass(frozen=True)
class Greeting:
    """What the holder of a token may know: to which taskforce and as what they are invited, at which address."""

    taskforce_id: int
    taskforce: str
    email: str
    role: str

    @property
    def role_label(self) -> str:
        """The role in words."""
        return ROLES.get(self.role, self.role)


def hash_of(token: str) -> str:
    """Give what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _address(token: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + reverse("accounts:invitation", args=[token])


def _send(invitation: Invitation, token: str) -> None:
    """Send the email: no name of a person in it, the link its only secret. Raises EmailNotSent."""
    context = {
        "product_name": settings.PRODUCT_NAME,
        "taskforce": current().taskforce.name,
        "address": _address(token),
        "expires_on": timezone.localtime(invitation.expires_at).date(),
    }
    subject = f"You are invited to {settings.PRODUCT_NAME}"
    try:
        send_mail(subject, render_to_string("accounts/email/invitation.txt", context), None, [invitation.email])
    except (OSError, SMTPException):
        raise EmailNotSent("The email could not be sent, so nothing was saved. Try again in a few minutes.") from None


def _fresh() -> tuple[str, dt.datetime]:
    return secrets.token_urlsafe(32), timezone.now() + dt.timedelta(days=settings.INVITATION_DAYS)


@transaction.atomic
def invite(*, email: str, name: str, role: str, by: Membership | None) -> Invitation:
    """Invite somebody to the open taskforce; the email goes out before this returns.

    Raises AlreadyMember, AlreadyInvited, EmailNotSent.
    """
    name_act("invitation.make")
    email = email.strip().lower()
    # Two who invite the same person at once queue here.
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('invitation'), hashtext(%s))", [email])
    member = Membership.objects.filter(email__iexact=email).first()
    if member is not None and queries.is_live(member):
        raise AlreadyMember("Somebody with this email address works here already")
    if queries.open_invitations().filter(email__iexact=email, expires_at__gt=timezone.now()).exists():
        raise AlreadyInvited(
            "There is an open invitation to this email address already: send it again, or withdraw it first"
        )
    token, expires_at = _fresh()
    invitation = Invitation.objects.create(
        email=email, name=name, role=role, token_hash=hash_of(token), invited_by=by, expires_at=expires_at
    )
    _send(invitation, token)
    return invitation


def _open(invitation: Invitation) -> Invitation:
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if held.accepted_at or held.withdrawn_at:
        raise InvitationOver("This invitation was taken up or withdrawn meanwhile.")
    return held


@transaction.atomic
def resend(invitation: Invitation, *, by: Membership | None) -> Invitation:
    """Send an invitation again with a new link and a new expiry; the old link stops working. Raises InvitationOver,
    EmailNotSent.
    """
    name_act("invitation.resend")
    held = _open(invitation)
    token, held.expires_at = _fresh()
    held.token_hash = hash_of(token)
    held.save(update_fields=["token_hash", "expires_at"])
    _send(held, token)
    return held


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Membership | None) -> Invitation:
    """Take an invitation back; its link stops working. Raises InvitationOver."""
    name_act("invitation.withdraw")
    held = _open(invitation)
    held.withdrawn_at = timezone.now()
    held.save(update_fields=["withdrawn_at"])
    return held


def greeting(token: str) -> Greeting | None:
    """Give what an open invitation says to the holder of its token, None for any other token; needs no open
    taskforce.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from app.invitation(%s)", [hash_of(token)])
        row = cursor.fetchone()
    return Greeting(*row) if row else None


@transaction.atomic
def accept(token: str, *, user: User) -> int:
    """Take an invitation up for a person with an account; gives the taskforce's id. Needs no open taskforce.

    Raises InvitationOver where it does not hold any more, or is for another address.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select app.accept_invitation(%s, %s)", [hash_of(token), user.pk])
            return int(cursor.fetchone()[0])
    except ProgrammingError:
        raise InvitationOver("This invitation cannot be used.") from None


@transaction.atomic
def accept_as_new(token: str, *, name: str, password: str) -> tuple[User, int]:
    """Take an invitation up for somebody without an account: makes it, with the address that was invited.

    Gives the account and the taskforce's id. Raises InvitationOver, also where the address has an account by now.
    """
    invited = greeting(token)
    if invited is None or User.objects.filter(email__iexact=invited.email).exists():
        raise InvitationOver("This invitation cannot be used.")
    user = User.objects.create_user(invited.email, password, name=name)
    return user, accept(token, user=user)


def admit(taskforce: Taskforce, *, user: User, role: str) -> None:
    """Make a person with an account a member at once, as a command may: an invitation that is taken up where it is
    made.

    Needs to run outside a taskforce. An ended membership begins again, a live one takes the new role.
    """
    token, expires_at = _fresh()
    with acting_as_system(taskforce):
        name_act("invitation.make")
        Invitation.objects.create(
            email=user.email, name=user.name, role=role, token_hash=hash_of(token), expires_at=expires_at
        )
    accept(token, user=user)
    settle(taskforce)


def settle(taskforce: Taskforce) -> None:
    """Ask, once somebody has joined, for the grants on cases to follow. Needs to run outside a taskforce."""
    with acting_as_system(taskforce):
        ask_for_access()
