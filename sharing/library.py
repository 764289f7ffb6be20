"""What the library's agreements say to begin with: plain data, to be changed, and checked by a data protection officer.

Purposes, categories and lawful bases of each party follow the domain brief (6.2 and 12): a public body's casework is
public task, health stands on professional secrecy for a health partner and on substantial public interest for a school,
safeguarding on its own condition, offending on article 10. All of it is general knowledge and no legal advice.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

CHECK: Final = "Check with your data protection officer"
OURS: Final = ("6_1_e", "9_2_g", "2_6")
SAFEGUARDING: Final = ("6_1_e", "9_2_g", "2_18")
HEALTH: Final = ("6_1_e", "9_2_h", "1_2")
OFFENDING: Final = ("6_1_e", "10_schedule_1", "2_6")
AUTHORITY: Final = ("6_1_e", "10_authority", "")

COMMON: Final = {
    "accuracy": "Each party checks what it sends against its own record first, gives its source and its date, and tells"
    " the other within five working days of finding something wrong. Facts and opinions are told apart.",
    "retention": "Each party keeps what it receives by its own published schedule, and no longer than the purpose"
    " needs. When the agreement ends, the partner’s access in this system ends at once; what was copied is returned or"
    " destroyed within 30 days, and the party that holds it says so in writing.",
    "security": "What is shared is read in this system, by named people who sign in, and not sent by ordinary"
    " email. Those people have had data protection training within a year. A breach is told to the other party’s"
    " contact at once, within 24 hours at most, so that the 72 hours of UK GDPR article 33 can be kept.",
    "rights": "Whoever is asked for access, correction, erasure or objection answers for its own record, and tells the"
    " other party’s contact within two working days where theirs is touched. Families are told who holds what by the"
    " privacy notices of both parties.",
}


@dataclass(frozen=True)
class Row:
    """One category of a template. ours, theirs: (article 6, article 9 or 10, condition) of each party."""

    category: str
    sees: bool = True
    supplies: bool = False
    onward: str = "ask"
    ours: tuple[str, str, str] = OURS
    theirs: tuple[str, str, str] = OURS


@dataclass(frozen=True)
class Begun:
    """What a template says."""

    title: str
    purposes: tuple[str, ...]
    why: str
    confidence: str
    rows: tuple[Row, ...]


def _health(theirs: tuple[str, str, str], *, sees: bool = True, supplies: bool = True) -> Row:
    return Row("health", sees=sees, supplies=supplies, theirs=theirs)


LIBRARY: Final[dict[str, Begun]] = {
    "nhs_trust": Begun(
        "Sharing with the NHS trust",
        ("support", "health_care", "safeguarding"),
        "Children in alternative provision often have needs of speech, language and mental health that nobody has"
        " met. The taskforce and the trust work with the same child: without what the other knows, assessments are"
        " made twice, risks are missed, and families tell their story again.",
        "Clinicians owe a duty of confidence. It is met because the family was told who will be told what, and expects"
        " it for the child’s care; otherwise by consent, or where the public interest in protecting a child outweighs"
        " it. Each party’s Caldicott guardian is asked in doubt.",
        (
            Row("identity", theirs=HEALTH),
            Row("family", theirs=HEALTH),
            Row("education", theirs=HEALTH),
            Row("send", supplies=True, theirs=HEALTH),
            _health(HEALTH),
            Row("safeguarding", supplies=True, ours=SAFEGUARDING, theirs=SAFEGUARDING),
            Row("intervention", theirs=HEALTH),
            Row("plan", theirs=HEALTH),
            Row("outcomes", supplies=True, theirs=HEALTH),
            Row("voice", onward="no", theirs=HEALTH),
        ),
    ),
    "youth_justice": Begun(
        "Sharing with the youth justice service",
        ("support", "youth_justice", "safeguarding"),
        "Pupils who have been excluded are more often drawn into offending or harmed by it. Prevention works when the"
        " school-based team and the youth justice service plan together and do not ask the child for the same twice.",
        "What a child says in confidence is passed on where the child was told that it would be, or where a risk of"
        " serious harm outweighs the confidence. A victim’s details are never shared under this agreement.",
        (
            Row("identity", supplies=True),
            Row("family"),
            Row("education"),
            Row("send"),
            Row("youth_justice", supplies=True, onward="no", ours=OFFENDING, theirs=AUTHORITY),
            Row("safeguarding", supplies=True, ours=SAFEGUARDING, theirs=SAFEGUARDING),
            Row("intervention"),
            Row("plan"),
        ),
    ),
    "social_care": Begun(
        "Sharing with children’s social care",
        ("support", "social_care", "safeguarding"),
        "Many of the pupils have a social worker, or need one. Sharing early lets both see the whole child, act on"
        " harm outside the home, and keep to one plan.",
        "Safeguarding needs no consent where asking for it would put a child at risk or defeat the purpose. Otherwise"
        " the family is told what is shared, and why.",
        (
            Row("identity", supplies=True),
            Row("family", supplies=True),
            Row("education"),
            Row("send"),
            Row("social_care", supplies=True),
            Row("safeguarding", supplies=True, ours=SAFEGUARDING, theirs=SAFEGUARDING),
            Row("intervention"),
            Row("plan"),
            Row("voice", onward="no"),
        ),
    ),
    "early_help": Begun(
        "Sharing with early help",
        ("support", "social_care"),
        "Early help works with the whole family on what keeps a child out of school. Both need to know what the other"
        " does and when it ends, so that support does not stop between two services.",
        "Early help is voluntary: the family knows of the sharing before it begins, and may object.",
        (
            Row("identity", supplies=True),
            Row("family", supplies=True),
            Row("education"),
            Row("social_care", supplies=True),
            Row("intervention"),
            Row("plan"),
        ),
    ),
    "mainstream_school": Begun(
        "Sharing with a mainstream school",
        ("education", "support", "safeguarding"),
        "A pupil returns, or stays, where the school knows what helps and what to avoid. The school knows what was"
        " tried before; the taskforce cannot plan without it.",
        "Clinical detail stays with the clinician: the school is told what helps in class. What a pupil said is shared"
        " only as the pupil agreed.",
        (
            Row("identity", supplies=True),
            Row("family", sees=False, supplies=True),
            Row("education", supplies=True, onward="own"),
            Row("send", supplies=True, onward="own"),
            Row("safeguarding", supplies=True, onward="own", ours=SAFEGUARDING, theirs=SAFEGUARDING),
            Row("plan", onward="own"),
            Row("voice", onward="no"),
        ),
    ),
    "police": Begun(
        "Sharing with the police",
        ("safeguarding",),
        "The police know of risks to children that no school sees: exploitation, going missing, violence. The taskforce"
        " shares the least that protects a named child. Law enforcement is a purpose of its own: add it only where it"
        " is meant.",
        "Confidence is broken only where a risk of serious harm, a court or a statute requires it, and the reason is"
        " recorded. What the police use for law enforcement falls under part 3 of the Data Protection Act 2018 there,"
        " and not under these articles.",
        (
            Row("identity", supplies=True, onward="no"),
            Row("youth_justice", sees=False, supplies=True, onward="no", ours=OFFENDING, theirs=AUTHORITY),
            Row("safeguarding", supplies=True, onward="no", ours=SAFEGUARDING, theirs=SAFEGUARDING),
        ),
    ),
    "local_authority": Begun(
        "Sharing with the local authority",
        ("education", "statutory_assessment", "safeguarding"),
        "The local authority arranges education from the sixth day, maintains EHC plans and finds children who are"
        " missing education. It cannot do so without knowing where each pupil is and what they need.",
        "The authority’s officers see what their task needs and no clinical notes. Families are told by the privacy"
        " notices of both.",
        (
            Row("identity", supplies=True, onward="own"),
            Row("education", supplies=True, onward="own"),
            Row("send", supplies=True, onward="own"),
            _health(OURS, supplies=False),
            Row("safeguarding", supplies=True, ours=SAFEGUARDING, theirs=SAFEGUARDING),
            Row("outcomes", onward="own"),
        ),
    ),
}
YEAR: Final = dt.timedelta(days=365)


def words_of(template: str) -> dict[str, Any]:
    """Give what a draft from a template says, by the agreement's fields; nothing for the taskforce's own."""
    begun = LIBRARY.get(template)
    if begun is None:
        return {}
    return {"purposes": list(begun.purposes), "why": begun.why, "confidence": begun.confidence, **COMMON}


def rows_of(template: str) -> list[dict[str, Any]]:
    """Give a template's table of categories, by the fields of `AgreementCategory`."""
    begun = LIBRARY.get(template)
    names = ("article_6", "article_9", "condition")
    return [
        {
            "category": row.category,
            "partner_sees": row.sees,
            "partner_supplies": row.supplies,
            "onward": row.onward,
            **{f"our_{name}": code for name, code in zip(names, row.ours, strict=True)},
            **{f"their_{name}": code for name, code in zip(names, row.theirs, strict=True)},
        }
        for row in (begun.rows if begun else ())
    ]
