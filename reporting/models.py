"""The MI return as it was built: its cells, and the facts behind them.

Only the taskforce's system writes here, so that a return is the same whoever asked for it. A reader sees the facts of
the rows that they could see themselves; a cell says how many facts it was made of, restricted ones included.
"""

from typing import Final

from django.db import models
from django.db.models.functions import Now

from apst.accounts.models import Membership
from apst.tenancy.access import Access
from apst.tenancy.models import PublicModel, TenantForeignKey, TenantModel

RETURN_SEEN: Final = ("return.build", "return.download")
# Members write nothing here; a draft that is built again is replaced by the system.
REBUILT: Final = "select, insert, update, delete"

# What a fact shows follows the record it stands for: the actions are those of the record's own `access`.
FACT_SEEN: Final = (
    "case when kind in ('session', 'delivery', 'place', 'first_session')"
    " then (select app.may('case.view', 'intervention.log'))"
    " when kind in ('referral', 'waiting') then (select app.may('referral.view'))"
    " when kind = 'pupil' then (select app.may('case.brief', 'referral.view'))"
    " else true end"
)


class MIReturn(PublicModel):
    """One version of the return of one period."""

    class State(models.TextChoices):
        """The life of a return (`mi-return.md`, "Life of a return")."""

        DRAFT = "draft", "Draft"
        CHECKED = "checked", "Checked"
        SIGNED_BY_MANAGER = "signed_by_manager", "Signed by the manager"
        SIGNED_OFF = "signed_off", "Signed off"
        SUBMITTED = "submitted", "Submitted"
        SUPERSEDED = "superseded", "Superseded"

    access = Access(see=RETURN_SEEN, system=REBUILT)

    template = models.CharField("version of the template", max_length=20)
    period = models.CharField("period, such as 2026-27/autumn-1", max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField()
    number = models.PositiveSmallIntegerField("version of this period's return", default=1)
    state = models.CharField(max_length=17, choices=State, default=State.DRAFT)
    built_at = models.DateTimeField(null=True)
    built_by = TenantForeignKey(Membership, null=True, related_name="+")
    fingerprint = models.CharField("SHA-256 over the CSV, and from the signature on over the facts too", max_length=64)
    opening_pupils = models.PositiveIntegerField("pupils of the opening balance that A2 includes", default=0)
    opening_minutes = models.PositiveIntegerField("minutes of the opening balance that C2 includes", default=0)
    trend = models.JSONField("A1 and the minutes of C1 over the last six half-terms", default=list)

    class Meta(PublicModel.Meta):
        ordering = ("-starts_on", "-ends_on", "-number")
        constraints = [
            *PublicModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "period", "number"], name="reporting_mireturn_version"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="reporting_mireturn_order"
            ),
        ]

    def __str__(self) -> str:
        return f"MI return {self.period}, version {self.number}"

    @property
    def figures_are_frozen(self) -> bool:
        """True from the manager's signature on: building again must not touch it."""
        return self.state not in (self.State.DRAFT, self.State.CHECKED)


class ReturnCell(TenantModel):
    """One figure, with every value as each format prints it.

    Not audited row by row: a cell never changes but with its return, whose fingerprint covers it.
    """

    access = Access(see=RETURN_SEEN, system=REBUILT, audited=False)

    mi_return = TenantForeignKey(MIReturn, related_name="cells", on_delete=models.CASCADE, db_index=False)
    position = models.PositiveSmallIntegerField("place in the return, from 1")
    measure = models.CharField(max_length=3)
    breakdown = models.CharField(max_length=60)
    category = models.CharField(max_length=120)
    statistic = models.CharField(max_length=20)
    value = models.CharField(max_length=20)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=12)
    amount = models.BigIntegerField("what was summed before rounding, such as minutes", default=0)
    facts = models.PositiveIntegerField("facts behind the figure, or behind its numerator", default=0)
    base_facts = models.PositiveIntegerField("facts behind its denominator", default=0)

    class Meta(TenantModel.Meta):
        ordering = ("position",)
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "mi_return", "position"], name="reporting_returncell_position"),
            models.UniqueConstraint(
                fields=["tenant", "mi_return", "measure", "breakdown", "category", "statistic"],
                name="reporting_returncell_once",
            ),
        ]


class ReturnFact(TenantModel):
    """One fact: a specialist in a session, a place, a post, a referral, a supported pupil...

    A draft's facts are written with its cells, in one transaction, and replaced when it is built again; the manager's
    signature freezes them. They are kept for drafts too because they can only be told in the system's scope: a reader
    who does not see one pupil of a session would tell another fact of it. `source_id`, `pupil_id` and `case_id` are
    plain ids, so that a frozen fact neither blocks nor follows an erasure.
    """

    access = Access(
        see=RETURN_SEEN,
        see_where=FACT_SEEN,
        case="case_id",
        pupil="pupil_id",
        category="intervention",
        special={"dimensions": "social_care"},
        system=REBUILT,
        audited=False,
    )

    mi_return = TenantForeignKey(MIReturn, related_name="facts", on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=16)
    source_id = models.BigIntegerField("id of the record that it stands for")
    pupil_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    happened_on = models.DateField(null=True)
    dimensions = models.JSONField("every dimension and amount of its kind", default=dict)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "mi_return", "kind", "id"], name="reporting_returnfact_kind")]


class ReturnDocument(TenantModel):
    """A rendering that takes too long to make while somebody waits: the PDF. Made again whenever the figures change."""

    access = Access(see=RETURN_SEEN, system=REBUILT, audited=False)

    mi_return = TenantForeignKey(MIReturn, related_name="documents", on_delete=models.CASCADE, db_index=False)
    form = models.CharField("format", max_length=4)
    fingerprint = models.CharField("fingerprint of the figures that it shows", max_length=64)
    content = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "mi_return", "form"], name="reporting_returndocument_once"),
        ]
