"""Reading agreements: how each stands, and what may be shared under them."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import CharField, Func, QuerySet

from apst.people.models import Pupil
from sharing.deciding import IN_FORCE, Answer
from sharing.models import DataSharingAgreement, Partner

# What is signed: every field that says what was agreed, and nothing of how it came about.
SIGNED = (
    "title", "number", "our_role", "their_role", "purposes", "why", "confidence", "accuracy", "retention", "security",
    "rights", "contact", "starts_on", "review_on", "ends_on",
)  # fmt: skip
SIGNED_OF_CATEGORY = (
    "category", "partner_sees", "partner_supplies", "onward", "our_article_6", "our_article_9", "our_condition",
    "their_article_6", "their_article_9", "their_condition",
)  # fmt: skip


class Standing(Func):
    """`app.agreement_standing(id)`: how an agreement stands today, as policies see it."""

    function = "app.agreement_standing"
    output_field = CharField()


def agreements(partner: Partner | None = None) -> QuerySet[DataSharingAgreement]:
    """Give the agreements, or a partner's, with `standing` (a code of deciding.STANDINGS)."""
    rows: Any = DataSharingAgreement.objects.select_related("partner")
    found: QuerySet[DataSharingAgreement] = rows.annotate(standing=Standing("pk"))
    return found.filter(partner=partner) if partner else found


def in_force(partner: Partner | None = None) -> QuerySet[DataSharingAgreement]:
    """Give those under which something may be shared today."""
    rows: Any = agreements(partner)
    found: QuerySet[DataSharingAgreement] = rows.filter(standing__in=IN_FORCE)
    return found


def answers_of(partner: Partner, pupil: Pupil, *, purpose: str, categories: Iterable[str]) -> list[Answer]:
    """Give the database's answer for each category, in the order of their codes (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select category, clause, agreement from app.sharing_answers(%s, %s, %s, %s) order by category",
            [partner.pk, pupil.pk, purpose, list(categories)],
        )
        return [Answer(*row) for row in cursor.fetchall()]


def fingerprint(agreement: DataSharingAgreement) -> str:
    """Give the SHA-256 of what an agreement says: the same text, the same fingerprint."""
    said: dict[str, Any] = {name: getattr(agreement, name) for name in SIGNED}
    said["partner"] = str(agreement.partner)
    said["taskforce"] = agreement.tenant.name
    rows = agreement.categories.order_by("category").values(*SIGNED_OF_CATEGORY)
    said["categories"] = list(rows)
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def in_force_of_each() -> dict[int, int]:
    """Give how many agreements are in force with each partner that has any, by the partner's key (one query)."""
    return dict(Counter(in_force().values_list("partner_id", flat=True)))
