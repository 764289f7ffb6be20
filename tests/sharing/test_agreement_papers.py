"""An agreement as PDF, drawn as whoever asked."""

import io

import pytest
from pypdf import PdfReader

from apst.jobs.models import Job
from apst.tenancy.context import acting_as_system
from cases.models import CasePaper
from sharing.queries.agreements import agreements, fingerprint
from tests.sharing.conftest import make_agreement, make_partner

# Jobs run after the commit, beside the transaction of whoever asked.
pytestmark = [pytest.mark.pdf, pytest.mark.django_db(transaction=True, databases=["default", "beside"])]


def test_the_pdf_holds_what_is_signed_who_signed_it_and_its_fingerprint(cast, northgate, client_for):
    with acting_as_system(northgate):
        made = make_agreement(make_partner(), retention="Until the pupil is 25.")
        told = fingerprint(agreements().get(pk=made.pk))
    client = client_for(cast.manager, northgate)
    assert client.post(f"/sharing/agreements/{made.public_id}/pdf/").status_code == 302
    with acting_as_system(northgate):
        job = Job.objects.get(kind="sharing.draw_agreement")
        assert (job.state, job.error) == ("done", "")
        paper = CasePaper.objects.get()
    answer = client.get(f"/papers/{paper.public_id}/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="agreement.pdf"'
    reader = PdfReader(io.BytesIO(answer.content))
    text = "".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    for words in ("NorthgateCommunityHealthNHSTrust", "Untilthepupilis25.", "SignedinthissystembyN,Director", told):
        assert words in text
    assert client_for(cast.slt, northgate).get(f"/papers/{paper.public_id}/").status_code == 404
