"""Makes one taskforce of the demonstration: its team, then its history, then what happened today."""

import datetime as dt
import random
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils.timezone import localdate

from apst.accounts.models import Membership, User
from apst.accounts.services import make_account
from apst.demo.calendar import put_calendar
from apst.people.models import Post, PostSite, Specialist
from apst.people.services import reach_of
from apst.places.calendar import DAY, SchoolCalendar
from apst.places.models import Establishment, Site
from apst.places.services import make_taskforce
from apst.tenancy.context import acting_as_system, name_act
from apst.tenancy.models import LocalAuthority, Taskforce
from cases.models import Case
from cases.services import delete_session, refresh_access, restrict
from referrals.models import EligibilityVersion, Referral
from referrals.services import NewPupil, refer, triage, undo
from reporting.services import build_return

from .agreements import put_agreements, visitors
from .assessing import assess
from .casenotes import CaseNotes
from .cast import Setting, Worker
from .children import Children
from .dangers import put_dangers
from .diary import Diary, at
from .exclusions import put_exclusions
from .history import History
from .journeys import Journeys
from .meetings import put_meetings
from .outreach import reach_out
from .plans import plan_everything
from .sign_ins import PASSWORD, SIGN_INS
from .stories import STORIES
from .tales import tell
from .weeks import plan_weeks
from .work import Work
from .workforce import Workforce

DAYS_A_MONTH = 365.25 / 12
# Whose home services, the NHS and the youth justice service, keep the record.
HOME_RECORDS = ("speech_language_therapist", "mental_health", "youth_justice_worker")
# The large city taskforce alone shows everything that a team can keep.
MANY_SITES = 5
# Who has partners, their agreements and guests.
SHARES = "fairmile"


@dataclass(frozen=True)
class Made:
    """What was made, in numbers."""

    taskforce: Taskforce
    pupils: int
    open_cases: int
    sessions: int
    period: str


def make(setting: Setting, *, today: dt.date | None = None) -> Made | None:
    """Make one taskforce in one transaction (its accounts before); None where it is there already.

    today  the day up to which the history runs; the same day and setting give the same history
    """
    today = today or localdate()
    first = today - DAY * round(setting.months * DAYS_A_MONTH)
    authority = LocalAuthority.objects.get(name=setting.authority)
    taskforce = Taskforce.objects.filter(slug=setting.slug).first() or make_taskforce(
        slug=setting.slug,
        name=setting.name,
        local_authority=authority,
        urn=setting.urn,
        decides=setting.decides,
        began_on=first - DAY * (900 if setting.opening_pupils else 0),
        opening_pupils=setting.opening_pupils,
        opening_minutes=setting.opening_hours * 60,
        opening_on=first - DAY if setting.opening_pupils else None,
        safeguarding_system="SafeRecord",
    )
    users = _accounts(setting)
    with acting_as_system(taskforce):
        if Membership.objects.exists():
            return None
        name_act("demo.seed")
        return _Maker(taskforce, setting, users, first=first, today=today).run()


def _accounts(setting: Setting) -> dict[str, User]:
    """The accounts by what stands before their @. The password is set only where an account is new and is one to sign
    in with.
    """
    names = {worker.account: worker.name for worker in setting.workers}
    names |= {colleague.account: colleague.name for colleague in setting.colleagues}
    if setting.slug == SHARES:
        names |= {visitor.email: visitor.name for visitor in visitors()}
    users = {
        account: make_account(email=setting.email(account), name=name, password=None) for account, name in names.items()
    }
    wanted = {one.email for one in SIGN_INS}
    new = [user.pk for user in users.values() if user.email in wanted and not user.has_usable_password()]
    User.objects.filter(pk__in=new).update(password=make_password(PASSWORD))
    return users


class _Maker:
    def __init__(
        self, taskforce: Taskforce, setting: Setting, users: dict[str, User], *, first: dt.date, today: dt.date
    ) -> None:
        self.taskforce, self.setting, self.users = taskforce, setting, users
        self.first, self.today = first, today
        self.chance = random.Random(setting.slug)

    def run(self) -> Made:
        calendar = put_calendar(self.first.year - 1, self.today.year + 1)
        schools = self._schools()
        host = schools.pop(0)
        sites = Site.objects.bulk_create(Site(name=name, establishment=host) for name in self.setting.sites)
        posts = self._posts({site.name: site for site in sites})
        members = self._members()
        history = self._history(calendar, posts, members, schools, sites)
        history.write()
        refresh_access()
        if self.setting.slug == "fairmile":
            assess(history, members, chance=random.Random(f"{self.setting.slug} assessing"), today=self.today)
        plan_everything(
            history.cases,
            chance=random.Random(f"{self.setting.slug} plans"),
            today=self.today,
            authors=history.authors,
            schools=schools,
            teacher=members.get("teacher"),
            manager=members["manager"],
        )
        if len(sites) > MANY_SITES:
            Workforce(
                random.Random(f"{self.setting.slug} workforce"),
                history,
                posts=posts,
                sites=sites,
                schools=schools,
                manager=members["manager"],
                first=self.first,
                today=self.today,
            ).write(calendar)
        put_exclusions(
            history.cases,
            chance=random.Random(f"{self.setting.slug} exclusions"),
            today=self.today,
            by=members["manager"],
        )
        reach_out(schools, posts, by=members["manager"], today=self.today)
        self._afterwards(history, members, sites)
        plan_weeks(self.chance, calendar, self.today)
        put_meetings(history, members, random.Random(f"{self.setting.slug} meetings"), today=self.today)
        if self.setting.slug == SHARES:
            sharing = random.Random(f"{self.setting.slug} sharing")
            put_agreements(history, members, self.users, schools, sharing, today=self.today)
        period = self._last_half_term(calendar)
        build_return(period, by=None)
        return Made(
            taskforce=self.taskforce,
            pupils=len(history.pupils),
            open_cases=Case.objects.open().count(),
            sessions=len(history.sessions),
            period=period,
        )

    def _schools(self) -> list[Establishment]:
        """The host first, then the mainstream schools."""
        authority = self.taskforce.local_authority
        named = [self.setting.host, *((name, "mainstream") for name in self.setting.schools)]
        return Establishment.objects.bulk_create(
            Establishment(urn=str(int(self.setting.urn) + n), name=name, kind=kind, local_authority=authority)
            for n, (name, kind) in enumerate(named)
        )

    def _day(self, hundredths: int) -> dt.date:
        return self.first + (self.today - self.first) * hundredths // 100

    def _posts(self, sites: dict[str, Site]) -> list[Post]:
        by_name = {
            name: Specialist(name=name, email=self.setting.email(account), user=self.users[account])
            for name, account in {worker.name: worker.account for worker in self.setting.workers}.items()
        }
        Specialist.objects.bulk_create(by_name.values())
        posts = Post.objects.bulk_create(self._post(worker, by_name[worker.name]) for worker in self.setting.workers)
        PostSite.objects.bulk_create(
            PostSite(post=post, site=sites[name])
            for post, worker in zip(posts, self.setting.workers, strict=True)
            for name in worker.sites
        )
        return posts

    def _post(self, worker: Worker, specialist: Specialist) -> Post:
        return Post(
            specialist=specialist,
            reference=worker.reference,
            specialist_type=worker.type,
            fte_hundredths=worker.fte,
            start_date=self._day(worker.starts),
            end_date=self._day(worker.ends) - DAY if worker.ends is not None else None,
            employment=worker.employment,
            home_service=worker.home_service,
            working_days=worker.days,
            allocated_only=worker.type == "police",
            record=Post.Record.HOME_SERVICE
            if worker.employment == "seconded" and worker.type in HOME_RECORDS
            else Post.Record.TASKFORCE,
        )

    def _members(self) -> dict[str, Membership]:
        """Everybody's membership, by account; whoever has left has an ended one."""
        roles = {one.account: (one.name, one.role) for one in self.setting.colleagues}
        left = {w.account: self._day(w.ends) for w in self.setting.workers if w.ends is not None}
        left = {
            account: day
            for account, day in left.items()
            if not any(w.account == account and w.ends is None for w in self.setting.workers)
        }
        for worker in self.setting.workers:
            roles.setdefault(worker.account, (worker.name, "specialist"))
        rows = Membership.objects.bulk_create(
            Membership(
                user=self.users[account],
                role=role,
                name=name,
                email=self.users[account].email,
                may_decide=role == "manager",
                starts_on=self.first,
                ends_on=left.get(account),
                confirmed_on=self.today - 40 * DAY,
                case_reach=(reach_of(self.users[account].pk) if role == "specialist" else None)
                or Membership.CaseReach.ALL,
            )
            for account, (name, role) in roles.items()
        )
        return dict(zip(roles, rows, strict=True))

    def _history(
        self,
        calendar: SchoolCalendar,
        posts: list[Post],
        members: dict[str, Membership],
        schools: list[Establishment],
        sites: list[Site],
    ) -> History:
        manager = members["manager"]
        diary = Diary(calendar, posts, first=self.first, last=self.today - DAY)
        authors = {worker.reference: members[worker.account] for worker in self.setting.workers}
        authors |= {account: row for account, row in members.items() if row.role in ("manager", "school_staff")}
        history = History(diary, authors, members.get("office", manager))
        children = Children(
            self.chance,
            today=self.today,
            authority=self.taskforce.local_authority,
            schools=schools,
            prefix=self.setting.slug[:2].upper(),
        )
        journeys = Journeys(
            self.chance,
            self.setting,
            history,
            children,
            sites=sites,
            eligibility=self._eligibility(manager),
            today=self.today,
        )
        by_site = {site.name: site for site in sites}
        untold: list[Case] = []
        for story in STORIES[self.setting.slug]:
            case = tell(story, journeys, children, by_site)
            if not story.weekly:
                untold.append(case)
        journeys.run()
        work = Work(self.chance, self.setting, history, sites)
        teams: dict[int, list[str]] = {}
        for member in history.team:
            teams.setdefault(id(member.case), []).append(member.post.reference)
        for case in history.cases:
            if not any(case is one for one in untold):
                work.of_case(case, teams[id(case)])
        work.of_everybody()
        return history

    def _eligibility(self, manager: Membership) -> list[EligibilityVersion]:
        """Two versions: the first had fewer criteria."""
        criteria = list(self.setting.criteria)
        return EligibilityVersion.objects.bulk_create(
            EligibilityVersion(
                number=number, text=self.setting.text, criteria=kept, published_at=at(day, 7), published_by=manager
            )
            for number, (kept, day) in enumerate(
                ((criteria[:2], self.first - 30 * DAY), (criteria, self._day(60))), start=1
            )
        )

    def _last_half_term(self, calendar: SchoolCalendar) -> str:
        return [period for period in calendar.half_terms() if period.ends_on < self.today][-1].key

    def _afterwards(self, history: History, members: dict[str, Membership], sites: list[Site]) -> None:
        """What the services do and history cannot: a restriction, a decision undone today, a session deleted."""
        manager = members["manager"]
        CaseNotes(self.setting.slug, history, self.today).write()
        if self.setting.slug == "fairmile":
            put_dangers(history, random.Random(f"{self.setting.slug} dangers"), today=self.today)
        for case in history.apart:
            holders = [members["dsl"], history.authors[case.lead.reference]] if case.lead else []
            restrict(Case.objects.get(pk=case.pk), holders=holders, reason="The child of a colleague", by=manager)
        delete_session(history.sessions[-1], by=manager)
        referral: Referral = refer(
            NewPupil(
                forename="Jaydon",
                surname="Hylton",
                date_of_birth=dt.date(self.today.year - 13, 5, 17),
                facts={"sen_provision": "K", "fsm": "yes"},
            ),
            received_on=self.today,
            source="ap_school_staff",
            route="email",
            reasons=["risk_of_exclusion"],
            summary="Second suspension this month. Accepted and taken back: his tutor is to say first what was tried.",
            site=sites[0],
            by=manager,
        )
        undo(triage(referral, outcome="accepted", by=manager), by=manager)
