# ruff: noqa: E501 - lists of words, a line for each, which wrapping would make harder to read
"""What practitioners write about a session, in the words that they use. {name} is the pupil's first name."""

from collections.abc import Collection
from typing import Final

THERE: Final[dict[str, tuple[str, ...]]] = {
    "one_to_one": (
        "Check-in and card game to start. {name} rated the week 6 out of 10, up from 4. Talked about what helped: sitting by the door in "
        "maths and the five-minute warning before changes. Next: try the same card in science.",
        "{name} came in upset after words with a peer at break. Walked round the yard first, then used the feelings thermometer. Able to "
        "name it as embarrassed, not angry. Back in lesson after 20 minutes.",
        "Went through the attendance graph together. {name} could see the dip after the half-term holiday. Set one target: in by 9.15 on "
        "Mondays. Bus pass chased with the office.",
        "Worked on the reading book {name} chose (graphic novel). Read aloud for ten minutes without stopping, a first. Praise shared with "
        "tutor and home.",
        "Quiet today, head down at first. Did not push. Built the model together and {name} talked about mum's new hours towards the end. "
        "Family support worker told, with {name}'s agreement.",
        "Role play: how to disagree with staff without it escalating. {name} very good at spotting the point where it tips over. Agreed a "
        "hand signal with form tutor.",
        "Looked at college taster days. {name} interested in construction and in catering; both booked. Needs help with the form, so next "
        "session in the ICT room.",
        "Practised the script for asking for help. Two prompts needed, down from six at the start. Communication passport updated.",
        "{name} told me about staying up gaming until three. Did the sleep diary. Agreed phone downstairs from eleven on school nights; will "
        "ring carer to say how it came about.",
        "Follow-up on last week's incident in the community. {name} able to say who was there and what could have been different. No new "
        "worries. Shared in supervision.",
        "Talked through stop and search with the leaflet. {name} had not known what may be asked. Good questions, one of them hard to answer.",
        "Walked the way home together and marked on the map where {name} does not feel safe. Two places; one of them is the bus station.",
        "Joint enterprise, with the film. {name} quiet at the end, then asked about a friend, no names. Told what I can and cannot keep to myself.",
        "Taught the five words of the science topic ahead. {name} drew each one and used three of them in the lesson afterwards.",
        "Story planner: {name} told the weekend in order, with a beginning. Two prompts. Planner goes to English.",
        "Blank's questions: sure of “what” and “where”, guesses at “why”. Told the class teacher which to ask first.",
        "Worry scale: 8 at the start, 5 at the end. Square breathing practised on the stairs, where it is needed.",
        "Sorted worries into mine, not mine, later. {name} put most into “not mine” and looked relieved.",
        "Precision teaching, third week: 31 words a minute, 22 at the start. {name} keeps the graph.",
        "Talked about what cannabis does to mornings, with the diary. {name} worked out the cost of a month. Harm reduction, no lecture.",
    ),
    "group": (
        "Group of {count}: managing conflict. Good energy, one reminder about phones. The scenario cards worked better than the film.",
        "Cooking group, {count} there. Everybody ate together at the end, which two of them have not managed in the hall.",
        "Social communication group: turn-taking and staying on topic. {count} took part; each chose their own target for the week.",
        "Boxing-fitness at the community gym, {count} came. Coach talked about his own exclusion, lots of questions.",
    ),
    "family": (
        "Home visit. Mum says mornings are calmer since the routine chart went up. Still worried about who {name} is with after school. "
        "Agreed to text me on Fridays. Early help offer explained again.",
        "Telephone call with dad. Pleased to hear something good for once. Will come to the review, asked for it after four.",
        "Met nan at the cafe as she does not like coming in to school. Went through what {name} finds hard and what helps. She will try the "
        "two-choices way of asking.",
        "Practical help with the housing letter and the school transport form. {name} was at the table and joined in with the form.",
        "Mediation between home and school about the last suspension. Both felt heard. Written plan shared the same day.",
    ),
    "multi_agency": (
        "Team around the child. Attendance up from 41 to 58 per cent. School, early help and ourselves agreed who rings home about what, so "
        "that the family does not hear it three times.",
        "Call with CAMHS duty about the referral: accepted, wait of eight weeks. We hold meanwhile.",
        "Core group. Plan reviewed; our part is two sessions a week and the lift in on Mondays.",
        "Discussed at allocation meeting. SaLT report shared with class teacher, with three strategies on one page.",
        "Rang the receiving school's head of year about the reintegration timetable: two mornings from Monday, our mentor stays for the "
        "first lesson.",
    ),
    "assessment": (
        "CELF-5 screener and informal conversation sample. Understanding of spoken instructions well below what {name} lets people see. "
        "Full report to follow; staff advised to chunk.",
        "Reading baseline: reading age 8 years 2 months. Comprehension stronger than decoding. Plan: precision teaching, three times a week.",
        "First meeting. Explained who we are and what we share. {name} chose the room with the sofa. SDQ done together.",
    ),
    "outreach": (
        "In lesson with {name} at the mainstream school. Stayed the whole hour with one movement break. Fed back to the class teacher.",
        "Reintegration visit: timetable walked, exit card agreed, named adult introduced. {name} nervous and did it anyway.",
    ),
    "holiday": (
        "Holiday programme, {count} came: climbing wall and lunch. No incidents.",
        "Holiday programme, {count} came: allotment day. Two parents stayed to help.",
    ),
    "staff_training": (
        "Whole-staff session on unmet speech, language and communication need. Requests for a follow-up on visual timetables.",
        "Twilight on trauma-informed practice. Staff brought real situations; good discussion about sanctions.",
        "Briefing on county lines and local slang, with the police officer.",
    ),
    "screening": ("Screened this half-term's new starters with the class team. Four flagged for a full assessment.",),
    "universal": ("Assembly and drop-in: who the taskforce are and how to ask.",),
    "supervision": ("Clinical supervision.",),
    "admin": ("Records and reports.",),
}  # fmt: skip
# Words of a note, whose work it is, and from which year on.
KEPT_TO: Final[tuple[tuple[str, tuple[str, ...], int], ...]] = (
    ("attendance graph", ("mentor", "engagement_officer", "family_support_worker", "social_worker", "youth_worker"), 0),
    ("reading book", ("mentor", "reading_specialist", "educational_psychologist"), 0),
    ("college taster", ("post_16_coach", "mentor", "youth_worker", "engagement_officer"), 10),
    ("script for asking", ("speech_language_therapist", "mentor"), 0),
    (
        "sleep diary",
        ("mental_health", "trauma_therapist", "family_support_worker", "mentor", "youth_worker", "substance_misuse"),
        0,
    ),
    ("Follow-up on last week", ("police", "youth_justice_worker", "youth_worker", "social_worker"), 0),
    ("stop and search", ("police", "youth_justice_worker"), 0),
    ("way home", ("police", "youth_justice_worker", "youth_worker", "social_worker"), 0),
    ("Joint enterprise", ("police", "youth_justice_worker"), 9),
    ("five words", ("speech_language_therapist",), 0),
    ("Story planner", ("speech_language_therapist", "reading_specialist"), 0),
    ("Blank's", ("speech_language_therapist",), 0),
    ("Worry scale", ("mental_health", "trauma_therapist", "educational_psychologist"), 0),
    ("Sorted worries", ("mental_health", "trauma_therapist", "educational_psychologist", "mentor"), 0),
    ("Precision teaching", ("reading_specialist", "mentor", "educational_psychologist"), 0),
    ("cannabis", ("substance_misuse", "youth_justice_worker", "police"), 9),
    ("CELF-5", ("speech_language_therapist",), 0),
    ("Reading baseline", ("reading_specialist", "educational_psychologist", "mentor"), 0),
    ("from 41 to 58", ("mentor", "engagement_officer", "family_support_worker", "social_worker", "youth_worker"), 0),
)


# Whom a note speaks of, and what they are called in it.
FAMILY_WORDS: Final = {"Mother": ("mum", "Mum"), "Father": ("dad",), "Grandmother": ("nan ",)}


def fitting(activity: str, specialist_type: str, year: int, family: Collection[str]) -> list[str]:
    """Give what somebody of a type writes of a pupil of a year group.

    family  the relationships of those of the family who may be spoken with
    """
    kept = [words for words, types, first in KEPT_TO if specialist_type not in types or year < first]
    kept += [words for relationship, said in FAMILY_WORDS.items() if relationship not in family for words in said]
    return [text for text in THERE[activity] if not any(words in text for words in kept)]


ABSENT: Final[dict[str, tuple[str, ...]]] = {
    "did_not_attend": ("Waited in the room and walked round to find {name}; did not come. Left a note with tutor.", "No show. Texted home, no reply yet."),
    "was_not_brought": ("Was not brought to the clinic appointment. Rang: carer had the wrong day. Rebooked and lift offered.",),
    "not_in_school": ("{name} not in school today. Attendance team aware.", "Suspended until tomorrow; rang home instead to keep in touch."),
    "refused": ("{name} came to the door and said not today. Respected that. Will try again on Thursday.",),
    "cancelled_by_family": ("Home rang to cancel: dentist.",),
    "cancelled_by_taskforce": ("Cancelled by us (staff sickness). {name} told in person by the office.",),
}  # fmt: skip
SUMMARIES: Final = (
    "Attendance has fallen since the summer and {name} is now in for about half the week. Gets on with adults one to one; groups are hard.",
    "Three suspensions this term for verbal aggression. We think that {name} does not follow instructions because they are not understood.",
    "Worries about older associates and unexplained money. {name} says nothing is wrong. Mum is frightened.",
    "Permanently excluded from mainstream and started here on day six. Bright, funny, does not trust that anybody will stay.",
    "Anxiety in the mornings, leaves the building at transitions. Family say that home is calm. No assessment on file.",
    "Low reading age is hidden by being the class clown. Would like an assessment and advice for staff.",
    "Parents have separated and {name} is between two homes. Late most days, tearful, some self-harm talk (safeguarding informed).",
    "Year 11 with no plan for after the exams. Wants to work with cars.",
)
PUPIL_VIEWS: Final = (
    "I want people to stop asking the same questions.", "School is all right when it's small.", "I would like help with reading but not in front of people.",
    "I don't know. I just want to be left alone in the morning.", "I want to go back to my old school.", "",
)  # fmt: skip
FAMILY_VIEWS: Final = (
    "We have asked for help since primary school.", "Lovely at home. It is only school.", "I want somebody who rings back.",
    "We will try anything that is not one more label.", "",
)  # fmt: skip
STRATEGIES: Final = (
    ("Report card with head of year", "six weeks in the autumn", "Helped for two weeks"),
    ("Seat near the door and a time-out pass", "all year", "Used well in English, not elsewhere"),
    ("Reduced timetable, agreed with home", "four weeks", "Attendance rose and fell again"),
    ("Mentor from sixth form", "half a term", "Liked the mentor; sessions missed"),
    ("Educational psychologist consultation", "spring", "Advice in place, waiting for assessment"),
    ("Lunchtime club", "since September", "Goes every day"),
    ("Meeting with parents every fortnight", "since the last suspension", "Better communication, no change yet"),
)
REASONS_AGAINST: Final = (
    "Below our threshold: the school's own strategies have not been tried for a half-term. Advice given; refer again if nothing changes.",
    "On the roll of a school outside the authority. Its own authority's service has been told, with the referrer's agreement.",
    "Already open to another service that does the same work; two would be too many adults.",
)
SIGNPOSTED: Final = (
    "Passed to early help with consent: the need is at home.",
    "Young carers' project will ring the family this week.",
)
OFFER_REFUSED: Final = (
    "Met with parents and pupil. They do not want another service. The door stays open.",
    "Said no twice, politely. School will keep the advice that we gave.",
)
QUESTIONS: Final = (
    "Which strategies were tried, and for how long? When was the last meeting with home?",
    "Has the family agreed to this referral? We cannot start without them knowing.",
)
ANSWER: Final = "Report card for six weeks and a reduced timetable for four. Met with home on the last day of term; they agree to this referral."
