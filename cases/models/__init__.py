"""The facts of casework, by noun."""

from .advice import EhcAdvice, EhcAdviceGrant, EhcAdviceText
from .assessments import (
    Assessment,
    AssessmentGrant,
    AssessmentQuerySet,
    AssessmentScore,
    AssessmentSpecialist,
    AssessmentSummary,
)
from .cases import Case, CaseAccess, CaseMember, CaseQuerySet
from .checklists import ChecklistItem, NeedsAnswer, NeedsCheck
from .consents import TreatmentConsent
from .decisions import CaseDecision, MeetingAction
from .documents import Document, DocumentAccess, DocumentQuerySet, DocumentText
from .emergencies import Emergency, EmergencyBar, EmergencyLook, EmergencyQuerySet
from .endings import CaseEnding
from .exclusions import DueDay, Exclusion, ExclusionQuerySet
from .holidays import HolidayDay, HolidayPlace, HolidayProgramme
from .instruments import BandSet, Instrument, InstrumentScale
from .interventions import (
    Intervention,
    InterventionNote,
    InterventionPlace,
    InterventionQuerySet,
    InterventionSpecialist,
)
from .meetings import Meeting, MeetingAttendance, MeetingItem, MeetingNote, MeetingRules
from .notes import HomeCopy, Note, NoteAccess, NoteText
from .onward import CommunityOffer, OnwardReferral, OnwardStep, Signposting
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
    "Assessment",
    "AssessmentGrant",
    "AssessmentQuerySet",
    "AssessmentScore",
    "AssessmentSpecialist",
    "AssessmentSummary",
    "BandSet",
    "Case",
    "CaseAccess",
    "CaseDecision",
    "CaseEnding",
    "CaseMember",
    "CasePaper",
    "CaseQuerySet",
    "CaseStage",
    "ChecklistItem",
    "CommunityOffer",
    "Document",
    "DocumentAccess",
    "DocumentQuerySet",
    "DocumentText",
    "DueDay",
    "EhcAdvice",
    "EhcAdviceGrant",
    "EhcAdviceText",
    "Emergency",
    "EmergencyBar",
    "EmergencyLook",
    "EmergencyQuerySet",
    "Exclusion",
    "ExclusionQuerySet",
    "Goal",
    "GoalScore",
    "GoalSession",
    "GoalStep",
    "HolidayDay",
    "HolidayPlace",
    "HolidayProgramme",
    "HomeCopy",
    "Instrument",
    "InstrumentScale",
    "Intervention",
    "InterventionNote",
    "InterventionPlace",
    "InterventionQuerySet",
    "InterventionSpecialist",
    "KeepApart",
    "KeepApartAccess",
    "KeepApartReason",
    "LogTime",
    "Meeting",
    "MeetingAction",
    "MeetingAttendance",
    "MeetingItem",
    "MeetingNote",
    "MeetingRules",
    "MissingEpisode",
    "NeedsAnswer",
    "NeedsCheck",
    "Note",
    "NoteAccess",
    "NoteText",
    "OnwardReferral",
    "OnwardStep",
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
    "Signposting",
    "StaffWork",
    "TeachingGroup",
    "TeachingGroupPlace",
    "TreatmentConsent",
]
