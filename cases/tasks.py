"""The jobs of cases: keeping the grants in step with posts, sites and memberships, and drawing papers."""

from typing import Any

from django.utils.timezone import localdate

from apst.accounts.queries import me
from apst.accounts.services.memberships import ACCESS_REFRESH
from apst.jobs.models import Job
from apst.jobs.schedule import daily, scheduled
from apst.jobs.services import work
from apst.jobs.tasks import JobRefused, tell
from apst.notices.queries import is_working_day
from apst.places.services import CALENDAR_CHANGED
from apst.tenancy.context import current, name_act
from apst.web.pdf import PdfUnavailable

from .exceptions import NothingToDraw
from .models import Case, EhcAdvice, Meeting
from .notices import tell_clocks
from .papers import PAPERS, PASSPORT_FITS
from .policies import can_read_minutes
from .queries.passports import passports_to_draw
from .queries.room import on_paper as minutes_on_paper
from .services.access import refresh_access
from .services.advice import DRAW_ADVICE, draw_advice
from .services.documents import erase_removed, sweep_bytes
from .services.exclusions import work_out_open
from .services.meetings import prepare_by_itself
from .services.papers import DRAW, DRAW_MINUTES, DRAW_PASSPORTS, drop_old_papers, keep_paper
from .services.succession import end_grants_of_leavers, follow_posts

CLOCKS = "cases.clocks"
DROP_PAPERS = "cases.drop_papers"
ERASE_DOCUMENTS = "cases.erase_documents"
NO_PANGO = "This server cannot draw PDFs: the library Pango is not installed on it. The page itself can be printed."
NO_MINUTES = "You cannot see these minutes any more."
GONE = "You cannot see this case any more."
NO_PASSPORT = "There is no passport here that its pupil has agreed to, or it is not shared with you any more."


@work(ACCESS_REFRESH, as_system=True)
def refresh(job: Job) -> dict[str, Any]:
    """Bring the grants by rule to what the rules say: first who works on which case, then who sees it.

    Asked for after a post, a site or a membership changed, and each night: they begin and end on their day without
    anybody pressing a button.
    """
    followed = follow_posts()
    ended = end_grants_of_leavers()
    name_act("grant.refresh")
    return {"changed": followed + ended + refresh_access()}


scheduled(ACCESS_REFRESH, daily(0, 4))


@work("cases.prepare_meetings", as_system=True)
def prepare_meetings(job: Job) -> dict[str, Any]:
    """Each morning: the next meeting's agenda, and what came up since for the one of today."""
    return {"points": prepare_by_itself()}


scheduled("cases.prepare_meetings", daily(5, 30))


@work(CALENDAR_CHANGED, as_system=True)
def count_anew(job: Job) -> dict[str, Any]:
    """Work out again the sixth day of whoever still waits for education, after a calendar was changed."""
    return {"moved": work_out_open()}


@work(CLOCKS, as_system=True)
def look_at_clocks(job: Job) -> dict[str, Any]:
    """Have the clocks told that are late or run out, on working days."""
    return {"pressing": tell_clocks() if is_working_day(localdate()) else 0}


scheduled(CLOCKS, daily(6, 30))


@work(DRAW, queue="pdf")
def draw_paper(job: Job) -> dict[str, Any]:
    """Draw the paper `args["kind"]` about the case `args["case"]`, as whoever asked for it: in their own scope."""
    tell(job, 20, "Drawing the PDF")
    paper, member = PAPERS[job.args["kind"]], current()
    case = (
        Case.objects.select_related("pupil__home_school", "site", "lead__specialist", "referral")
        .filter(public_id=job.args["case"])
        .first()
    )
    if case is None or not paper.may(member, case):
        raise JobRefused(GONE)
    try:
        kept = keep_paper(
            case=case,
            kind=job.args["kind"],
            template=paper.template,
            css=paper.css,
            context=paper.context(case, member),
            pupils=[case.pupil_id],
            categories=paper.categories,
            one_page=paper.one_page,
            by=me(member),
        )
    except PdfUnavailable:
        raise JobRefused(NO_PANGO) from None
    except NothingToDraw as nothing:
        raise JobRefused(str(nothing)) from None
    return {"url_name": "cases:paper-download", "args": [str(kept.public_id)]}


@work(DRAW_PASSPORTS, queue="pdf")
def draw_passports(job: Job) -> dict[str, Any]:
    """Draw the passport `args["passport"]`, or the sheet of the group `args["group"]`, as whoever asked for it."""
    tell(job, 20, "Drawing the PDF")
    sheets, group = passports_to_draw(job.args.get("passport", ""), job.args.get("group", ""))
    if not sheets:
        raise JobRefused(NO_PASSPORT)
    kind = "class-sheet" if group else "passport"
    try:
        kept = keep_paper(
            case=None,
            kind=kind,
            template=f"cases/papers/{kind.replace('-', '_')}.html",
            css="cases/papers/passport.css",
            context={"sheets": sheets, "group": group, "taskforce": current().taskforce, "on": localdate()},
            pupils=[sheet.version.pupil_id for sheet in sheets],
            categories=("identity", "voice"),
            one_page=({},) if group else PASSPORT_FITS,
            by=me(current()),
        )
    except PdfUnavailable:
        raise JobRefused(NO_PANGO) from None
    return {"url_name": "cases:paper-download", "args": [str(kept.public_id)]}


@work(DRAW_MINUTES, queue="pdf")
def draw_minutes(job: Job) -> dict[str, Any]:
    """Draw the minutes of the meeting `args["meeting"]` as whoever asked for them: in their own scope."""
    tell(job, 20, "Drawing the PDF")
    meeting = Meeting.objects.select_related("site").filter(public_id=job.args["meeting"]).first()
    if meeting is None or not can_read_minutes(current()):
        raise JobRefused(NO_MINUTES)
    minutes = minutes_on_paper(meeting)
    try:
        kept = keep_paper(
            case=None,
            kind="minutes",
            template="cases/papers/minutes.html",
            css="cases/papers/paper.css",
            context={**minutes, "taskforce": current().taskforce, "on": localdate()},
            pupils=[p["item"].pupil_id for p in minutes["points"] if p["item"] and p["item"].pupil_id],
            categories=("identity", "intervention"),
            by=me(current()),
        )
    except PdfUnavailable:
        raise JobRefused(NO_PANGO) from None
    return {"url_name": "cases:paper-download", "args": [str(kept.public_id)]}


@work(DRAW_ADVICE, queue="pdf")
def draw_ehc_advice(job: Job) -> dict[str, Any]:
    """Draw the final EHC advice `args["advice"]` as whoever asked for it: in their own scope."""
    tell(job, 20, "Drawing the PDF")
    asked = EhcAdvice.objects.filter(public_id=job.args["advice"])
    advice = asked.select_related("case", "pupil", "written_by").first()
    if advice is None:
        raise JobRefused(GONE)
    try:
        kept = draw_advice(advice, by=me(current()))
    except PdfUnavailable:
        raise JobRefused(NO_PANGO) from None
    except NothingToDraw as nothing:
        raise JobRefused(str(nothing)) from None
    return {"url_name": "cases:paper-download", "args": [str(kept.public_id)]}


@work(DROP_PAPERS, as_system=True)
def drop_papers(job: Job) -> dict[str, Any]:
    """Each night: papers are renderings, and go after a day."""
    return {"dropped": drop_old_papers()}


@work(ERASE_DOCUMENTS, as_system=True)
def erase_documents(job: Job) -> dict[str, Any]:
    """Each night: the bytes of documents go whose removal can no longer be undone, and those that no row knows."""
    return {"erased": erase_removed(), "swept": sweep_bytes()}


scheduled(DROP_PAPERS, daily(3))
scheduled(ERASE_DOCUMENTS, daily(3, 10))
