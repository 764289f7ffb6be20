"""How often what happens: who refers and why, where pupils go, how long the undecided have waited."""

from typing import Final

SOURCES: Final = {
    "ap_school_staff": 30,
    "mainstream_school": 22,
    "ap_panel": 9,
    "taskforce_specialist": 10,
    "new_starter_screening": 8,
    "childrens_social_care": 6,
    "youth_justice": 5,
    "family": 4,
    "early_help": 3,
    "pupil": 2,
    "health": 1,
}
ROUTES: Final = {
    "taskforce_specialist": ("on_site", "conversation"),
    "new_starter_screening": ("screening",),
    "ap_panel": ("panel",),
    "family": ("request", "conversation"),
    "pupil": ("request",),
}
REASONS: Final = {
    "attendance": 24,
    "risk_of_exclusion": 14,
    "permanent_exclusion": 10,
    "mental_health": 18,
    "speech_language": 12,
    "exploitation": 8,
    "serious_violence": 7,
    "family_support": 10,
    "learning_needs": 7,
    "substance_misuse": 5,
    "offending": 5,
    "bereavement_trauma": 5,
    "transition": 6,
    "post_16": 6,
}
CRIME: Final = {"serious_violence", "exploitation", "offending"}
TIERS: Final = ("tier_1", "tier_2", "tier_3")
DESTINATIONS: Final = {
    "ready": ("previous_mainstream", "previous_mainstream", "other_mainstream", "special_school", "other_ap"),
    "moved_away": ("not_known", "other_ap", "elective_home_education"),
    "transferred": ("special_school", "other_ap"),
    "reached_16": ("further_education", "further_education", "employment_training", "neet"),
}
SHORT: Final = {"refused": (6, 16), "opened_in_error": (1, 4)}
# How long those who are undecided today have waited, in days: most are fresh, a few should worry somebody.
WAITED: Final = (0, 1, 1, 2, 4, 6, 7, 9, 13, 19, 30, 44)
# A decision in so many was taken back by the same person a few minutes later, and another taken.
UNDONE_ONE_IN = 55
