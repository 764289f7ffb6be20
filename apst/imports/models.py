"""The imports of a taskforce: what came from where, what it changed, and the file while it waits to be applied."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.jobs.models import Job
from apst.tenancy.access import Access
from apst.tenancy.matrix import IMPORTING
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

from .reading import KINDS

IMPORTS = ("record.import",)
# A file that is not applied yet, and what its preview says, are the uploader's alone.
MINE = "person_id = (select app.person())"


class Import(PublicModel):
    """One file brought in: who, when, its name and fingerprint, how it was read, and how many rows came to what."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        PREVIEWED = "previewed", "Checked: to apply"
        APPLIED = "applied", "Applied"
        UNDONE = "undone", "Undone"
        FAILED = "failed", "Not applied"

    access = Access(see=IMPORTS, add=IMPORTS, change=IMPORTS)

    kind = models.CharField(max_length=14, choices=[(name, kind.title) for name, kind in KINDS.items()])
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField("fingerprint of the file (SHA-256)", max_length=64)
    state = models.CharField(max_length=9, choices=State, default=State.UPLOADED)
    uploaded_at = models.DateTimeField(db_default=Now())
    uploaded_by = TenantForeignKey(Membership, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = TenantForeignKey(Membership, null=True, related_name="+")
    headings_row = models.PositiveSmallIntegerField(default=1)
    as_at = models.DateField("the day on which facts hold whose row names none")
    correction = models.BooleanField("facts replace what was held, for the past too", default=False)
    skip_rejected = models.BooleanField(default=False)
    counts = models.JSONField("rows by what becomes of them", default=dict)
    notes = models.JSONField("what to know of the file as a whole", default=list)
    headings = models.JSONField("the file's headings, where columns could not be found", default=list)
    headings_elsewhere = models.PositiveSmallIntegerField("row that looks like the headings", null=True)
    error = models.CharField("why nothing could be read, in words", max_length=1000, blank=True)
    job = TenantForeignKey(Job, null=True, related_name="+")
    submission_key = models.UUIDField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta(PublicModel.Meta):
        ordering = ("-id",)
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="imports_import_submission"),
        ]
        indexes = [models.Index(fields=["tenant", "-id"], name="imports_import_list")]

    def __str__(self) -> str:
        return f"Import of {self.get_kind_display().lower()}"

    def count(self, outcome: str) -> int:
        """Give how many rows came to an outcome: add, change, unchanged or rejected."""
        counts: dict[str, Any] = self.counts
        return int(counts.get(outcome, 0))


class StagedFile(TenantModel):
    """The uploaded file while it waits: in the database, so under no address. Goes when it is applied or discarded."""

    access = Access(
        see=IMPORTS, see_where=MINE, add=IMPORTS, remove=IMPORTS, own=MINE, category="identity",
        # The audit would keep a copy of the whole file for ever.
        audited=False, system="select, insert, delete",
    )  # fmt: skip

    of = TenantForeignKey(Import, related_name="files", db_column="import_id")
    person_id = models.BigIntegerField(null=True)
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "of"], name="imports_stagedfile_import")]


class ImportLine(TenantModel):
    """One line of a preview: what becomes of a row, and one value of it that changes or is wrong."""

    access = Access(
        see=IMPORTS, see_where=MINE, add=IMPORTS, remove=IMPORTS, own=MINE, category="identity",
        # Made from the file and removed with it.
        audited=False, system="select, insert, delete",
    )  # fmt: skip

    of = TenantForeignKey(Import, related_name="lines", db_column="import_id", db_index=False)
    person_id = models.BigIntegerField(null=True)
    row = models.PositiveIntegerField("the sheet's own number")
    outcome = models.CharField(max_length=9)
    reference = models.TextField(blank=True)
    column = models.CharField(max_length=30, blank=True)
    value = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    suggestion = models.TextField(blank=True)
    pupils = ArrayField(
        models.BigIntegerField(), verbose_name="whom the line is about, where they are known", default=list
    )

    class Meta(TenantModel.Meta):
        ordering = ("id",)
        indexes = [models.Index(fields=["tenant", "of", "outcome", "id"], name="imports_line_outcome")]


class ImportChange(TenantModel):
    """One record that an import wrote, to undo it: what stood there before, and the mark of what stands there since.

    Nobody reads it but the taskforce's system, which undoes: `before` may hold what the reader may not see.
    """

    class Operation(models.TextChoices):
        ADDED = "I", "added"
        CHANGED = "U", "changed"
        REMOVED = "D", "removed"

    access = Access(
        see=IMPORTS, see_where="false", add=(IMPORTING,), category="identity", audited=False,
        system="select, insert, delete",
    )  # fmt: skip

    of = TenantForeignKey(Import, related_name="changes", db_column="import_id", db_index=False)
    batch = models.PositiveIntegerField("in which order; undone backwards")
    table_name = models.CharField(max_length=63)
    record_id = models.BigIntegerField()
    operation = models.CharField(max_length=1, choices=Operation)
    before = models.JSONField(null=True)
    after_mark = models.CharField("MD5 of the record as the import left it", max_length=32, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "of", "batch"], name="imports_change_batch")]


class HeadingMapping(TenantModel):
    """A heading that a person said means a column; remembered for the next file of the kind."""

    access = Access(see=IMPORTS, add=IMPORTS, change=IMPORTS)

    kind = models.CharField(max_length=14)
    heading = models.CharField(max_length=255)
    column = models.CharField("empty: the column is left out", max_length=30, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "kind", "heading"], name="imports_headingmapping_once"),
        ]
