"""The facts of casework, by noun."""

from .cases import Case, CaseAccess, CaseMember, CaseQuerySet
from .documents import Document, DocumentAccess, DocumentQuerySet, DocumentText
from .endings import CaseEnding
from .holidays import HolidayDay, HolidayPlace, HolidayProgramme
from .interventions import (
    Intervention,
    InterventionNote,
    InterventionPlace,
    InterventionQuerySet,
    InterventionSpecialist,
)
from .notes import HomeCopy, Note, NoteAccess, NoteText
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
from .planned import (
    WEEKDAYS,
    LogTime,
    PlannedPlace,
    PlannedSession,
    PlannedSessionQuerySet,
    PlannedSpecialist,
    SessionGroup,
    SessionGroupMember,
    SessionGroupSpecialist,
)
from .plans import Goal, GoalScore, GoalSession, GoalStep, Plan, PlanReview, PlanVersion
from .reintegration import Reintegration, ReintegrationCheck, ReintegrationWeek
from .restricted import RecordGrant, Sensitivity
from .risks import (
    KeepApart,
    KeepApartAccess,
    KeepApartReason,
    MissingEpisode,
    Protection,
    ProtectionAccess,
    ProtectionText,
    RiskEvidence,
    RiskJudgement,
    RiskJudgementAccess,
    SafetyPlan,
)
from .staff_work import StaffWork
from .staging import CaseStage
from .wording import PupilWords

__all__ = [
    "WEEKDAYS",
    "Case",
    "CaseAccess",
    "CaseEnding",
    "CaseMember",
    "CasePaper",
    "CaseQuerySet",
    "CaseStage",
    "Document",
    "DocumentAccess",
    "DocumentQuerySet",
    "DocumentText",
    "Goal",
    "GoalScore",
    "GoalSession",
    "GoalStep",
    "HolidayDay",
    "HolidayPlace",
    "HolidayProgramme",
    "HomeCopy",
    "Intervention",
    "InterventionNote",
    "InterventionPlace",
    "InterventionQuerySet",
    "InterventionSpecialist",
    "KeepApart",
    "KeepApartAccess",
    "KeepApartReason",
    "LogTime",
    "MissingEpisode",
    "Note",
    "NoteAccess",
    "NoteText",
    "OutreachCase",
    "Passport",
    "PassportAccess",
    "PassportFeedback",
    "PassportVersion",
    "Plan",
    "PlanReview",
    "PlanVersion",
    "PlannedPlace",
    "PlannedSession",
    "PlannedSessionQuerySet",
    "PlannedSpecialist",
    "Protection",
    "ProtectionAccess",
    "ProtectionText",
    "PupilWords",
    "RecordGrant",
    "Reintegration",
    "ReintegrationCheck",
    "ReintegrationWeek",
    "RiskEvidence",
    "RiskJudgement",
    "RiskJudgementAccess",
    "SafetyPlan",
    "Sensitivity",
    "SessionGroup",
    "SessionGroupMember",
    "SessionGroupSpecialist",
    "StaffWork",
    "TeachingGroup",
    "TeachingGroupPlace",
]
