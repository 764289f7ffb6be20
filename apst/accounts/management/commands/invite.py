"""`manage.py invite`: the first manager of a taskforce, a commissioner, a trust's lead, an operator; or a sign-in
made at once.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from apst.accounts import queries, services
from apst.accounts.exceptions import AccountsError
from apst.tenancy.context import acting_as_system
from apst.tenancy.matrix import AREA_ROLES, TASKFORCE_ROLES
from apst.tenancy.models import LocalAuthority, Taskforce, Trust

ROLE_OF_AREA = {"la": "commissioner", "trust": "trust_lead", "platform": "operator"}


class Command(BaseCommand):
    """Invites one person, or with --password makes the account and what it may do at once."""

    help = (
        "Invite somebody to a taskforce by email, or make their sign-in at "
        "once with --password. With --la, --trust or --platform:"
        " a commissioner, a trust's lead or an operator."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--taskforce", metavar="SLUG", help="the slug of a taskforce")
        where.add_argument("--la", metavar="CODE", help="the DfE code of a local authority, such as 384")
        where.add_argument("--trust", metavar="SLUG", help="the slug of a trust")
        where.add_argument("--platform", action="store_true", help="the platform itself")
        parser.add_argument("--role", required=True, help=f"one of: {', '.join((*TASKFORCE_ROLES, *AREA_ROLES))}")
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="", help="as colleagues know them; without it the email's first part")
        parser.add_argument("--password", help="makes the account at once, and sends no email")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"“{options['email']}” is no email address.") from None
        # "s.okafor" is no name, but better on a page than an address.
        name = options["name"] or email.partition("@")[0].replace(".", " ").replace("-", " ").title()
        try:
            if options["taskforce"]:
                said = self._to_taskforce(options["taskforce"], options["role"], email, name, options["password"])
            else:
                said = self._to_area(options, email, name)
        except AccountsError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(said)

    def _to_taskforce(self, slug: str, role: str, email: str, name: str, password: str | None) -> str:
        taskforce = queries.taskforce_by_slug(slug)
        if taskforce is None:
            known = ", ".join(Taskforce.objects.order_by("slug").values_list("slug", flat=True)[:30])
            raise CommandError(
                f"There is no taskforce “{slug}”. There are: {known or 'none yet; create_taskforce makes one'}."
            )
        if role not in TASKFORCE_ROLES:
            raise CommandError(f"“{role}” is no role in a taskforce. The roles are: {', '.join(TASKFORCE_ROLES)}.")
        if not password:
            with acting_as_system(taskforce):
                services.invite(email=email, name=name, role=role, by=None)
            return (
                f"Invited to {taskforce.name} as {role}. The email is on its way; "
                f"its link works for {settings.INVITATION_DAYS} days."
            )
        user = services.make_account(email=email, name=name, password=password)
        services.admit(taskforce, user=user, role=role)
        return f"{taskforce.name}: {role} made. Sign in at {settings.PUBLIC_URL}/accounts/login/"

    def _to_area(self, options: dict[str, Any], email: str, name: str) -> str:
        area = "la" if options["la"] else "trust" if options["trust"] else "platform"
        if options["role"] != ROLE_OF_AREA[area]:
            raise CommandError(f"The role for --{area} is {ROLE_OF_AREA[area]}.")
        authority, trust = None, None
        if options["la"]:
            authority = LocalAuthority.objects.filter(code=options["la"]).first()
            if authority is None:
                raise CommandError(
                    "There is no local authority with the code "
                    f"“{options['la']}”. Codes have three figures, such as 384."
                )
        if options["trust"]:
            trust = Trust.objects.filter(slug=options["trust"]).first()
            if trust is None:
                raise CommandError(f"There is no trust “{options['trust']}”.")
        with transaction.atomic():
            user = services.make_account(email=email, name=name, password=options["password"])
            services.make_area_member(user, role=options["role"], local_authority=authority, trust=trust)
        if options["password"]:
            return f"{options['role']} made. Sign in at {settings.PUBLIC_URL}/accounts/login/"
        address = settings.PUBLIC_URL.rstrip("/") + reverse("account_reset_password")
        text = render_to_string("accounts/email/area.txt", {"product_name": settings.PRODUCT_NAME, "address": address})
        send_mail(f"You are invited to {settings.PRODUCT_NAME}", text, None, [email])
        return f"{options['role']} made. The email says how to choose a password."
