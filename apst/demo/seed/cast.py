# ruff: noqa: E501 - lists of words, a line for each, which wrapping would make harder to read
"""The three invented taskforces: where they work, who works there, how much they do. No place or person of that name is meant."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Worker:
    """A post and who holds it.

    account  the part of the email before the @, "" for somebody without an account;  fte  hundredths of a week
    days     working days;  sites  those that the post covers, none for all
    starts, ends  the post's first day and the day after its last, in hundredths of the history; None while it is held
    """

    reference: str
    name: str
    account: str
    type: str
    fte: int
    days: str = "mon;tue;wed;thu;fri"
    employment: str = "direct"
    home_service: str = ""
    sites: tuple[str, ...] = ()
    starts: int = 0
    ends: int | None = None


@dataclass(frozen=True)
class Colleague:
    """A member who holds no specialist post, or (a manager) one that is among the workers."""

    account: str
    name: str
    role: str


@dataclass(frozen=True)
class Numbers:
    """How much a taskforce has done. Cases without a story: open ones, and ended ones by reason; referrals without a case by state."""

    open_cases: int
    ended: dict[str, int]
    referrals: dict[str, int]
    tiers: tuple[int, int, int]
    weekly_percent: int


@dataclass(frozen=True)
class Setting:
    """One taskforce of the demonstration."""

    slug: str
    name: str
    authority: str
    urn: str
    host: tuple[str, str]
    sites: tuple[str, ...]
    schools: tuple[str, ...]
    colleagues: tuple[Colleague, ...]
    workers: tuple[Worker, ...]
    numbers: Numbers
    text: str
    criteria: tuple[str, ...]
    months: int = 18
    decides: str = "manager"
    opening_pupils: int = 0
    opening_hours: int = 0

    def email(self, account: str) -> str:
        """The address of an account; one of two taskforces has the same in both."""
        return account if "@" in account else f"{account}@{self.slug}.example"


BOTH: Final = "psychologist@both.example"
FAIRMILE: Final = Setting(
    slug="fairmile",
    name="Fairmile Taskforce",
    authority="Coventry",
    urn="990101",
    host=("Fairmile AP Academy", "ap_academy"),
    sites=("Fairmile Road", "Canal Basin", "Old Library", "Priory Yard", "Northfields", "Windmill Lane", "Weavers' Hall"),
    schools=("Hillcrest School", "St Osburg's Catholic High", "Foundry Academy", "Longmeadow School", "The Beeches Academy"),
    colleagues=(
        Colleague("manager", "Maureen Achebe", "manager"), Colleague("deputy", "Gareth Llewellyn-Rees", "manager"),
        Colleague("dsl", "Shabana Mirza", "dsl"), Colleague("slt", "Howard Pemberton", "slt"), Colleague("ig", "Inês Carvalho", "ig_lead"),
        Colleague("office", "Lorraine Tibbs", "coordinator"), Colleague("teacher", "Tomasz Zielonka", "school_staff"),
    ),
    workers=(
        Worker("SP01", "Bronwen Adair", "salt", "speech_language_therapist", 60, "mon;tue;wed", "seconded", "NHS children's therapies"),
        Worker("SP02", "Sanjay Raval", "mentalhealth", "mental_health", 100, employment="seconded", home_service="CAMHS"),
        Worker("SP03", "Ngozi Ebele", "careers", "post_16_coach", 80, "mon;tue;wed;thu"),
        Worker("SP04", "Callum Wrigglesworth", "youthworker", "youth_worker", 100, sites=("Canal Basin",)),
        Worker("SP05", "Ruth Fairbairn", BOTH, "educational_psychologist", 40, "mon;tue", "joint", "Educational psychology service"),
        Worker("SP06", "Parveen Chaudhry", "family", "family_support_worker", 100),
        Worker("SP07", "Delroy Winston-Parke", "yjs", "youth_justice_worker", 50, "wed;thu;fri", "seconded", "Youth justice service"),
        Worker("SP08", "Marta Kubiak", "socialwork", "social_worker", 100, employment="seconded", home_service="Children's services", ends=55),
        Worker("SP08a", "Marta Kubiak", "socialwork", "social_worker", 60, "tue;wed;thu", "seconded", "Children's services", starts=55),
        Worker("SP09", "Yusuf Haji-Karim", "trauma", "trauma_therapist", 60, "wed;thu;fri", "agency"),
        Worker("SP10", "Lee Hartshorn", "police", "police", 20, "thu", "seconded", "Police, schools team"),
        Worker("SP11", "Aoife Gallagher", "substance", "substance_misuse", 40, "mon;thu", "joint", "Drug and alcohol service",
               sites=("Priory Yard", "Northfields", "Old Library")),
        Worker("SP12", "Jermaine Salt", "mentor", "mentor", 100, sites=("Fairmile Road", "Windmill Lane", "Weavers' Hall")),
        Worker("SP13", "Philippa Dunn", "engagement", "engagement_officer", 100, ends=70),
    ),
    numbers=Numbers(
        open_cases=84,
        ended={"ready": 33, "disengaged_early": 8, "refused": 5, "moved_away": 9, "transferred": 8, "reached_16": 7, "opened_in_error": 2},
        referrals={"new": 12, "more_information": 4, "accepted": 5, "waiting_list": 8, "declined": 9, "signposted": 6,
                   "universal_offer": 6, "offer_refused": 5, "withdrawn": 3},
        tiers=(10, 25, 65),
        weekly_percent=94,
    ),
    text="For pupils of the academy's seven sites, and those with a step-out place, whose needs are more than a class team can meet.",
    criteria=("On the roll of the academy, or in a step-out place", "School strategies tried for at least a half-term",
              "The family knows of the referral"),
    opening_pupils=412,
    opening_hours=21_640,
)  # fmt: skip
CALDERWOOD: Final = Setting(
    slug="calderwood",
    name="Calderwood Taskforce",
    authority="Kirklees",
    urn="990201",
    host=("Calderwood Pupil Referral Unit", "pupil_referral_unit"),
    sites=("Calderwood Centre", "Mill Lane"),
    schools=("Beacon Moor High", "Ravensdyke Academy", "Holme Bridge School", "St Wilfred's High", "Spring Bank School", "Tanyard Academy"),
    colleagues=(
        Colleague("manager", "Deborah Ackroyd", "manager"), Colleague("dsl", "Imran Zaman", "dsl"), Colleague("slt", "Fiona Strachan", "slt"),
    ),
    workers=(
        Worker("T01", "Hannah Sykes", "salt", "speech_language_therapist", 60, "mon;tue;wed", "seconded", "NHS children's therapies"),
        Worker("T02", "Kwabena Osei", "mentor", "mentor", 100),
        Worker("T03", "Judith Crabtree", "reading", "reading_specialist", 80, "mon;tue;wed;thu"),
        Worker("T04", "Nadia Rehman", "family", "family_support_worker", 100),
        Worker("T05", "Stuart Beaumont", "psychologist", "educational_psychologist", 40, "thu;fri", "joint", "Educational psychology service"),
        Worker("T06", "Charlotte Mbeki-Hall", "mentalhealth", "mental_health", 60, "mon;wed;fri", "seconded", "CAMHS"),
    ),
    numbers=Numbers(
        open_cases=20,
        ended={"ready": 11, "disengaged_early": 2, "refused": 1, "moved_away": 2, "transferred": 2, "reached_16": 2},
        referrals={"new": 5, "more_information": 2, "accepted": 2, "waiting_list": 3, "declined": 3, "signposted": 3,
                   "universal_offer": 3, "offer_refused": 1, "withdrawn": 1},
        tiers=(45, 35, 20),
        weekly_percent=80,
    ),
    text="For pupils of any school in the authority. Tier 1: support in the mainstream school. Tier 2: a step-out of twelve weeks, dual "
    "registered. Tier 3: from day six of a permanent exclusion. Referrals come through the weekly panel.",
    criteria=("Permanently excluded, or at risk of it", "The school has tried its own strategies", "Parents or carers agree"),
    decides="team",
)  # fmt: skip
LINDEN: Final = Setting(
    slug="linden-house",
    name="Linden House Taskforce",
    authority="Coventry",
    urn="990301",
    host=("Linden House School", "ap_free_school"),
    sites=("Linden House",),
    schools=("Longmeadow School", "Kestrel Park School"),
    colleagues=(Colleague("manager", "Solomon Tesfaye", "manager"), Colleague("dsl", "Angela Proudfoot", "dsl")),
    workers=(
        Worker("L01", "Solomon Tesfaye", "manager", "family_support_worker", 40, "thu;fri"),
        Worker("L02", "Ruth Fairbairn", BOTH, "educational_psychologist", 30, "wed;thu", "joint", "Educational psychology service"),
        Worker("L03", "Catrin Hopkins", "salt", "speech_language_therapist", 50, "mon;tue;wed", "agency"),
        Worker("L04", "Marlon Ferreira-Grant", "youthworker", "youth_worker", 80, "mon;tue;wed;thu"),
    ),
    numbers=Numbers(
        open_cases=11,
        ended={"ready": 6, "disengaged_early": 1, "moved_away": 1, "transferred": 1, "reached_16": 1},
        referrals={"new": 3, "waiting_list": 1, "declined": 1, "signposted": 1, "universal_offer": 1},
        tiers=(0, 20, 80),
        weekly_percent=80,
    ),
    text="For every pupil of Linden House who needs more than the class team can give.",
    criteria=("On the roll of Linden House", "The pupil has been asked"),
    months=12,
    decides="lead_specialist",
)  # fmt: skip
SETTINGS: Final = (FAIRMILE, CALDERWOOD, LINDEN)
