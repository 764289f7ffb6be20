"""Plain words for what pupils and families read, and the headings of a communication passport.

A taskforce may choose its own (Settings, Words that pupils read); these stand until it does. No national list of
either is published (domain reference, sections 1 and 8), which is why they are settings.
"""

from typing import Final

INTERVENTION_TYPES: Final = {
    "mentoring": "Mentoring",
    "attendance_planning": "Getting to school",
    "regulation": "Managing big feelings",
    "therapy": "Talking sessions",
    "reading": "Reading",
    "speech_language": "Talking and understanding",
    "community": "Support at home and out and about",
    "signposting": "Things to do and free help near you",
    "reintegration_timetable": "Planning your way back to school",
    "curriculum": "Learning",
    "life_skills": "Life skills and friendships",
    "substance_misuse": "Healthy choices",
    "diversion": "Safer choices",
    "post_16": "What comes after Year 11",
    "routines": "Routines at home",
    "emotional_practical": "Support for your family",
    "mediation": "Sorting things out together",
    "contact": "Keeping in touch",
}
# In the order of the page. The codes are the columns of PassportVersion.
PASSPORT_HEADINGS: Final = {
    "good_at": "What I’m good at and what I like",
    "communicate": "How I communicate",
    "understand": "What helps me understand",
    "hard": "What makes things hard for me",
    "stressed": "When I’m stressed, you’ll see this. Please do this",
    "avoid": "What doesn’t help",
    "know": "What I want you to know",
    "ask": "Who to ask about me",
}
LISTS: Final = {"intervention_types": INTERVENTION_TYPES, "passport": PASSPORT_HEADINGS}
LIST_TITLES: Final = {"intervention_types": "What we do together", "passport": "Headings of the communication passport"}
LONGEST: Final = 60
