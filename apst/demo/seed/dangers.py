"""What worries the team: judgements of risk, safety plans, missing episodes, public protection, whom to keep apart, and
the papers on a case.
"""

import datetime as dt
import hashlib
import io
import random
from typing import Any, Final

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.text import slugify

from apst.people.models import Pupil
from apst.people.services import keep_former_name
from apst.places.calendar import DAY
from cases.models import (
    Case,
    Document,
    DocumentText,
    KeepApart,
    KeepApartReason,
    MissingEpisode,
    Protection,
    ProtectionText,
    RiskEvidence,
    RiskJudgement,
    SafetyPlan,
)
from cases.models.restricted import Sensitivity

from .diary import at, weekday
from .history import History

EVIDENCE: Final = {
    "exploitation": (
        "Second phone, new trainers, no money at home. Will not say whose the phone is.",
        "Found in a house two bus rides away. Says that the man is a friend of a friend.",
    ),
    "violence": ("Carries a screwdriver on the way home “just in case”.", "Named in a video of a fight; was filming."),
    "substance": ("Vapes THC before school by own account. Knows what it does to the mornings.",),
    "self_harm": ("Old marks on one arm, seen by the school nurse. Talks about it when asked straight.",),
    "home": ("Sleeps on the sofa of an aunt since the move. Mum rings every evening.",),
    "peers": ("Older group at the retail park. Two of them are known to youth justice.",),
    "places": ("The bus station after four. Feels safe in the library and at boxing.",),
}
PLANS: Final = (
    ("Being shouted at\nCrowds at the gate", "Walk with the dog\nThe quiet room", "Nan first, then the duty line"),
    ("Nights before contact visits", "Music, one earphone in\nTexting Jas", "Key worker till six, then the night team"),
    ("Somebody touching the bag", "Space, and nobody talking for five minutes", "Mum. Not dad."),
)  # fmt: skip
PAPERS: Final = (
    ("Speech and language report", "assessment", "ordinary"),
    ("EHC plan, final", "ehc", "ordinary"),
    ("Consent to work with us, signed", "consent", "ordinary"),
    ("Letter from CAMHS: accepted, eight weeks", "health", "clinical"),
    ("Minutes of the strategy meeting", "safeguarding", "safeguarding"),
    ("Drawing: my week as weather", "voice", "ordinary"),
    ("Pre-sentence report", "youth_justice", "youth_justice"),
)
Paper = tuple[str, str, str]
CONSENT: Final[Paper] = ("Consent to work with us, signed", "consent", "ordinary")
# Of the story of exploitation: area, level, days ago, evidence; papers with days ago.
EXPLOITED: Final = (
    (
        "exploitation",
        "high",
        110,
        "Two phones, a new coat, three nights out. Stopped at the station with an older man.",
    ),
    (
        "exploitation",
        "high",
        33,
        "Four days of five in school. The second phone is gone; somebody still waits at the bus stop.",
    ),
    ("violence", "medium", 33, "Says that he carries nothing now. Stays off the canal path and will not say why."),
    ("places", "medium", 33, "The bus station after four. Safe at the youth club and in the car."),
    ("home", "low", 33, "Settled in the new place. Mum uses the code word; nobody rings the landline."),
)
EXPLOITED_PAPERS: Final[tuple[tuple[Paper, int], ...]] = (
    (CONSENT, 117),
    (("Minutes of the strategy meeting", "safeguarding", "safeguarding"), 95),
    (("Letter to the tutor: lift home and who may collect", "school", "ordinary"), 60),
)
# A page of PDF that says nothing: the demonstration's papers are invented, and their names are what is looked at.
PDF: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj"
    b" 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj trailer<</Root 1 0 R>>\n%%EOF\n"
)
JUDGED_ONE_IN: Final = 6
MOST_PAPERS: Final = 14


def put_dangers(history: History, chance: random.Random, *, today: dt.date) -> None:
    """Write them for some of the open cases, in a few statements; a chance that is seeded gives the same each time."""
    open_cases = [case for case in history.cases if case.ended_on is None and case.lead is not None]
    open_cases = [case for case in open_cases if not any(case is one for one in history.apart)]
    kayden = next((case for case in open_cases if case.pupil.local_id == "FM-KAYDEN"), None)
    worried = [case for n, case in enumerate(open_cases) if n % JUDGED_ONE_IN == 0 and case is not kayden]
    _judgements(history, worried, chance, today)
    _plans(history, worried[::3], chance, today)
    _episodes(history, worried[::4], chance, today)
    _protection(history, worried[::5], today)
    _apart(history, worried, today)
    papers = [(case, PAPERS[n % len(PAPERS)], n * 5 + 3) for n, case in enumerate(worried[:MOST_PAPERS])]
    papers += [(case, CONSENT, 400) for case in open_cases[::2] if case is not kayden and case not in worried]
    if kayden is not None:
        _exploited(history, kayden, worried, today)
        papers += [(kayden, paper, ago) for paper, ago in EXPLOITED_PAPERS]
    _papers(history, papers, today)
    _names(open_cases)


def _author(history: History, case: Case) -> dict[str, Any]:
    assert case.lead is not None  # noqa: S101 - those without a lead were left out above
    return {"case": case, "written_by": history.authors[case.lead.reference]}


def _judgements(history: History, cases: list[Case], chance: random.Random, today: dt.date) -> None:
    rows = []
    for case in cases:
        for area in chance.sample(list(EVIDENCE), 3):
            earlier = max(case.opened_on, weekday(today - DAY * chance.randrange(60, 120)))
            levels = chance.choices(("none_known", "low", "medium", "high"), (2, 4, 4, 2), k=2)
            days = (earlier, max(earlier, weekday(today - DAY * chance.randrange(5, 50))))
            for day, level in zip(days, levels, strict=True):
                rows.append(
                    RiskJudgement(
                        **_author(history, case),
                        area=area,
                        level=level,
                        judged_on=day,
                        review_on=day + 42 * DAY,
                        written_at=at(day, 16),
                    )
                )
    RiskJudgement.objects.bulk_create(rows)
    RiskEvidence.objects.bulk_create(
        RiskEvidence(judgement=row, case=row.case, text=chance.choice(EVIDENCE[row.area]))
        for row in rows
        if row.level in ("medium", "high")
    )


def _plans(history: History, cases: list[Case], chance: random.Random, today: dt.date) -> None:
    rows = []
    for case in cases:
        for number, days in ((1, 60), (2, 15)):
            day = max(case.opened_on, weekday(today - days * DAY))
            triggers, helps, who = chance.choice(PLANS)
            rows.append(
                SafetyPlan(
                    **_author(history, case),
                    number=number,
                    triggers=triggers,
                    helps=helps,
                    who_to_call=who,
                    shared_with="The pupil, home, tutor" if number == 2 else "",
                    made_on=day,
                    review_on=day + 42 * DAY,
                    written_at=at(day, 15),
                )
            )
    SafetyPlan.objects.bulk_create(rows)


def _episodes(history: History, cases: list[Case], chance: random.Random, today: dt.date) -> None:
    rows = []
    for n, case in enumerate(cases):
        day = max(case.opened_on, today - DAY * chance.randrange(3, 50))
        gone = at(day, 18)
        rows.append(
            MissingEpisode(
                **_author(history, case),
                missing_from=gone,
                day=day,
                police_told_at=gone + dt.timedelta(hours=5),
                police_reference=f"2{chance.randrange(1000, 9999)}-{day:%d%m}",
                returned_at=gone + dt.timedelta(hours=19),
                interview_on=day + 2 * DAY if n % 2 else None,
                written_at=at(day + DAY, 9),
            )
        )
    MissingEpisode.objects.bulk_create(rows)


def _protection(history: History, cases: list[Case], today: dt.date) -> None:
    rows = [
        Protection(
            **_author(history, case),
            sensitivity=Sensitivity.YOUTH_JUSTICE if n % 3 == 2 else Sensitivity.SAFEGUARDING,
            recorded_on=max(case.opened_on, today - 20 * DAY),
        )
        for n, case in enumerate(cases)
    ]
    Protection.objects.bulk_create(rows)
    said = (
        ("nrm", "Reasonable grounds decision: positive."),
        ("marac", "Mum’s case; an adviser is named."),
        ("mappa", "Level 1."),
    )
    ProtectionText.objects.bulk_create(
        ProtectionText(
            protection=row,
            case=row.case,
            mechanism=said[n % 3][0],
            held_on=row.recorded_on,
            next_on=row.recorded_on + 42 * DAY,
            outcome=said[n % 3][1],
        )
        for n, row in enumerate(rows)
    )


def _apart(history: History, cases: list[Case], today: dt.date) -> None:
    links = []
    for one, other in zip(cases[::4], cases[1::4], strict=False):
        first, second = sorted((one.pupil_id, other.pupil_id))
        author = _author(history, one)["written_by"]
        links.append(KeepApart(pupil_id=first, other_id=second, starts_on=today - 30 * DAY, written_by=author))
    KeepApart.objects.bulk_create(links)
    KeepApartReason.objects.bulk_create(
        KeepApartReason(link=link, text="A fight at the bus station, and words about it since.") for link in links
    )


def _exploited(history: History, case: Case, worried: list[Case], today: dt.date) -> None:
    """What the story of the boy who is exploited has on record: judged, missing once, referred, and kept apart."""
    said, first = _author(history, case), case.opened_on + 3 * DAY
    judged = [
        RiskJudgement(
            **said, area=area, level=level, judged_on=day, review_on=day + 42 * DAY, written_at=at(day, 16)
        )
        for area, level, ago, _ in EXPLOITED
        if (day := max(first, weekday(today - ago * DAY)))
    ]  # fmt: skip
    RiskJudgement.objects.bulk_create(judged)
    RiskEvidence.objects.bulk_create(
        RiskEvidence(judgement=row, case=case, text=text) for row, (*_, text) in zip(judged, EXPLOITED, strict=True)
    )
    SafetyPlan.objects.bulk_create(
        SafetyPlan(
            **said, number=number, triggers="Messages from a number without a name\nThe bus station after four",
            helps="The lift home\nBarbering on Thursdays" if number == 2 else "The lift home",
            who_to_call="Mum, by the code word first. Then Delroy, then the duty line.",
            shared_with="Kayden, mum, tutor, social worker", made_on=day, review_on=day + 42 * DAY,
            written_at=at(day, 15),
        )
        for number, ago in ((1, 90), (2, 34))
        if (day := max(first, weekday(today - ago * DAY)))
    )  # fmt: skip
    # The episode is the one of which the session tells that found him not there.
    noted = [n for n in history.notes if n.text.startswith("Not in school. Mum rang at nine")]
    if noted:
        told = noted[0].intervention.held_on
        MissingEpisode.objects.create(
            **said, missing_from=at(told - DAY, 21, 30), day=told - DAY, police_told_at=at(told - DAY, 23, 40),
            police_reference="2218-0609", returned_at=at(told + DAY, 15), interview_on=told + 4 * DAY,
            written_at=at(told, 9),
        )  # fmt: skip
    day = max(first, weekday(today - 96 * DAY))
    referred = Protection.objects.create(
        **said, sensitivity=Sensitivity.SAFEGUARDING, recorded_on=day, written_at=at(day, 12)
    )
    ProtectionText.objects.create(
        protection=referred, case=case, mechanism="nrm", held_on=day, next_on=today + 20 * DAY,
        outcome="Reasonable grounds decision: positive.",
    )  # fmt: skip
    if worried:
        _keep_apart(case, worried[-1], "In the same house that night, on the other side of it.", said, today)


def _keep_apart(case: Case, other: Case, reason: str, said: dict[str, Any], today: dt.date) -> None:
    first, second = sorted((case.pupil_id, other.pupil_id))
    link = KeepApart.objects.create(
        pupil_id=first, other_id=second, starts_on=today - 30 * DAY, written_by=said["written_by"]
    )
    KeepApartReason.objects.create(link=link, text=reason)


def _papers(history: History, papers: list[tuple[Case, Paper, int]], today: dt.date) -> None:
    """papers: the case, what it is, and how many days ago it was dated, or when the case was new."""
    rows, texts = [], []
    for case, (title, kind, sensitivity), ago in papers:
        day = max(case.opened_on, weekday(today - ago * DAY))
        row = Document(
            **_author(history, case), kind=kind, sensitivity=sensitivity, dated_on=day, written_at=at(day, 11)
        )
        rows.append(row)
        stored = f"documents/{row.public_id.hex[-2:]}/{hashlib.sha256(row.public_id.bytes).hexdigest()[:38]}"
        texts.append(
            DocumentText(
                document=row,
                case=case,
                title=title,
                file_name=f"{slugify(title)}.pdf",
                stored_name=stored,
                content_type="application/pdf",
                size=len(PDF),
                sha256=hashlib.sha256(PDF).hexdigest(),
            )
        )
    Document.objects.bulk_create(rows)
    DocumentText.objects.bulk_create(texts)
    for text in texts:
        default_storage.save(text.stored_name, File(io.BytesIO(PDF)))


def _names(cases: list[Case]) -> None:
    """Two pupils had another surname before, by which their old school still asks for them."""
    for case, surname in zip(cases[3:5], ("Fothergill", "Okonkwo"), strict=False):
        pupil: Pupil = case.pupil
        keep_former_name(pupil, forename=pupil.forename, surname=surname, by=None)
