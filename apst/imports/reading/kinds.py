"""The kinds of file, column by column: the table of spec/imports.md."""

from apst.imports.reading import rules
from apst.imports.reading.columns import Column, Kind, Unique, Values, each
from apst.imports.reading.values import dates, durations, identifiers, lists, numbers
from apst.imports.reading.values.choices import Choice, from_list, local_authorities, year_group, yes_no


def _calendar_entry(values: Values) -> tuple[object, ...] | None:
    if "academic_year" not in values or "kind" not in values:
        return None
    entry = values.get("name") if values["kind"] == "half_term" else values.get("starts_on")
    return entry and (values["academic_year"], values["kind"], entry, values.get("establishment_urn"))


def _contact(values: Values) -> tuple[str, str] | None:
    name = values.get("name")
    return (values["local_id"], name.casefold()) if name and "local_id" in values else None


CALENDAR = Kind(
    "calendar",
    "School calendar",
    (
        Column("academic_year", dates.academic_year, "The academic year", "2026-27", needed=True),
        Column(
            "kind",
            Choice((("half_term", "Half-term"), ("inset", "INSET day"), ("closure", "Closure"))),
            "What it is",
            "half_term",
            needed=True,
        ),
        Column("name", identifiers.line, "For a half-term autumn-1 to summer-2, else as you like", "autumn-1"),
        Column("starts_on", dates.day, "First day", "01/09/2026", needed=True),
        Column("ends_on", dates.day, "Last day; empty for a single day", "23/10/2026"),
        Column(
            "establishment_urn", identifiers.urn, "URN of the school; empty for the taskforce's own calendar", "123456"
        ),
    ),
    unique=(Unique("starts_on", _calendar_entry),),
    rules=(rules.half_term_is_whole, rules.within_its_year, rules.not_before("ends_on", "starts_on")),
    reference="name",
)

ESTABLISHMENTS = Kind(
    "establishments",
    "Schools and other places",
    (
        Column("urn", identifiers.urn, "Unique Reference Number", "123456", needed=True),
        Column("name", identifiers.line, "Name", "Example High School", needed=True),
        Column("la", local_authorities(), "Local authority, three-digit code or name", "384"),
        Column("type", from_list("provider_types", and_code=("mainstream", "Mainstream school")), "Type", "mainstream"),
    ),
    unique=(each("urn"),),
    reference="urn",
)

SPECIALISTS = Kind(
    "specialists",
    "Specialists' posts",
    (
        Column("reference", identifiers.reference, "Your own reference of the post", "S01", needed=True),
        Column("name", identifiers.line, "Name", "Example Person", needed=True),
        Column("email", identifiers.email, "Email; the same one means the same person", "person@example.org"),
        Column("specialist_type", from_list("specialist_types"), "Type of specialist", "youth_worker", needed=True),
        Column("fte", numbers.fte, "Share of full time, above 0 and at most 1", "0.6", needed=True),
        Column("start_date", dates.day, "First day in post", "01/09/2026", needed=True),
        Column("end_date", dates.day, "Last day in post", "31/08/2027"),
        Column("employment", from_list("employment"), "How employed", "seconded"),
        Column("home_service", identifiers.line, "The service that seconds them", "Youth justice service"),
        Column("working_days", lists.Several(lists.WEEKDAYS), "Working days, separated by ;", "mon;tue;thu"),
        Column("annual_cost", numbers.pounds, "Cost a year in pounds", "41500"),
    ),
    unique=(each("reference"),),
    rules=(rules.not_before("end_date", "start_date"),),
)

_REGISTRATION = Choice((("single", "Single"), ("dual_main", "Main (dual)"), ("dual_subsidiary", "Subsidiary (dual)")))

PUPILS = Kind(
    "pupils",
    "Pupils",
    (
        Column("local_id", identifiers.local_id, "Your own id of the pupil", "P001", needed=True),
        Column("upn", identifiers.upn, "Unique Pupil Number"),
        Column("surname", identifiers.line, "Surname", "Example", needed=True),
        Column("forename", identifiers.line, "Forename", "Pupil", needed=True),
        Column("preferred_name", identifiers.line, "Name they like to be called by"),
        Column("date_of_birth", dates.day, "Date of birth", "05/09/2011", needed=True, may_be_to_come=False),
        Column("sex", from_list("sex"), "Sex", "F"),
        Column("ethnicity", from_list("ethnicity"), "Ethnicity", "WBRI"),
        Column("year_group", year_group(), "Year group on as_at", "9", needed=True),
        Column("home_school_urn", identifiers.urn, "URN of the home school", "123456"),
        Column("home_la", local_authorities(), "Local authority where they live, code or name", "384"),
        Column("placing_la", local_authorities(), "Local authority that placed them, code or name", "384"),
        Column("nhs_number", identifiers.nhs_number, "NHS number"),
        Column("registration", _REGISTRATION, "Registration", "single"),
        Column("sen_provision", from_list("sen_provision"), "SEN provision", "K"),
        Column("sen_primary_need", from_list("sen_needs"), "Primary need", "SEMH"),
        Column("fsm", yes_no, "Eligible for free school meals, yes or no", "yes"),
        Column("csc_status", from_list("csc_status"), "Children's social care", "none"),
        Column("first_language", identifiers.line, "First language", "English"),
        Column("postcode", identifiers.postcode, "Postcode"),
        Column("entry_date", dates.day, "First day here", "01/09/2026"),
        Column("leaving_date", dates.day, "Last day here"),
        Column("destination", from_list("destinations"), "Where they went"),
        Column("as_at", dates.day, "The day on which these facts hold; empty means today", "01/09/2026"),
    ),
    unique=(each("local_id"), each("upn")),
    rules=(rules.not_before("leaving_date", "entry_date"),),
    reference="local_id",
)  # fmt: skip

CONTACTS = Kind(
    "contacts",
    "Parents, carers and other contacts",
    (
        Column("local_id", identifiers.local_id, "The pupil's local id", "P001", needed=True),
        Column("name", identifiers.line, "Name", "Example Parent", needed=True),
        Column("relationship", identifiers.line, "Relationship to the pupil", "Mother", needed=True),
        Column("parental_responsibility", yes_no, "Parental responsibility, yes or no", "yes"),
        Column("phone", identifiers.telephone, "Telephone", "07700 900123"),
        Column("email", identifiers.email, "Email", "parent@example.org"),
        Column("address", identifiers.prose, "Address"),
        Column("address_hidden", yes_no, "Whether the address is hidden, yes or no", "no"),
        Column("interpreter_language", identifiers.line, "Language an interpreter is needed for"),
        Column("court_order", identifiers.prose, "Court order"),
        Column("priority", numbers.whole_number, "Whom to call first: 1, 2, 3", "1"),
    ),
    unique=(Unique("name", _contact),),
    reference="local_id",
)

REFERRALS = Kind(
    "referrals",
    "Referrals",
    (
        Column("reference", identifiers.reference, "Your own reference of the referral", "R001", needed=True),
        Column("pupil_local_id", identifiers.local_id, "The pupil's local id", "P001", needed=True),
        Column("received_on", dates.day, "Day received", "05/09/2025", needed=True, may_be_to_come=False),
        Column("source", from_list("referral_sources"), "Who referred", "ap_school_staff", needed=True),
        Column("route", from_list("referral_routes"), "How it came", "form", needed=True),
        Column(
            "reasons",
            lists.Several(from_list("referral_reasons")),
            "Reasons, separated by ;",
            "attendance;mental_health",
            needed=True,
        ),
        Column("summary", identifiers.prose, "Summary"),
        Column("triage_outcome", from_list("triage_outcomes"), "Outcome of triage", "accepted"),
        Column("triaged_on", dates.day, "Day of that outcome", "09/09/2025", may_be_to_come=False),
        Column("tier", from_list("tiers"), "Tier of the case", "tier_3"),
        Column("case_opened_on", dates.day, "Day the case opened", "10/09/2025", may_be_to_come=False),
        Column("case_ended_on", dates.day, "Day the case ended", may_be_to_come=False),
        Column("case_end_reason", from_list("case_end_reasons"), "Why the case ended"),
        Column("lead_specialist", identifiers.reference, "Reference of the lead specialist", "S01"),
    ),
    unique=(each("reference"),),
    rules=(rules.outcome_needs_its_day, rules.case_is_whole, rules.not_before("case_ended_on", "case_opened_on")),
)

SESSIONS = Kind(
    "sessions",
    "Sessions",
    (
        Column("reference", identifiers.reference, "Your own reference of the session", "I0001", needed=True),
        Column("date", dates.day, "Day", "05/09/2025", needed=True, may_be_to_come=False),
        Column("start_time", dates.time_of_day, "Start", "14:30"),
        Column("duration", durations.minutes, "Minutes, or 1:30, or 1h 30m (or give hours)", "90"),
        Column("hours", durations.hours, "Decimal hours, in place of duration", "1.5"),
        Column("activity_type", from_list("activity_types"), "Type of work", "one_to_one", needed=True),
        Column("location", from_list("locations"), "Where", "ap_school"),
        Column("out_of_school_hours", yes_no, "Outside school hours, yes or no", "no"),
        Column("specialists", lists.references, "References of specialists, separated by ;", "S01;S02", needed=True),
        Column(
            "pupils",
            lists.named_pupils,
            "Local ids separated by ;, each with :attendance if not attended",
            "P014;P020:did_not_attend",
        ),
        Column("staff_trained", numbers.whole_number, "How many staff were trained", "12"),
        Column("site", identifiers.line, "Site"),
        Column("note", identifiers.prose, "Note"),
    ),
    unique=(each("reference"),),
    rules=(rules.one_duration, rules.names_pupils),
    either=("duration", "hours"),
)

# In the order in which they are imported: each names what the ones before it brought.
KINDS = {
    kind.name: kind for kind in (CALENDAR, ESTABLISHMENTS, SPECIALISTS, PUPILS, CONTACTS, REFERRALS, SESSIONS)
}  # fmt: skip
