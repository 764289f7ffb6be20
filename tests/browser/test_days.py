"""A specialist's day on a phone, a manager's day at a desk, and one specialist from the invitation to the farewell.

With a camera (`./run pictures`) the days leave the pictures of the guide.
"""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from apst.accounts.models import Draft, Membership, User
from apst.people.models import Contact, LoneVisit, Post
from apst.people.services import arrange_supervision, record_absence, set_induction
from apst.people.tasks import look_for_overdue
from apst.tenancy.context import acting_as_system, acting_for
from cases import services
from cases.models import Case, CaseAccess, CaseMember, Intervention, Note, NoteText, PlannedSession, SessionGroup
from cases.services.notes import Said
from tests import clock
from tests.conftest import make_post
from tests.factories import make_case, make_pupil, make_referral

from .camera import keep
from .conftest import COMMITTED, DESK, signed_in
from .stories import chip, sessions_of

pytestmark = COMMITTED
DAY = dt.timedelta(days=1)
TODAY = localdate()


def alert(page: Page):
    """What the page says has been done."""
    return page.locator(".moj-alert")


def planned(page: Page, who: str, at: str):
    """What is planned with somebody at a time."""
    return page.locator(".app-planned", has_text=who).filter(has_text=at)


def write_on(page: Page, kind: str):
    """The chip on a case's page by which something of a kind is written."""
    return page.get_by_role("navigation", name="Write on the case").get_by_role("link", name=kind, exact=True)


def save_again(page: Page) -> None:
    """Press Save once more; within a second of the first time it would be taken for a double tap."""
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Save").tap()


def start_day(world, case) -> None:
    """What lies before Sam in the morning: a plan, a group, a colleague's note, a pupil who keeps missing."""
    post, sam = world.rows["post"], world.people.specialist
    with acting_as_system(world.taskforce):
        Post.objects.filter(pk=post.pk).update(record="home_service", home_service="Children’s therapies")
        Contact.objects.create(
            pupil=case.pupil, name="Samira Ahmadzai", relationship="Mother", parental_responsibility=True
        )
        others = []
        for forename, surname in (("Kacper", "Dąbrowski"), ("Bo", "Ng")):
            pupil = make_pupil(forename=forename, surname=surname, name_key=f"{surname} {forename}".lower())
            opened = make_case(pupil=pupil, site=case.site, lead=post, opened_on=case.opened_on)
            CaseMember.objects.create(case=opened, post=post, part="lead", starts_on=opened.opened_on)
            others.append(opened)
        for days in (14, 7):
            services.log_session(
                specialists=[post], held_on=TODAY - days * DAY, minutes=45, activity_type="one_to_one",
                places=[(others[0].pupil, "not_in_school")], by=None,
            )  # fmt: skip
    with acting_for(world.taskforce, sam):
        me = sam.membership
        what = services.What(
            specialists=[post], minutes=45, activity_type="one_to_one", pupils=[case.pupil], starts_at=dt.time(9)
        )
        services.plan_session(planned_on=TODAY, what=what, by=me)
        missing = services.What(
            specialists=[post], minutes=30, activity_type="one_to_one", pupils=[others[0].pupil], starts_at=dt.time(11)
        )
        services.plan_session(planned_on=TODAY, what=missing, by=me)
        meeting = services.What(
            specialists=[post], minutes=60, activity_type="group", starts_at=dt.time(13),
            pupils=[case.pupil, others[0].pupil, others[1].pupil],
        )  # fmt: skip
        services.make_session_group(name="Talk and tea", weekday=TODAY.weekday(), what=meeting, since=TODAY, by=me)
        PlannedSession.objects.create(
            planned_on=TODAY, minutes=60, activity_type="group", starts_at=dt.time(13), planned_by=me,
            group=SessionGroup.objects.get(),
        ).specialists.create(post=post)  # fmt: skip


def write_as_manager(world, case, text: str) -> None:
    with acting_for(world.taskforce, world.people.manager):
        services.write_note(
            case, kind="note", happened_on=TODAY, said=Said(text=text), sensitivity="ordinary",
            by=world.people.manager.membership,
        )  # fmt: skip


def test_a_specialists_day(world, case, as_):
    start_day(world, case)
    sam = as_("specialist", phone=True)
    sam.goto(f"/cases/{case.public_id}/")
    write_as_manager(world, case, "Mum rang: a bad night. Go gently.")
    with clock.at(clock.MORNING + dt.timedelta(hours=4)):
        live_the_day(world, case, as_)


def live_the_day(world, case, as_) -> None:
    sam = as_("specialist", phone=True)

    # Today says what is planned. On Amira's page stands what is new since Sam was last there.
    sam.goto("/")
    expect(sam.get_by_role("heading", name="Planned for today")).to_be_visible()
    keep(sam, "specialist-today")
    sam.get_by_role("link", name="Amira Ahmadzai", exact=True).tap()
    expect(sam.locator(".app-new")).to_contain_text("1 new on this page since you were last here")
    expect(sam.locator(".moj-timeline")).to_contain_text("a bad night")
    sam.locator(".app-new").scroll_into_view_if_needed()
    sam.locator(".moj-timeline__item").first.scroll_into_view_if_needed()
    keep(sam, "specialist-new")

    # The session that was planned is held: one tap in My week.
    sam.goto("/sessions/")
    planned(sam, "Amira Ahmadzai", "09:00").get_by_role("button", name="Held").tap()
    expect(alert(sam)).to_contain_text("Saved")

    # A talk in the corridor: three activations from Today, the kind and the length remembered.
    sam.goto("/")
    sam.get_by_role("link", name="Log a session with Bo Ng").tap()
    chip(sam, "15 min").tap()
    expect(sam.get_by_label("One to one", exact=True)).to_be_checked()
    keep(sam, "specialist-log")
    sam.get_by_role("button", name="Save").tap()
    expect(alert(sam)).to_contain_text("Saved")

    # Kacper is not in school for the third time: it is said at once, and on Today from then on.
    planned(sam, "Kacper Dąbrowski", "11:00").get_by_role("link", name="Missed, or different").tap()
    chip(sam, "Not in school").tap()
    sam.get_by_role("button", name="Save").tap()
    expect(alert(sam).first).to_contain_text("Saved")
    expect(alert(sam).last).to_contain_text("Kacper Dąbrowski. Missed the last 3 sessions: not in school 3")
    sam.goto("/")
    expect(sam.get_by_role("heading", name="Missing their sessions")).to_be_visible()
    expect(sam.locator("main")).to_contain_text("Missed the last 3 sessions: not in school 3")

    # The group's register: who was there is ticked, once for all.
    planned(sam, "Talk and tea", "13:00").get_by_role("link", name="Missed, or different").tap()
    sam.get_by_role("group", name="Kacper Dąbrowski").get_by_label("Not in school").tap()
    keep(sam, "specialist-register")
    sam.get_by_role("button", name="Save").tap()
    expect(alert(sam).first).to_contain_text("Saved")
    with acting_as_system(world.taskforce):
        group = Intervention.objects.get(activity_type="group")
        assert sorted(group.places.values_list("attendance", flat=True)) == ["attended", "attended", "not_in_school"]

    # Mum does not pick up: one line.
    sam.goto(f"/cases/{case.public_id}/")
    write_on(sam, "Family contact").tap()
    chip(sam, "Call").tap()
    chip(sam, "Samira Ahmadzai (mother)").tap()
    chip(sam, "Left a message").tap()
    sam.get_by_role("button", name="Save").tap()
    expect(alert(sam)).to_contain_text("Saved")

    # A note for everybody on the case, and a clinical one for nobody else.
    write_on(sam, "Note").tap()
    sam.get_by_label("What was seen, heard, said or agreed?").fill("Read aloud for the first time.")
    sam.get_by_role("button", name="Save").tap()
    expect(alert(sam)).to_contain_text("Saved")
    write_on(sam, "Note").tap()
    sam.get_by_label("What was seen, heard, said or agreed?").fill("Zyxomma: a clinical sentence.")
    chip(sam, "Clinical").tap()
    keep(sam, "specialist-restricted")
    sam.get_by_role("button", name="Save").tap()
    expect(alert(sam)).to_contain_text("Saved")
    maya = as_("manager")
    maya.goto(f"/cases/{case.public_id}/")
    expect(maya.locator(".moj-timeline")).to_contain_text("Read aloud for the first time.")
    expect(maya.locator(".moj-timeline")).to_contain_text("Restricted: clinical")
    assert "Zyxomma" not in maya.content()

    # A home visit: somebody knows where Sam is and when to worry.
    sam.goto("/")
    sam.get_by_role("link", name="Going out alone? Check out first").tap()
    chip(sam, "Home visit").tap()
    sam.get_by_label("Where?").fill("Mill Lane, blue door")
    chip(sam, "1 hour").tap()
    sam.get_by_role("button", name="Check out").tap()
    expect(sam.locator("main")).to_contain_text("You are out: home visit, Mill Lane, blue door")
    keep(sam, "specialist-out")
    sam.get_by_role("button", name="I am back").tap()
    expect(alert(sam)).to_contain_text("Welcome back")

    # What belongs into the therapy service's own record is copied there, then ticked.
    sam.get_by_role("link", name="To copy to the home record").tap()
    amira = sam.locator(".govuk-summary-card", has_text="Amira Ahmadzai")
    expect(amira).to_contain_text("Read aloud for the first time.")
    keep(sam, "specialist-copy")
    amira.get_by_role("button", name="Done: copied").tap()
    expect(alert(sam)).to_contain_text("ticked as copied")
    expect(amira).to_have_count(0)

    # The week, against the contracted hours.
    sam.goto("/sessions/")
    expect(sam.locator("main")).to_contain_text(re.compile(r"logged in all, of .+ contracted"))
    keep(sam, "specialist-week")
    assert sam.heard == []
    assert [session.minutes for session in sessions_of(world)] == [45, 45, 45, 15, 30, 60]


def test_the_quick_log_and_a_note_without_javascript(world, case, as_):
    sam = as_("specialist", phone=True, java_script_enabled=False)
    sam.goto("/")
    sam.get_by_role("link", name="Log a session with Amira Ahmadzai").tap()
    chip(sam, "One to one").tap()
    chip(sam, "30 min").tap()
    sam.get_by_text("Add a note").tap()
    sam.get_by_label("Note (optional)").fill("No script, and it is here.")
    sam.get_by_role("button", name="Save").tap()
    expect(alert(sam)).to_contain_text("Saved")
    sam.get_by_role("button", name="Undo").tap()
    expect(alert(sam)).to_contain_text("The session is deleted")

    sam.goto(f"/cases/{case.public_id}/")
    write_on(sam, "Note").tap()
    sam.get_by_label("What was seen, heard, said or agreed?").fill("A note without script.")
    chip(sam, "Clinical").tap()
    sam.get_by_role("button", name="Save").tap()
    expect(alert(sam)).to_contain_text("Saved")
    assert sam.heard == []


def start_desk(world, case) -> dict[str, Post]:
    """What lies before Maya: four colleagues, one of them away tomorrow; a referral; one visit that is late."""
    site, tf = world.rows["site"], world.taskforce
    kinds = {"Priya Shah": "youth_worker", "Jo Llewellyn": "mental_health", "Lee Marsh": "family_support_worker"}
    posts = {
        name: make_post(
            tf,
            None,
            f"SP1{n}",
            kind,
            name=name,
            sites=[site],
            working_days="mon;tue;wed;thu;fri",
            start_date=world.rows["post"].start_date,
        )
        for n, (name, kind) in enumerate(kinds.items())
    }
    with acting_as_system(tf):
        for name in ("Priya Shah", "Jo Llewellyn"):
            services.join_team(case, post=posts[name], part="direct", starts_on=TODAY, by=None)
        record_absence(world.rows["post"].specialist, starts_on=TODAY + DAY, ends_on=TODAY + 4 * DAY, by=None)
        set_induction(["Met the designated safeguarding lead"], by=None)
        arrange_supervision(
            world.rows["post"].specialist, kind="clinical", supervisor="Dr Patel", every_weeks=4,
            starts_on=TODAY - 60 * DAY, by=None,
        )  # fmt: skip
        pupil = make_pupil(forename="Noor", surname="Haddadin", name_key="haddadin noor")
        make_referral(pupil=pupil, site=site, received_on=TODAY - 3 * DAY)
        LoneVisit.objects.create(
            member=world.people.specialist.membership, kind="home_visit", place="Mill Lane, blue door",
            left_at=timezone.now() - dt.timedelta(hours=2), expected_back_at=timezone.now() - dt.timedelta(hours=1),
        )  # fmt: skip
    return posts


def test_a_managers_day(world, case, as_, worker):
    start_desk(world, case)
    worker.queues.add("pdf")
    worker.may_start.set()
    maya = as_("manager")
    look_for_overdue()

    # Somebody is not back from a visit: that stands first. Maya rings, and says that all is well.
    maya.goto("/")
    expect(maya.locator(".govuk-warning-text")).to_contain_text("Sam Okafor has not checked in")
    expect(maya.locator("main")).to_contain_text("Referrals to triage")
    keep(maya, "manager-today")
    maya.get_by_role("button", name="I have spoken to them: they are well").click()
    expect(alert(maya)).to_contain_text("You said that Sam Okafor is back")

    # Who is where tomorrow, and what of the one who is away another takes: one press, and back.
    maya.get_by_role("link", name="Cover", exact=True).click()
    expect(maya.locator("main")).to_contain_text("Priya Shah (youth worker)")
    expect(maya.locator(".govuk-summary-card")).to_contain_text("Lead: Sam Okafor, away")
    keep(maya, "manager-cover")
    maya.locator(".govuk-summary-card").get_by_role("button", name="Priya Shah leads").click()
    expect(alert(maya)).to_contain_text("Priya Shah leads")
    alert(maya).get_by_role("button", name="Undo").click()
    expect(alert(maya)).to_contain_text("Sam Okafor leads")

    # A referral waits: accepted and allocated.
    maya.goto("/referrals/")
    maya.locator("tbody").get_by_role("button", name="Accept").click()
    maya.get_by_role("link", name="Allocate").click()
    maya.get_by_label("Lead specialist").select_option(label="Lee Marsh, Family support worker")
    maya.get_by_label("Tier 2").check()
    keep(maya, "manager-allocate")
    maya.get_by_role("button", name="Open the case").click()
    expect(maya.locator("main")).to_contain_text("Lee Marsh")

    # A fourth adult for Amira: the page asks whether that is not too much for a child.
    maya.goto(f"/cases/{case.public_id}/people/")
    maya.get_by_role("button", name="Add to the team").click()
    maya.get_by_label("Who joins the team?").select_option(label="Lee Marsh, Family support worker")
    maya.get_by_label("Works directly").check()
    maya.get_by_role("button", name="Add to the team").click()
    expect(maya.locator(".govuk-warning-text")).to_contain_text("4 adults work directly with this child")
    keep(maya, "manager-fourth")

    # For a colleague elsewhere: the case on one page, as a PDF whose name is nobody's.
    maya.goto(f"/cases/{case.public_id}/")
    maya.get_by_role("link", name="Case brief, to print").click()
    maya.get_by_role("button", name="As PDF").click()
    with maya.expect_download() as download:
        maya.get_by_role("button", name="See the result").click()
    assert download.value.suggested_filename == f"case-brief-{case.reference.lower()}.pdf"

    # How full everybody is, who is due for supervision, whose induction is not done.
    maya.goto("/")
    maya.get_by_role("link", name="Team", exact=True).click()
    maya.get_by_role("link", name="Capacity").click()
    expect(maya.get_by_role("row", name=re.compile("Sam Okafor"))).to_be_visible()
    keep(maya, "manager-capacity")
    maya.get_by_role("link", name="Supervision").click()
    expect(maya.get_by_role("row", name=re.compile("Sam Okafor"))).to_contain_text("Overdue")
    maya.get_by_role("link", name="Induction").click()
    expect(maya.get_by_role("row", name=re.compile("Priya Shah"))).to_contain_text(
        "Met the designated safeguarding lead"
    )

    # Amira is ready. What is still open is said, and who goes on with it; and it can all be taken back.
    maya.goto(f"/cases/{case.public_id}/")
    maya.get_by_role("link", name="Close the case").click()
    expect(maya.locator(".govuk-task-list")).to_contain_text("Still open")
    keep(maya, "manager-close")
    maya.get_by_label("Taskforce judged the pupil ready").check()
    maya.get_by_role("button", name="Continue").click()
    expect(maya.get_by_role("alert")).to_contain_text("Say in a sentence what happens with what is still open")
    maya.get_by_label("What happens with what is still open?").fill("The school’s pastoral lead goes on.")
    maya.get_by_role("button", name="Continue").click()
    expect(maya.locator(".govuk-summary-list").last).to_contain_text("The school’s pastoral lead goes on.")
    maya.get_by_role("button", name="Close the case").click()
    expect(alert(maya)).to_contain_text("The case is closed")
    maya.get_by_role("link", name="Reopen the case").click()
    maya.get_by_label("Why is it opened again?").fill("Too early: mornings are hard again.")
    maya.get_by_role("button", name="Reopen the case").click()
    expect(alert(maya)).to_contain_text("The case is open again")
    with acting_as_system(world.taskforce):
        assert Case.objects.get(pk=case.pk).ended_on is None
    assert maya.heard == []


def fill_date(page: Page, name: str, day: dt.date) -> None:
    """Type a day into its three boxes."""
    for part, typed in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"[name={name}-{part}]").fill(str(typed))


def test_a_specialist_is_invited_inducted_given_a_caseload_goes_part_time_leaves_and_hands_over(
    world, case, as_, worker, site, chromium, client_for
):
    worker.may_start.set()
    with acting_as_system(world.taskforce):
        set_induction(["Met the designated safeguarding lead"], by=None)
        pupil = make_pupil(forename="Noor", surname="Haddadin", name_key="haddadin noor")
        make_referral(pupil=pupil, site=world.rows["site"], received_on=TODAY - 3 * DAY, state="accepted")

    # Maya adds Ada with a post, and invites her; Ada joins by the link that she was sent.
    maya = as_("manager")
    maya.goto("/settings/specialists/")
    maya.get_by_role("button", name="Add a specialist").click()
    maya.get_by_role("textbox", name="Name").fill("Ada Obi")
    maya.get_by_label("Email address (optional)").fill("ada@example.org")
    maya.locator("main form").get_by_role("button").first.click()
    maya.goto("/settings/specialists/")
    maya.get_by_role("link", name=re.compile("Add a post.*Ada Obi")).click()
    maya.get_by_role("textbox", name="Reference").fill("SP09")
    maya.get_by_label("Type of specialist").select_option(label="Social worker")
    maya.get_by_label("Share of a full-time week").fill("1")
    fill_date(maya, "start_date", TODAY - 7 * DAY)
    maya.get_by_label("The taskforce’s").check()
    maya.locator("main form").get_by_role("button").first.click()
    maya.goto("/settings/people/invite/")
    maya.get_by_role("textbox", name="Name").fill("Ada Obi")
    maya.get_by_label("Email address").fill("ada@example.org")
    maya.get_by_label("Specialist", exact=True).check()
    maya.locator("main form").get_by_role("button").first.click()
    token = re.search(r"/invitations/(\S+?)/", mail.outbox[-1].body)[1]
    nobody = signed_in(chromium, site, None, viewport=DESK)
    ada = nobody.new_page()
    ada.goto(f"/invitations/{token}/")
    ada.get_by_role("textbox", name="Your name").fill("Ada Obi")
    ada.get_by_label("Choose a password").fill("a long enough phrase")
    ada.get_by_role("button", name="Join").click()
    expect(ada.get_by_role("heading", name=re.compile("Today"))).to_be_visible()

    # Inducted by herself; Noor's case is hers.
    ada.goto("/team/induction/")
    ada.get_by_role("link", name="Ada Obi").click()
    ada.get_by_label("Met the designated safeguarding lead").check()
    ada.locator("main form").get_by_role("button").first.click()
    maya.goto("/referrals/?state=accepted")
    maya.locator("tbody").get_by_role("link", name="Allocate").click()
    maya.get_by_label("Lead specialist").select_option(label="Ada Obi, Social worker")
    maya.get_by_label("Tier 2").check()
    maya.get_by_role("button", name="Open the case").click()
    user = User.objects.get(email="ada@example.org")
    with acting_as_system(world.taskforce):
        noor = Case.objects.get(pupil=pupil)
        membership = Membership.objects.get(user=user)
        post = Post.objects.get(reference="SP09")

    # She writes, plans the weeks ahead with Noor and makes a group of hers and Sam's pupil.
    ada.goto(f"/cases/{noor.public_id}/")
    write_on(ada, "Note").click()
    ada.get_by_label("What was seen, heard, said or agreed?").fill("Noor likes the allotment.")
    ada.get_by_role("button", name="Save").click()
    expect(alert(ada)).to_contain_text("Saved")
    with acting_for(world.taskforce, user):
        hour = services.What(specialists=[post], minutes=60, activity_type="one_to_one", pupils=[pupil])
        services.plan_session(planned_on=TODAY + DAY, what=hour, until=TODAY + 22 * DAY, by=membership)
        both = services.What(specialists=[post], minutes=60, activity_type="group", pupils=[pupil, case.pupil])
        services.make_session_group(
            name="Allotment", weekday=(TODAY + 2 * DAY).weekday(), what=both, since=TODAY, until=TODAY + 22 * DAY,
            by=membership,
        )  # fmt: skip
        planned_days = sorted(PlannedSession.objects.values_list("planned_on", flat=True))
    assert len(planned_days) > 4

    # Part time from today: all of it comes along.
    maya.goto(f"/settings/posts/{post.public_id}/fte/")
    maya.get_by_label("Share of a full-time week").fill("0.6")
    maya.get_by_label("Reference of the new post").fill("SP09b")
    maya.locator("main form").get_by_role("button").first.click()
    worker.settle()
    with acting_as_system(world.taskforce):
        part_time = Post.objects.get(reference="SP09b")
        assert Case.objects.get(pk=noor.pk).lead_id == part_time.pk
        held = PlannedSession.objects.of_posts([part_time.pk])
        assert sorted(held.values_list("planned_on", flat=True)) == planned_days
    ada.goto(f"/cases/{noor.public_id}/")
    expect(ada.locator(".moj-timeline")).to_contain_text("Noor likes the allotment.")

    # She leaves today. The page says what is open and asks who takes it; then who takes how much.
    maya.goto(f"/settings/posts/{part_time.public_id}/")
    maya.get_by_role("link", name="Leave and hand over").click()
    expect(maya.locator("main")).to_contain_text(f"{len(planned_days)} planned sessions from today")
    keep(maya, "manager-leave")
    maya.get_by_label("Who takes over, where nobody else is chosen below?").select_option(
        label="Sam Okafor, Speech and language therapist"
    )
    maya.get_by_role("button", name="Hand over and end the post").click()
    expect(alert(maya)).to_contain_text(
        f"Sam Okafor takes 1 case, {len(planned_days)} planned sessions, 1 group."
        " Their access ends with their last day."
    )
    worker.settle()

    # Until midnight Ada can look; two minutes after it her very next request opens nothing, and tells her nothing.
    address, midnight = f"/cases/{noor.public_id}/", clock.MORNING.replace(hour=23, minute=58)
    with clock.at(midnight):
        context = signed_in(chromium, site, client_for(user, world.taskforce), viewport=DESK)
        late = context.new_page()
        late.goto(address)
        expect(late.locator(".moj-timeline")).to_contain_text("Noor likes the allotment.")
    with clock.at(midnight + dt.timedelta(minutes=4)):
        late.goto(address)
        assert "/taskforces/" in late.url
        for kept in ("Noor", "allotment", "Northgate"):
            assert kept not in late.locator("main").inner_text()
        for page in ("/", "/sessions/", "/cases/", "/search/", f"{address}notes/new/"):
            late.goto(page)
            assert "Noor" not in late.content(), page
            assert "/taskforces/" in late.url, page
        assert context.request.post("/drafts/x/", data={"payload": {}}).status in (302, 403, 404)
    context.close()
    nobody.close()

    # Nothing is lost: Sam has the case with Ada's note, the weeks ahead and the group.
    sam = as_("specialist")
    sam.goto(address)
    expect(sam.locator(".moj-timeline")).to_contain_text("Noor likes the allotment.")
    sam.goto("/sessions/groups/")
    expect(sam.locator("main")).to_contain_text("Allotment")
    with acting_as_system(world.taskforce):
        assert Case.objects.get(pk=noor.pk).lead_id == world.rows["post"].pk
        held = PlannedSession.objects.open().of_posts([world.rows["post"].pk])
        assert sorted(held.values_list("planned_on", flat=True)) == planned_days
        assert not PlannedSession.objects.of_posts([post.pk, part_time.pk]).exists()
        assert not CaseAccess.objects.filter(user=user, source="grant").exists()
    assert [*maya.heard, *sam.heard] == []


@pytest.mark.parametrize("how", ["no line at all", "a line that answers nothing"])
def test_a_note_outlives_a_line_that_is_lost_while_it_is_saved(world, case, as_, how):
    sam = as_("specialist", phone=True)
    sam.goto(f"/cases/{case.public_id}/notes/new/")
    text = sam.get_by_label("What was seen, heard, said or agreed?")
    text.fill("Long thoughts, typed in a stairwell.")
    if how == "no line at all":
        sam.context.set_offline(True)
    else:
        sam.route("**/*", lambda route: route.abort("connectionfailed"))
    sam.get_by_role("button", name="Save").tap()

    expect(sam.locator(".app-draft")).to_contain_text(
        "Not saved: there is no connection. What you typed is still on this page."
    )
    expect(text).to_have_value("Long thoughts, typed in a stairwell.")
    with acting_as_system(world.taskforce):
        assert not Note.objects.exists()

    sam.context.set_offline(False)
    sam.unroute_all()
    save_again(sam)
    expect(alert(sam)).to_contain_text("Saved")
    with acting_as_system(world.taskforce):
        assert [row.text for row in NoteText.objects.all()] == ["Long thoughts, typed in a stairwell."]


def test_what_was_typed_is_not_sent_as_somebody_else_who_signed_in_meanwhile(world, case, as_, client_for, settings):
    sam = as_("specialist")
    sam.goto(f"/cases/{case.public_id}/notes/new/")
    text = sam.get_by_label("What was seen, heard, said or agreed?")
    text.fill("Sam’s own words.")
    dana = client_for(world.people.dsl, world.taskforce).cookies[settings.SESSION_COOKIE_NAME].value
    sam.context.clear_cookies()
    sam.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": dana, "url": sam.url}])
    sam.get_by_role("button", name="Save").click()

    expect(sam.locator(".app-draft")).to_contain_text("Not saved: you have been signed out")
    expect(text).to_have_value("Sam’s own words.")
    with acting_as_system(world.taskforce):
        assert not Note.objects.exists()
        assert not Draft.objects.exists()


def test_a_note_outlives_the_line_while_it_is_typed_and_a_time_out_while_it_is_saved(world, case, as_, settings):
    sam = as_("specialist", phone=True)
    here = f"/cases/{case.public_id}/notes/new/"
    sam.goto(here)
    text = sam.get_by_label("What was seen, heard, said or agreed?")
    sam.context.set_offline(True)
    text.fill("Typed without a line.")
    expect(sam.locator(".app-draft")).to_contain_text("there is no connection")
    sam.context.set_offline(False)
    # Signed out meanwhile, in this browser's other tab.
    sam.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sam.get_by_role("button", name="Save").tap()
    expect(sam.locator(".app-draft")).to_contain_text("Not saved: you have been signed out")
    expect(text).to_have_value("Typed without a line.")

    again = sam.context.new_page()
    again.goto("/")
    again.get_by_label("Email").fill("specialist@northgate.example")
    again.get_by_label("Password", exact=True).fill("a long enough password")
    again.get_by_role("button", name="Sign in").click()
    expect(again.get_by_role("heading", name="Today")).to_be_visible()
    save_again(sam)
    expect(alert(sam)).to_contain_text("Saved")
    with acting_as_system(world.taskforce):
        assert [row.text for row in NoteText.objects.all()] == ["Typed without a line."]
