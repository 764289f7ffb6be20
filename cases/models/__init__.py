"""The facts of casework, by noun."""

from .cases import Case, CaseAccess, CaseMember, CaseQuerySet
from .interventions import (
    Intervention,
    InterventionNote,
    InterventionPlace,
    InterventionQuerySet,
    InterventionSpecialist,
)

__all__ = [
    "Case",
    "CaseAccess",
    "CaseMember",
    "CaseQuerySet",
    "Intervention",
    "InterventionNote",
    "InterventionPlace",
    "InterventionQuerySet",
    "InterventionSpecialist",
]
