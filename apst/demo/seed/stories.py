# ruff: noqa: E501 - lists of words, a line for each, which wrapping would make harder to read
"""The notable cases, which somebody who shows the system can open and tell. All of it is invented; the guide lists them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Scene:
    """One session of a story. ago: calendar days before today (the work is put on a working day at or before it)."""

    ago: int
    post: str
    activity: str
    note: str
    attendance: str = "attended"
    what: str = ""
    location: str = "ap_school"
    minutes: int = 60
    evening: bool = False


@dataclass(frozen=True)
class Story:
    """One notable case.

    born_into  the year group;  opened, ended  calendar days before today, ended None while open
    facts      kind -> (days before today, value), oldest first;  contacts  fields of Contact
    weekly     whether ordinary weekly sessions fill the time between the scenes
    """

    key: str
    title: str
    forename: str
    surname: str
    sex: str
    ethnicity: str
    language: str
    born_into: int
    site: str
    opened: int
    lead: str
    tier: str
    source: str
    route: str
    reasons: tuple[str, ...]
    summary: str
    scenes: tuple[Scene, ...]
    facts: Mapping[str, tuple[tuple[int, str], ...]]
    team: tuple[str, ...] = ()
    ended: int | None = None
    reason: str = ""
    destination: str = ""
    pupil_views: str = ""
    family_views: str = ""
    strategies: tuple[tuple[str, str, str], ...] = ()
    contacts: tuple[Mapping[str, Any], ...] = ()
    waited: int = 9
    restricted: bool = False
    weekly: bool = True
    before: tuple[tuple[str, int, str], ...] = field(default=())


FAIRMILE: Final = (
    Story(
        "FM-KAYDEN", "Exploitation, a hidden address and a police officer on the team", "Kayden", "Beckford-Lyle", "M", "BCRB", "English", 10,
        "Canal Basin", 118, "SP07", "tier_3", "childrens_social_care", "panel", ("exploitation", "serious_violence", "attendance"),
        "Missing overnight three times, two phones, a new coat. Stopped at the station with an older man. Mother moved after violence at home; "
        "the address must not be told to anybody, father included.",
        (
            Scene(112, "SP07", "one_to_one", "First meeting, walked by the canal as Kayden would not sit in a room. Talked about trainers, then "
                  "about who buys them. He knows that I know. Agreed I will not write down nicknames.", what="diversion", location="community"),
            Scene(97, "SP10", "multi_agency", "Mapping meeting with the exploitation team. National Referral Mechanism form sent the same day.",
                  "about_pupil"),
            Scene(90, "SP06", "family", "Mum exhausted. Safety plan gone through; school has the code word. Father's solicitor has written "
                  "asking for the address: not given, DSL told.", "about_pupil", "emotional_practical", "home", 75),
            Scene(61, "SP07", "one_to_one", "Not in school. Mum rang at nine: not home since last night, and reported missing. Rang, phone off.", "not_in_school",
                  "diversion"),
            Scene(40, "SP07", "one_to_one", "Came back thinner. Said “it's done” and would not say what. Stayed on the wall with me for an hour. "
                  "Return interview shared with social worker.", what="diversion", location="community"),
            Scene(26, "SP10", "one_to_one", "Kayden asked to see the officer himself: wants to know what happens to somebody who talks. No "
                  "names. Explained what I can and cannot promise.", what="diversion"),
            Scene(5, "SP07", "one_to_one", "Four full days in a row. Started barbering at the youth club, cut my hair (badly). Still looks over "
                  "his shoulder at the bus stop; lift home stays.", what="diversion", location="transit", minutes=45),
        ),
        {"sen_provision": ((500, "K"),), "sen_primary_need": ((500, "SEMH"),), "fsm": ((500, "yes"),),
         "csc_status": ((500, "none"), (160, "cin"), (88, "cp"))},
        team=("SP10", "SP06"),
        family_views="I moved here to keep him safe and it has followed us.",
        pupil_views="Nobody can do anything anyway.",
        contacts=(
            {"name": "Sonia Beckford", "relationship": "Mother", "parental_responsibility": True, "phone": "07700 900134",
             "address": "Refuge accommodation: ask the DSL", "address_hidden": True, "priority": 1},
            {"name": "Errol Lyle", "relationship": "Father", "parental_responsibility": True, "priority": 3,
             "court_order": "Non-molestation order and prohibited steps order: no contact, no information about where they live"},
        ),
    ),
    Story(
        "FM-RESTRICTED", "Restricted: a colleague's own child", "Anwen", "Pemberton-Shaw", "F", "WBRI", "English", 9, "Fairmile Road", 64,
        "SP01", "tier_2", "mainstream_school", "form", ("mental_health", "transition"),
        "Step-out agreed by the panel. A parent works at the academy, so only two people hold this case.",
        (
            Scene(60, "SP01", "assessment", "Met off site. Anwen's first question was who will read this. Showed her the list: two names.",
                  location="community", what="speech_language"),
            Scene(32, "SP01", "one_to_one", "Panic at the gate, none once inside. Practised the arrival in four steps.", what="regulation"),
            Scene(11, "SP01", "one_to_one", "Two mornings back at her own school. Wants to tell her friends herself.", what="reintegration_timetable"),
        ),
        {"sen_provision": ((400, "K"),), "sen_primary_need": ((400, "SEMH"),), "fsm": ((400, "no"),), "csc_status": ((400, "none"),)},
        restricted=True, weekly=False,
        contacts=({"name": "Rhian Pemberton-Shaw", "relationship": "Mother", "parental_responsibility": True, "phone": "07700 900177"},),
    ),
    Story(
        "FM-HODAN", "Found by screening: a language disorder behind silence; back in mainstream", "Hodan", "Warsame", "F", "BSOM", "Somali", 8,
        "Old Library", 330, "SP01", "tier_2", "new_starter_screening", "screening", ("speech_language", "learning_needs"),
        "Said to be defiant. Screening of new starters: understands about four words of every ten in class.",
        (
            Scene(322, "SP01", "assessment", "CELF-5 in English with interpreter check of Somali. Developmental language disorder, in both "
                  "languages. Explained to Hodan in pictures; she smiled for the first time.", what="speech_language", minutes=90),
            Scene(300, "SP01", "staff_training", "Lunchtime briefing for Hodan's six teachers: chunk, check, wait ten seconds.", ""),
            Scene(245, "SP05", "assessment", "Consultation and observation for the EHC needs assessment.", what="speech_language", minutes=90),
            Scene(190, "SP01", "one_to_one", "Communication passport finished, in her own words. “Please don't say hurry up.”", what="speech_language"),
            Scene(122, "SP01", "outreach", "Back at Longmeadow for mornings. Her form tutor waits ten seconds. It works.",
                  what="reintegration_timetable", location="mainstream_school", minutes=120),
        ),
        {"sen_provision": ((420, "N"), (310, "K"), (150, "E")), "sen_primary_need": ((310, "SLCN"),), "fsm": ((420, "yes"),),
         "csc_status": ((420, "none"),)},
        team=("SP05",), ended=96, reason="ready", destination="previous_mainstream",
        contacts=({"name": "Faduma Warsame", "relationship": "Mother", "parental_responsibility": True, "phone": "07700 900121",
                   "interpreter_language": "Somali"},),
    ),
    Story(
        "FM-DOMINIK", "Twelve per cent attendance, a lift to school, and a mother who needed an interpreter", "Dominik", "Tancoš", "M", "WROM",
        "Romani", 9, "Northfields", 205, "SP06", "tier_3", "ap_school_staff", "conversation", ("attendance", "family_support"),
        "Twelve per cent since September. Letters home unanswered. They were in English.",
        (
            Scene(198, "SP06", "family", "First visit with a Romani-speaking interpreter. Mum thought that the letters were about rent. Kettle "
                  "on straight away.", "about_pupil", "emotional_practical", "home", 90),
            Scene(184, "SP06", "one_to_one", "Was not brought to breakfast club: bus pass never arrived.", "was_not_brought"),
            Scene(170, "SP06", "one_to_one", "Lift in, third day running. Talks non-stop in the car, silent at the gate. Music on.",
                  what="attendance_planning", location="transit", minutes=40),
            Scene(120, "SP04", "group", "Came to boxing. Taught two others the footwork.", what="life_skills", location="community", minutes=90),
            Scene(75, "SP06", "family", "Mum rang us, first time ever, to say that he was ill. That is the whole outcome in one call.",
                  "about_pupil", "contact", "online", 20),
            Scene(9, "SP06", "one_to_one", "Seventy-one per cent this half-term. Walks in by himself now; lift stops after the holiday.",
                  what="attendance_planning"),
        ),
        {"sen_provision": ((400, "N"), (140, "K")), "sen_primary_need": ((140, "SPLD"),), "fsm": ((400, "no"), (190, "yes")),
         "csc_status": ((400, "none"), (195, "early_help"))},
        team=("SP04",), family_views="(through the interpreter) Nobody came before you.",
        contacts=({"name": "Denisa Tancošová", "relationship": "Mother", "parental_responsibility": True, "phone": "07700 900145",
                   "interpreter_language": "Romani", "address": "14 Cooper Street"},),
    ),
    Story(
        "FM-CHARLIE", "Looked after, three placements, stopped before we thought that he was ready", "Charlie", "Marsden", "M", "WBRI", "English", 9,
        "Windmill Lane", 290, "SP12", "tier_3", "local_authority", "panel", ("bereavement_trauma", "risk_of_exclusion"),
        "Third foster placement in a year, fourth school. Placed from another authority.",
        (
            Scene(281, "SP12", "one_to_one", "Would I still be here next month, he asked. Said yes. Must be true.", what="mentoring"),
            Scene(240, "SP09", "one_to_one", "Came for ten minutes. Ten more than last week.", "part_attended", "therapy"),
            Scene(205, "SP12", "one_to_one", "Refused. “What's the point, I'm moving.” He is right: placement ends Friday.", "refused", "mentoring"),
            Scene(176, "SP12", "one_to_one", "New carer too far away to bring him. Did not come; rang, spoke to carer. He says that he is "
                  "done with us. Door stays open, letter sent in his words not ours.", "did_not_attend", "mentoring"),
        ),
        {"sen_provision": ((500, "E"),), "sen_primary_need": ((500, "SEMH"),), "fsm": ((500, "yes"),), "csc_status": ((500, "cla"),)},
        team=("SP09",), ended=170, reason="disengaged_early",
        contacts=({"name": "Duty social worker", "relationship": "Social worker", "parental_responsibility": False, "phone": "07700 900150",
                   "court_order": "Full care order; contact with father supervised only"},
                  {"name": "Pat and Roy Kendall", "relationship": "Foster carers", "parental_responsibility": False, "priority": 2}),
    ),
    Story(
        "FM-TEMI", "Waited for a therapist, then would not speak of it, then did", "Temi", "Balogun", "F", "BNGN", "Yoruba", 10, "Priory Yard", 150,
        "SP09", "tier_3", "family", "request", ("bereavement_trauma", "mental_health"),
        "Older brother killed last year. Aunt asks for somebody who knows about this and is not a stranger every time.",
        (
            Scene(146, "SP09", "one_to_one", "Sat outside with the door open. We drew.", "part_attended", "therapy"),
            Scene(131, "SP09", "one_to_one", "Drew the same street. No words yet; none needed.", what="therapy"),
            Scene(103, "SP09", "one_to_one", "Anniversary week. Stayed at home, as agreed beforehand.", "cancelled_by_family", "therapy"),
            Scene(82, "SP09", "one_to_one", "Said his name. I have nothing to add to this note.", what="therapy"),
            Scene(13, "SP02", "multi_agency", "Stepped down from weekly with CAMHS in agreement; Temi chose fortnightly.", "about_pupil"),
        ),
        {"sen_provision": ((400, "N"),), "fsm": ((400, "yes"),), "csc_status": ((400, "previously_known"),)},
        team=("SP02",), waited=62, before=(("waiting_list", 190, "Trauma-informed therapist full until January."),),
        contacts=({"name": "Folake Balogun", "relationship": "Aunt", "parental_responsibility": True, "phone": "07700 900162",
                   "court_order": "Special guardianship order"},),
    ),
    Story(
        "FM-SHAY", "Year 11 with no plan, now an apprentice", "Shay", "O'Rourke-Bennett", "M", "MWBC", "English", 11, "Weavers' Hall", 410, "SP03",
        "tier_3", "taskforce_specialist", "on_site", ("post_16", "offending"),
        "Wants to work with engines. No form filled in, no birth certificate, curfew until nine.",
        (
            Scene(400, "SP03", "one_to_one", "Careers interview in the car park, under a bonnet.", what="post_16", location="community"),
            Scene(340, "SP03", "one_to_one", "College taster: stayed all day. Tutor asked for him by name.", what="post_16", location="community",
                  minutes=240),
            Scene(260, "SP07", "multi_agency", "Youth justice order ends in May; curfew varied for the taster evenings.", "about_pupil"),
            Scene(180, "SP03", "one_to_one", "Start date for the apprenticeship. He wore a shirt.", what="post_16"),
        ),
        {"sen_provision": ((600, "K"),), "sen_primary_need": ((600, "SPLD"),), "fsm": ((600, "yes"),), "csc_status": ((600, "cin"), (220, "none"))},
        team=("SP07",), ended=150, reason="reached_16", destination="employment_training",
        contacts=({"name": "Siobhán O'Rourke", "relationship": "Grandmother", "parental_responsibility": None, "phone": "07700 900118"},),
    ),
    Story(
        "FM-AMANI", "A young carer who asked for help herself", "Amani", "Ilunga", "F", "BCON", "Lingala", 8, "Canal Basin", 70, "SP04", "tier_3",
        "pupil", "request", ("family_support", "attendance"),
        "Knocked on the door: “Is this where you can say things?” Looks after two brothers when mum is in hospital.",
        (
            Scene(66, "SP04", "one_to_one", "She had a list. Item one: nobody tells mum that she asked. Talked about what that can and cannot mean.",
                  what="mentoring"),
            Scene(45, "SP04", "one_to_one", "Cancelled, brother off school.", "cancelled_by_family", "mentoring"),
            Scene(20, "SP06", "family", "With Amani's leave, met mum on the ward. Carer's assessment asked for.", "about_pupil",
                  "emotional_practical", "other", 60, evening=True),
        ),
        {"sen_provision": ((300, "N"),), "fsm": ((300, "yes"),), "csc_status": ((300, "none"), (18, "cin"))},
        team=("SP06",), pupil_views="I can manage. I just need Mondays.",
        contacts=({"name": "Béatrice Ilunga", "relationship": "Mother", "parental_responsibility": True, "phone": "07700 900109",
                   "interpreter_language": "Lingala"},),
    ),
    Story(
        "FM-ZAIN", "Offered twice: the family refused, and asked again half a year later", "Zain", "Akhtar", "M", "APKN", "Urdu", 10, "Priory Yard", 33,
        "SP02", "tier_3", "ap_school_staff", "form", ("mental_health", "risk_of_exclusion"),
        "Father rang the office and asked whether the offer of last spring still stands. It does.",
        (
            Scene(30, "SP02", "family", "Tea, dates, and an apology that I said was not needed. They were afraid of a file. Showed them what "
                  "is written and who reads it.", "about_pupil", "emotional_practical", "home", 90, evening=True),
            Scene(12, "SP02", "one_to_one", "Zain did most of the talking.", what="therapy"),
        ),
        {"sen_provision": ((300, "K"),), "sen_primary_need": ((300, "SEMH"),), "fsm": ((300, "no"),), "csc_status": ((300, "none"),)},
        before=(("offer_refused", 214, "Met with parents and Zain. They do not want another service, and were clear and polite."),),
        contacts=({"name": "Nasreen Akhtar", "relationship": "Mother", "parental_responsibility": True, "phone": "07700 900139",
                   "interpreter_language": "Urdu"},
                  {"name": "Khalid Akhtar", "relationship": "Father", "parental_responsibility": True, "phone": "07700 900140", "priority": 2}),
    ),
    Story(
        "FM-LEVI", "Opened in error: the wrong twin", "Levi", "Maughan", "M", "WIRT", "English", 7, "Northfields", 140, "SP06", "tier_3",
        "mainstream_school", "form", ("attendance",), "Twins in one form group; the referral was meant for his brother.",
        (), {"sen_provision": ((300, "N"),), "fsm": ((300, "yes"),), "csc_status": ((300, "none"),)},
        ended=137, reason="opened_in_error", weekly=False,
    ),
    Story(
        "FM-RUBY", "A death, and what we did for her friends", "Ruby", "Fielding", "F", "WBRI", "English", 11, "Fairmile Road", 380, "SP12", "tier_3",
        "ap_school_staff", "form", ("mental_health",), "Good with the younger ones. Epilepsy; care plan on file.",
        (
            Scene(350, "SP12", "one_to_one", "Helped at the breakfast club, then told me about wanting to work with children.", what="mentoring"),
            Scene(282, "SP09", "universal", "Drop-in for the year group after the news. Eleven came, nobody was asked to speak. Family told "
                  "what we were doing and asked us to.", ""),
        ),
        {"sen_provision": ((500, "K"),), "sen_primary_need": ((500, "PD"),), "fsm": ((500, "no"),), "csc_status": ((500, "none"),)},
        ended=285, reason="died",
        contacts=({"name": "Joanne Fielding", "relationship": "Mother", "parental_responsibility": True},),
    ),
)  # fmt: skip

CALDERWOOD: Final = (
    Story(
        "CW-MALACHI", "Tier 3: on day six of a permanent exclusion", "Malachi", "Pinnock", "M", "BBRI", "English", 9, "Calderwood Centre", 58, "T02",
        "tier_3", "fair_access_panel", "panel", ("permanent_exclusion", "speech_language"),
        "Excluded for one incident after three years without one. Placed from day six.",
        (
            Scene(56, "T02", "one_to_one", "Day six. Came in uniform from the old school. Toast first, forms later.", what="mentoring"),
            Scene(49, "T01", "assessment", "Every pupil has this assessment. Malachi scored lowest on exactly what he was excluded for: being "
                  "told three things at once.", what="speech_language", minutes=90),
            Scene(21, "T02", "outreach", "Visit to the receiving school. Named adult, one-page passport, start date after the holiday.",
                  what="reintegration_timetable", location="mainstream_school", minutes=120),
        ),
        {"sen_provision": ((300, "N"), (45, "K")), "sen_primary_need": ((45, "SLCN"),), "fsm": ((300, "no"),), "csc_status": ((300, "none"),)},
        team=("T01",),
        contacts=({"name": "Marcia Pinnock", "relationship": "Mother", "parental_responsibility": True, "phone": "07700 900188"},),
    ),
    Story(
        "CW-OLIWIA", "Tier 2: twelve weeks out and back again", "Oliwia", "Kowalczyk", "F", "WEEU", "Polish", 8, "Mill Lane", 160, "T03", "tier_2",
        "mainstream_school", "form", ("risk_of_exclusion", "learning_needs"),
        "Dual registered for twelve weeks. The way back is planned from the first day.",
        (
            Scene(155, "T03", "assessment", "Reading age 7 years 9 months. Reads Polish well: it is English spelling, not reading.", what="reading"),
            Scene(118, "T04", "family", "Step-out review at week six, with both schools. Interpreter not needed, said dad, in perfect Yorkshire.",
                  "about_pupil", "mediation", "mainstream_school"),
            Scene(84, "T03", "outreach", "Back for three days a week; sat with her for English. Hand up twice.", what="reintegration_timetable",
                  location="mainstream_school", minutes=120),
        ),
        {"sen_provision": ((400, "K"),), "sen_primary_need": ((400, "SPLD"),), "fsm": ((400, "no"),), "csc_status": ((400, "none"),)},
        team=("T04",), ended=74, reason="ready", destination="previous_mainstream",
        strategies=(("Report card", "autumn", "No change"), ("Small-group English", "spring", "Better marks, same behaviour")),
        contacts=({"name": "Piotr Kowalczyk", "relationship": "Father", "parental_responsibility": True, "phone": "07700 900190"},),
    ),
    Story(
        "CW-HARPREET", "Tier 1: never left her school", "Harpreet", "Dhaliwal", "F", "AIND", "Panjabi", 7, "Mill Lane", 95, "T06", "tier_1",
        "mainstream_school", "form", ("mental_health", "attendance"),
        "Cannot walk into the building since moving up. The school has a room ready.",
        (
            Scene(90, "T06", "outreach", "In by the side gate with the caretaker, who turns out to be the best mental health worker in the "
                  "authority.", what="attendance_planning", location="mainstream_school", minutes=90),
            Scene(48, "T05", "multi_agency", "Team around the school: graded plan, eight steps, Harpreet decides when each one is done.", "about_pupil"),
            Scene(7, "T06", "outreach", "Step six: lunch in the hall, with one friend, for ten minutes.", what="attendance_planning",
                  location="mainstream_school"),
        ),
        {"sen_provision": ((300, "N"),), "fsm": ((300, "no"),), "csc_status": ((300, "none"),)},
        team=("T05",), strategies=(("Late start", "since September", "Comes when it is quiet"), ("Form tutor rings home", "weekly", "Family glad of it")),
        contacts=({"name": "Kulwinder Dhaliwal", "relationship": "Mother", "parental_responsibility": True, "phone": "07700 900191"},),
    ),
)  # fmt: skip

LINDEN: Final = (
    Story(
        "LH-KEZIAH", "A small team: the manager is also her family worker", "Keziah", "Campbell", "F", "BCRB", "English", 10, "Linden House", 130,
        "L01", "tier_3", "ap_school_staff", "conversation", ("family_support", "exploitation"),
        "Corridor conversation with her tutor. Four of us, so it was allocated before the kettle boiled.",
        (
            Scene(126, "L01", "family", "Stepdad has moved out. Mum wants boundaries to come from somebody else for a while.", "about_pupil",
                  "routines", "home", 75, evening=True),
            Scene(60, "L04", "one_to_one", "Netball coaching badge started.", what="mentoring"),
            Scene(8, "L01", "family", "Mum set the curfew herself. Keziah rolled her eyes and kept to it.", "about_pupil", "routines", "home"),
        ),
        {"sen_provision": ((300, "K"),), "sen_primary_need": ((300, "SEMH"),), "fsm": ((300, "yes"),), "csc_status": ((300, "cin"),)},
        team=("L04",),
        contacts=({"name": "Jacqueline Campbell", "relationship": "Mother", "parental_responsibility": True, "phone": "07700 900195"},),
    ),
)  # fmt: skip
STORIES: Final = {"fairmile": FAIRMILE, "calderwood": CALDERWOOD, "linden-house": LINDEN}
