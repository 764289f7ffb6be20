"""Restricted texts: everybody who sees the record sees that there is one; few read it (access specification, "Cases").

Two tables make one entry. The visible row says which kind, when, by whom and how sensitive; it has the columns `case`,
`sensitivity` and `written_by`. The text hangs on it in a table of its own, behind `text_access`. Grants on single
entries are rows of a subclass of `RecordGrant`, which the text's policy reads.
"""

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from guardian.models import UserObjectPermissionBase

from apst.accounts.models import Membership
from apst.tenancy.access import Access
from apst.tenancy.fields import CurrentTenant
from apst.tenancy.models import TenantForeignKey, TenantModel


class Sensitivity(models.TextChoices):
    """Who reads a text: whoever sees the case, or its author, those granted and, for safeguarding, the DSL."""

    ORDINARY = "ordinary", "Ordinary"
    CLINICAL = "clinical", "Restricted: clinical"
    YOUTH_JUSTICE = "youth_justice", "Restricted: youth justice"
    SAFEGUARDING = "safeguarding", "Restricted: safeguarding detail"


LIVE: Final = "(g.expires_at is null or g.expires_at > statement_timestamp())"


def holds(grants: str, row: str) -> str:
    """Give the clause that is true for those who read a restricted text. row: the alias or table of the visible row."""
    return (
        f"(select app.may('restricted.view')) and ({row}.written_by_id = (select app.member())"  # noqa: S608 - a model's own tables
        f" or ({row}.sensitivity = 'safeguarding' and (select app.role()) = 'dsl')"
        f" or exists (select from {grants} g where g.tenant_id = {row}.tenant_id and g.content_object_id = {row}.id"
        f" and g.user_id = (select app.person()) and {LIVE} offset 0))"
    )


def text_access(*, table: str, header: str, key: str, grants: str, category: str, **more: Any) -> Access:
    """Give the access of a table of texts. A text is added by the entry's author, and never changed or removed.

    table, header  the tables of the texts and of the visible rows;  key  the text's column that holds the visible row
    grants         the table of the grants on the visible rows
    """
    row = f"h.tenant_id = {table}.tenant_id and h.id = {table}.{key}"
    # The visible row is asked under its own policy, so that who does not see it reads no text of it either.
    open_to = f"h.sensitivity = 'ordinary' or ({holds(grants, 'h')})"
    read = f"exists (select from {header} h where {row} and ({open_to}) offset 0)"
    said = {
        "see": ("note.view",),
        "add": ("note.write",),
        "own": f"exists (select from {header} h where {row} and h.written_by_id = (select app.member()))",
        "granted_writes": "true",
    }
    return Access(**{**said, **more}, see_where=read, granted=read, category=category, history=False)


def grant_access(*, table: str, header: str, of: str = "case_id") -> Access:
    """Give the access of a table of grants on single entries: given and ended by those who hold the entry.

    Nobody gives a grant to themselves, whatever their role.

    of  the column of the visible row that says whose it is: a case or a pupil
    """
    row = f"h.tenant_id = {table}.tenant_id and h.id = {table}.content_object_id"
    # Asked of the header's author and the safeguarding lead only: a policy may not come round to its own table.
    # Who sees the case in an emergency alone is no holder of what lies on it.
    ordinarily = f"h.{of} = any((select app.{'emergency' if of == 'case_id' else 'emergency_pupils'}())::bigint[])"
    gives = (
        f"exists (select from {header} h where {row} and (h.written_by_id = (select app.member())"
        f" or (h.sensitivity = 'safeguarding' and (select app.role()) = 'dsl')) and ({ordinarily}) is not true)"
    )
    return Access(
        see_where=f"exists (select from {header} h where {row})",
        add=("grant.give",),
        change=("grant.give",),
        remove=("grant.end",),
        own=f"user_id is distinct from (select app.person()) and {gives}",
        category="identity",
        granted=f"user_id = (select app.person()) or {gives}",
        granted_writes="true",
    )


class RecordGrant(UserObjectPermissionBase, TenantModel):
    """A grant on one entry: guardian's store, read by the policy of the entry's text. Subclasses add `content_object`.

    An expired grant grants nothing to anybody.
    """

    class Source(models.TextChoices):
        GRANT = "grant", "Granted by a holder"
        BREAK_GLASS = "break_glass", "Opened in an emergency"

    tenant = models.ForeignKey(
        "tenancy.Taskforce",
        on_delete=models.PROTECT,
        editable=False,
        db_default=CurrentTenant(),
        related_name="+",
        db_index=False,
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=11, choices=Source, default=Source.GRANT)
    given_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=300, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="%(app_label)s_%(class)s_tenant"),
            models.UniqueConstraint(
                fields=["tenant", "user", "permission", "content_object"], name="%(app_label)s_%(class)s_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "content_object"], name="%(app_label)s_%(class)s_of")]
