"""What was done and what was seen. Plain ids, no foreign keys upward: the trail neither blocks nor follows a deletion.

Rows are only ever added. `app.seal_audit` seals them into chains of hashes later, over the hashes of the details, so
that a person's details can be erased and the chain still proves whole (`sealing.py`).
"""

from django.db import models
from django.db.models.functions import Now

from apst.tenancy.access import Access, seen_there
from apst.tenancy.models import TenantForeignKey, TenantModel


def seal_indexes(name: str) -> list[models.Index]:
    """Give the indexes of a chain: what is sealed in its order, and what is not yet."""
    return [
        models.Index(fields=["tenant", "seal_number"], name=f"{name}_sealed", condition=models.Q(seal_number__gt=0)),
        models.Index(fields=["tenant", "id"], name=f"{name}_open", condition=models.Q(seal_number__isnull=True)),
    ]


class AuditEvent(TenantModel):
    """One record written, changed or removed. Only the trigger writes it."""

    access = Access(
        see=("case.view", "access_log.view", "intervention.log"),
        granted="person_id = (select app.person())",
        system="select",
        audited=False,
    )

    at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    table_name = models.CharField(max_length=63)
    operation = models.CharField(max_length=1, choices=[("I", "written"), ("U", "changed"), ("D", "removed")])
    record_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=36, blank=True)
    detail_hash = models.BinaryField()
    seal_number = models.BigIntegerField(null=True)
    chain_hash = models.BinaryField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "table_name", "record_id"], name="audit_event_record"),
            *seal_indexes("audit_event"),
        ]


# The history of a table is read by those who read its records, and of a restricted text by nobody. The note of a
# session that names a hidden pupil stays hidden in its history too, and so does what hangs on a hidden referral.
HISTORY_READ = (
    "table_name = any((select app.readable())::text[]) and (table_name <> 'cases_interventionnote'"
    " or not app.names_hidden((coalesce(after, before) ->> 'intervention_id')::bigint))"
    " and ((select cardinality(app.hidden_pupils())) = 0 or coalesce(after, before) ->> 'referral_id' is null"
    " or (coalesce(after, before) ->> 'referral_id')::bigint in (select r.id from referrals_referral r))"
)


class AuditDetail(TenantModel):
    """The record before and after, readable by whoever may read the record; erasable apart from its event."""

    access = Access(
        see_where=HISTORY_READ,
        case="case_id",
        pupil="pupil_id",
        category="intervention",
        granted=f"({HISTORY_READ}) and (person_id = (select app.person()) or case_id in ({{granted}}))",
        system="select",
        audited=False,
    )

    event_id = models.BigIntegerField()
    table_name = models.CharField(max_length=63)
    case_id = models.BigIntegerField(null=True)
    pupil_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    salt = models.UUIDField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "event_id"], name="audit_detail_event")]


class AccessEntry(TenantModel):
    """One page, export or call that showed something of pupils, or was refused: who, what kind, when, from where."""

    access = Access(
        see=("access_log.view",),
        see_where="(select app.reach('access_log.view')) = 'T' or person_id = (select app.person())",
        add=(),
        # Whoever leaves an entry seals none.
        own="person_id = (select app.person()) and seal_number is null and chain_hash is null",
        granted="person_id = (select app.person())",
        guest="person_id = (select app.person())",
        guest_writes="person_id = (select app.person()) and seal_number is null and chain_hash is null",
        audited=False,
    )

    at = models.DateTimeField(db_default=Now())
    person_id = models.BigIntegerField(null=True)
    page = models.CharField("name of the address", max_length=80)
    categories = models.CharField("data categories, separated by spaces", max_length=200, blank=True)
    refused = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=36, blank=True)
    seal_number = models.BigIntegerField(null=True)
    chain_hash = models.BinaryField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "-at"], name="access_entry_at"),
            # When was this person last on that page: "new since you were last here".
            models.Index(fields=["tenant", "person_id", "page", "-at"], name="access_entry_person"),
            *seal_indexes("access_entry"),
        ]


class AccessEntryPupil(TenantModel):
    """A pupil of whom the entry's page showed something, or, where it was refused, would have."""

    access = Access(
        see=("access_log.view",),
        pupil="pupil_id",
        add=(),
        category="identity",
        granted=seen_there("entry_id", "audit_accessentry"),
        granted_writes="true",
        emergency=True,  # above all then
        guest=seen_there("entry_id", "audit_accessentry"),
        guest_writes="true",
        audited=False,
    )

    entry = TenantForeignKey(AccessEntry, related_name="pupils", db_index=False)
    pupil_id = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "pupil_id"], name="access_pupil"),
            models.Index(fields=["tenant", "entry"], name="access_pupil_entry"),
        ]
