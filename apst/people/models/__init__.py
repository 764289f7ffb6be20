"""The facts of people, by noun: pupils, posts, what keeps specialists well, money, what school staff are told."""

from .guides import SiteBriefing, StaffGuide
from .money import CostLine, Funding, PostFunding
from .posts import Absence, Post, PostDay, PostSite, PostTerms, Specialist, Vacancy
from .pupils import Contact, NhsNumber, Pupil, PupilFact, PupilFormerName, PupilNameKey
from .support import InductionItem, InductionTick, LoneVisit, Supervision

__all__ = [
    "Absence",
    "Contact",
    "CostLine",
    "Funding",
    "InductionItem",
    "InductionTick",
    "LoneVisit",
    "NhsNumber",
    "Post",
    "PostDay",
    "PostFunding",
    "PostSite",
    "PostTerms",
    "Pupil",
    "PupilFact",
    "PupilFormerName",
    "PupilNameKey",
    "SiteBriefing",
    "Specialist",
    "StaffGuide",
    "Supervision",
    "Vacancy",
]
