"""The facts of casework, by noun."""

from .cases import Case, CaseAccess, CaseMember, CaseQuerySet
from .interventions import (
    Intervention,
    InterventionNote,
    InterventionPlace,
    InterventionQuerySet,
    InterventionSpecialist,
)
from .outreach import OutreachCase
from .papers import CasePaper
from .passports import (
    Passport,
    PassportAccess,
    PassportFeedback,
    PassportVersion,
    TeachingGroup,
    TeachingGroupPlace,
)
from .plans import Goal, GoalScore, GoalSession, GoalStep, Plan, PlanReview, PlanVersion
from .reintegration import Reintegration, ReintegrationCheck, ReintegrationWeek
from .restricted import RecordGrant, Sensitivity
from .staging import CaseStage
from .wording import PupilWords

__all__ = [
    "Case",
    "CaseAccess",
    "CaseMember",
    "CasePaper",
    "CaseQuerySet",
    "CaseStage",
    "Goal",
    "GoalScore",
    "GoalSession",
    "GoalStep",
    "Intervention",
    "InterventionNote",
    "InterventionPlace",
    "InterventionQuerySet",
    "InterventionSpecialist",
    "OutreachCase",
    "Passport",
    "PassportAccess",
    "PassportFeedback",
    "PassportVersion",
    "Plan",
    "PlanReview",
    "PlanVersion",
    "PupilWords",
    "RecordGrant",
    "Reintegration",
    "ReintegrationCheck",
    "ReintegrationWeek",
    "Sensitivity",
    "TeachingGroup",
    "TeachingGroupPlace",
]
