"""Reading who was told how their information is used, and who was not."""

from django.db.models import QuerySet

from apst.people.models import Contact
from cases.models import Case
from sharing.models import PrivacyTold


def told_of(case: Case) -> list[PrivacyTold]:
    """Give who was told about a case’s pupil, on this case or another, struck out rows too, the latest first."""
    return list(PrivacyTold.objects.filter(pupil=case.pupil_id).select_related("contact", "written_by"))


def family_of(case: Case) -> list[Contact]:
    """Give the pupil’s contacts."""
    return list(Contact.objects.filter(pupil=case.pupil_id))


def not_told() -> "QuerySet[Case]":
    """Give the open cases of which nobody, neither the pupil nor the family, is recorded as told, the oldest first."""
    told = PrivacyTold.objects.filter(struck_at__isnull=True)
    return (
        Case.objects.open().exclude(pupil__in=told.values("pupil")).select_related("pupil").order_by("opened_on", "pk")
    )
