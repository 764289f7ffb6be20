"""Papers about a case as PDF: drawn as whoever asked, read by nobody else, gone after a day."""

import datetime as dt
import io

import pytest
from django.utils.timezone import now
from pypdf import PdfReader

from apst.jobs.models import Job
from cases.models import CaseMember, CasePaper, InterventionNote
from cases.services import refresh_access
from cases.services.papers import drop_old_papers
from tests.factories import make_session

# Jobs run after the commit, beside the transaction of whoever asked.
pytestmark = [pytest.mark.pdf, pytest.mark.django_db(transaction=True, databases=["default", "beside"])]


def ask(client, case, northgate, kind="brief"):
    return client.post(f"/cases/{case.public_id}/papers/{kind}/", {"taskforce": northgate.public_id})


@pytest.fixture
def drawn(cast, case, northgate, as_system, client_for):
    """The brief that Sam asked for, of a case with a session and its note."""
    with as_system():
        session = make_session(posts=[cast.specialist.post], places=[case.pupil])
        InterventionNote.objects.create(intervention=session, text="Wants to try mornings.")
    assert ask(client_for(cast.specialist, northgate), case, northgate).status_code == 302
    with as_system():
        job = Job.objects.get(kind="cases.draw_paper")
        assert (job.state, job.error) == ("done", "")
        return CasePaper.objects.get()


def test_the_brief_is_one_tagged_page_that_says_who_why_and_what_lately(cast, case, northgate, drawn, client_for):
    answer = client_for(cast.specialist, northgate).get(f"/papers/{drawn.public_id}/")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="case-brief-{case.reference.lower()}.pdf"'
    reader = PdfReader(io.BytesIO(answer.content))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert len(reader.pages) == 1
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert reader.metadata.title == "Case brief"
    assert "Amira Ahmed" in text
    assert "Wants to try mornings." in text


def test_nobody_else_fetches_it(cast, northgate, drawn, client_for):
    answers = {
        name: client_for(getattr(cast, name), northgate).get(f"/papers/{drawn.public_id}/").status_code
        for name in ("manager", "riverside", "dsl", "slt", "coordinator", "ig_lead", "school_staff")
    }
    assert set(answers.values()) == {404}


def test_whoever_does_not_see_the_case_any_more_does_not_fetch_it_either(cast, case, northgate, as_system, client_for):
    with as_system():
        CaseMember.objects.create(case=case, post=cast.allocated.post, starts_on=case.opened_on)
        refresh_access()
    client = client_for(cast.allocated, northgate)
    ask(client, case, northgate)
    with as_system():
        paper = CasePaper.objects.get()
    assert client.get(f"/papers/{paper.public_id}/").status_code == 200

    with as_system():
        case.grants.filter(user=cast.allocated).delete()
    assert client.get(f"/papers/{paper.public_id}/").status_code == 404


def test_only_those_who_view_the_case_have_its_brief(cast, case, northgate, client_for):
    for name in ("slt", "coordinator"):
        client = client_for(getattr(cast, name), northgate)
        assert client.get(f"/cases/{case.public_id}/brief/").status_code == 403
        assert ask(client, case, northgate).status_code == 404
    assert ask(client_for(cast.manager, northgate), case, northgate, "nonsense").status_code == 404


def test_papers_go_after_a_day(drawn, as_system, monkeypatch):
    with as_system():
        assert drop_old_papers() == 0
        monkeypatch.setattr("cases.services.papers.now", lambda: now() + dt.timedelta(days=1, minutes=1))
        assert drop_old_papers() == 1
        assert not CasePaper.objects.exists()
