"""What each person wants to be told by email, what is still to be told, what did not arrive, and their calendar."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.tenancy.access import Access
from apst.tenancy.models import TenantForeignKey, TenantModel

MINE: Final = "member_id = (select app.member())"


class NoticeChoice(TenantModel):
    """What one member wants to be told. Without a row the defaults of their role hold (`apst.notices.kinds`)."""

    class Digest(models.TextChoices):
        NEVER = "never", "Never"
        DAILY = "daily", "Each working morning"
        WEEKLY = "weekly", "Each Monday"

    access = Access(see_where=MINE, add=(), change=(), own=MINE, granted=MINE, history=False)

    member = TenantForeignKey(Membership, related_name="+", db_index=False)
    digest = models.CharField(max_length=6, choices=Digest)
    instant = ArrayField(models.CharField(max_length=20), default=list, verbose_name="codes of what is told at once")
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "member"], name="notices_noticechoice_once"),
        ]


class Notice(TenantModel):
    """One thing that one member is to be told at once, or was. Its key makes sure that they are told once only.

    Only the system writes them; their person's own job looks whether they see what it is about. The row of a thing that
    they may not see says nothing: its key is a hash, and the public id opens nothing.
    """

    access = Access(see_where=MINE, change=(), own=MINE, granted=MINE, audited=False, history=False)

    member = TenantForeignKey(Membership, related_name="+", db_index=False)
    code = models.CharField("of the kind", max_length=20)
    key = models.UUIDField("made of what names the thing")
    about = models.CharField("public id of what it is about", max_length=36, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField("told, or not to be told", null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "member", "code", "key"], name="notices_notice_once"),
        ]


class MailTrouble(TenantModel):
    """That emails to a member do not arrive: since when and why. At most one row a member."""

    class Why(models.TextChoices):
        REFUSED = "refused", "the mail server of that address refuses them"
        BOUNCED = "bounced", "they were sent back"
        FAILED = "failed", "the last one could not be sent, although we tried for hours"

    access = Access(
        see_where=f"{MINE} or (select app.may('people.manage'))",
        add=(),
        change=(),
        own=MINE,
        granted=MINE,
        history=False,
    )

    member = TenantForeignKey(Membership, related_name="+", db_index=False)
    address = models.EmailField()
    why = models.CharField(max_length=8, choices=Why)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    cleared_at = models.DateTimeField("they arrive again, or are to be tried again", null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "member"], name="notices_mailtrouble_once"),
        ]

    @property
    def stops(self) -> bool:
        """True where nothing more is sent to the address until somebody says so: it cannot take any."""
        return self.why != self.Why.FAILED

    @property
    def words(self) -> str:
        """What its person reads."""
        return f"Emails to you do not arrive, since {localdate(self.since):%-d %B %Y}: {self.get_why_display()}."


class CalendarFeed(TenantModel):
    """A member's private calendar address. The token is in the address alone, its hash here."""

    access = Access(see_where=MINE, add=(), change=(), own=MINE, granted=MINE, history=False)

    member = TenantForeignKey(Membership, related_name="+", db_index=False)
    token_hash = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "member"], name="notices_calendarfeed_once"),
        ]
