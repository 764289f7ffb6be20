"""The page of a job: progress for whoever asked for it, and the way to what it made."""

from apst.jobs.models import Job
from apst.tenancy.context import acting_as_system


def make_job(taskforce, person, **fields):
    with acting_as_system(taskforce):
        return Job.objects.create(kind="test", key="k", person_id=person.pk, **fields)


def test_progress_is_shown_and_refreshes_with_and_without_javascript(cast, northgate, client_for):
    job = make_job(northgate, cast.manager, state="running", progress=40, saying="Counting sessions")
    client = client_for(cast.manager, northgate)

    page = client.get(f"/jobs/{job.public_id}/").content.decode()
    assert "Counting sessions" in page
    assert 'value="40"' in page
    assert f'hx-get="/jobs/{job.public_id}/"' in page
    assert ">Refresh</a>" in page

    part = client.get(f"/jobs/{job.public_id}/", headers={"HX-Request": "true"}).content.decode()
    assert "<main" not in part
    assert 'value="40"' in part


def test_a_finished_job_leads_to_what_it_made_and_asks_no_more(cast, northgate, client_for):
    job = make_job(northgate, cast.manager, state="done", progress=100, result={"url_name": "places:site-list"})

    page = client_for(cast.manager, northgate).get(f"/jobs/{job.public_id}/").content.decode()

    assert 'href="/settings/sites/"' in page
    assert "load delay" not in page


def test_a_failed_job_says_why(cast, northgate, client_for):
    job = make_job(northgate, cast.manager, state="failed", error="The calendar has no half-term autumn-2.")

    page = client_for(cast.manager, northgate).get(f"/jobs/{job.public_id}/").content.decode()

    assert "The calendar has no half-term autumn-2." in page
    assert "load delay" not in page


def test_nobody_follows_somebody_elses_job(cast, northgate, southgate, omar, client_for):
    job = make_job(northgate, cast.manager, result={"url_name": "no-such-page"}, state="done")

    assert client_for(cast.slt, northgate).get(f"/jobs/{job.public_id}/").status_code in (403, 404)
    assert client_for(omar, southgate).get(f"/jobs/{job.public_id}/").status_code == 404
    assert client_for(cast.manager, northgate).get(f"/jobs/{job.public_id}/").status_code == 200
