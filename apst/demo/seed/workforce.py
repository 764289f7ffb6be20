"""The team of a demonstration taskforce: money, days, absences, induction, supervision, training, holidays."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet

from apst.accounts.models import Membership
from apst.people import services
from apst.people.models import (
    Absence,
    Funding,
    InductionItem,
    InductionTick,
    Post,
    PostDay,
    PostFunding,
    PostTerms,
    Supervision,
    Vacancy,
)
from apst.people.services.support import SUGGESTED
from apst.places.calendar import DAY, SchoolCalendar, year_of
from apst.places.models import Establishment, Site
from cases.models import HolidayDay, HolidayPlace, HolidayProgramme, Intervention, InterventionPlace, StaffWork

from .history import History

# What a full-time post of each kind costs a year here, on-costs included: invented, around the DfE's mean of £46,000.
COSTS: Final = {
    "speech_language_therapist": 49_000,
    "mental_health": 54_000,
    "educational_psychologist": 68_000,
    "social_worker": 51_000,
    "trauma_therapist": 57_000,
}
USUAL: Final = 41_000
TOPICS: Final = (
    ("training", "this_school", "Speaking so that pupils understand: short sentences, one thing at a time"),
    ("training", "this_school", "What is behind behaviour: the window of tolerance"),
    ("reflective_practice", "this_school", "What this week did to us, and what helped"),
    ("advice", "this_school", "A calmer start to the morning"),
    ("training", "mainstream", "Before a suspension: what to try first"),
    ("advice_line", "mainstream", "Attendance has dropped after half-term: whom to ask"),
    ("training", "other_ap", "Screening a year group for language needs"),
    ("advice", "home_services", "How referrals from the taskforce reach your triage"),
)
WORDS: Final = (
    "More of this, please", "I used it the same afternoon", "Too long for the end of a day", "The examples were ours",
    "",
)  # fmt: skip
GUIDE: Final = {
    "who_we_are": "We are specialists from health, social care, youth justice and education who work together inside"
    " your school. You will meet us in corridors, in lessons and on trips: ask us anything.",
    "how_to_refer": "Talk to any of us, or press “Refer a pupil”. We answer within ten school days.",
    "what_we_do_not_do": "We are no extra teaching assistants, and we do not cover lessons or lunch duty. We do not"
    " replace the school’s own safeguarding: a concern goes to the designated safeguarding lead first.",
}
STRATEGIES: Final = (
    "Say one thing at a time, then wait ten seconds.",
    "Show what comes next: the board by the door, every morning.",
    "Warn five minutes before a change of room or adult.",
    "Offer two choices, both of which you can live with.",
)
KINDS: Final = ("clinical_supervision", "line_management", "clinical_supervision", "development")


def _sessions(activity_type: str) -> QuerySet[Intervention]:
    return Intervention.objects.kept().filter(activity_type=activity_type).order_by("pk")


class Workforce:
    """Adds what a taskforce knows of its own team, once its history is written."""

    def __init__(
        self,
        chance: random.Random,
        history: History,
        *,
        posts: Sequence[Post],
        sites: Sequence[Site],
        schools: Sequence[Establishment],
        manager: Membership,
        first: dt.date,
        today: dt.date,
    ) -> None:
        self.chance, self.history, self.manager = chance, history, manager
        self.posts, self.sites, self.schools = posts, sites, schools
        self.first, self.today = first, today
        self.held = [post for post in posts if post.end_date is None or post.end_date >= today]

    def write(self, calendar: SchoolCalendar) -> None:
        """Write it all, in bulk where there is much."""
        self._money(calendar)
        self._days()
        self._support()
        self._staff_work()
        self._holidays(calendar)
        self._told()

    def _money(self, calendar: SchoolCalendar) -> None:
        summer = max(
            p.ends_on
            for p in calendar.half_terms()
            if p.key.endswith("summer-2") and p.starts_on <= self.today + 300 * DAY
        )
        fundings = Funding.objects.bulk_create(
            Funding(source=source, name=name, annual_pounds=pounds, is_match=match, starts_on=self.first, ends_on=ends)
            for source, name, pounds, match, ends in (
                ("high_needs", "High needs block, taskforce line", 236_000, True, None),
                ("nhs", "Integrated Care Board, therapies", 58_000, True, None),
                ("yot_social_care", "Youth justice service, seconded post", 24_000, True, summer),
                ("vru", "Violence Reduction Unit grant", 66_000, False, self.today + 130 * DAY),
                ("trust_school", "Academy’s own budget", 92_000, True, None),
            )
        )
        by_source = {funding.source: funding for funding in fundings}
        routes = {
            "speech_language_therapist": ("nhs", "high_needs"),
            "mental_health": ("nhs",),
            "youth_worker": ("vru",),
            "mentor": ("vru", "trust_school"),
            "youth_justice_worker": ("yot_social_care",),
            "social_worker": ("yot_social_care",),
        }
        terms = []
        for post in self.posts:
            seconded = post.employment in ("seconded", "joint")
            agreement = "secondment" if post.employment == "seconded" else "sla" if seconded else "employment"
            terms.append(
                PostTerms(
                    post=post,
                    agreement="agency" if post.employment == "agency" else agreement,
                    starts_on=post.start_date,
                    review_on=self.today + DAY * self.chance.choice((20, 34, 110, 170)) if seconded else None,
                    ends_on=self.today + 210 * DAY if post.employment == "agency" else None,
                    annual_cost_pounds=COSTS.get(post.specialist_type, USUAL) * post.fte_hundredths // 100,
                )
            )
        PostTerms.objects.bulk_create(terms)
        PostFunding.objects.bulk_create(
            PostFunding(post=post, funding=by_source[source])
            for post in self.posts
            for source in routes.get(post.specialist_type, ("high_needs",))
        )
        began = year_of(self.first)
        for item, year, pounds, notes in (
            ("office", began, 5_200, "A classroom made into two rooms"),
            ("equipment", began, 7_450, ""),
            ("recruitment", began, 3_100, "Adverts, and an agency for two posts"),
            *((item, year, pounds, "") for year in self._years() for item, pounds in
              (("manager", 38_500), ("slt_time", 9_800), ("clinical_supervision", 4_200))),
        ):  # fmt: skip
            services.add_cost(item=item, academic_year=year, pounds=pounds, notes=notes, by=self.manager)

    def _years(self) -> list[str]:
        days = (self.first + DAY * n for n in range(0, (self.today - self.first).days + 1, 30))
        return sorted({year_of(day) for day in days} | {year_of(self.today)})

    def _days(self) -> None:
        """Posts that cover several sites say where they are on which day; two colleagues are away soon."""
        rows = []
        for number, post in enumerate(self.held):
            sites = [row.site for row in post.post_sites.select_related("site")] or list(self.sites)
            if len(sites) > 1:
                rows += [
                    PostDay(post=post, day=day, site=sites[(number + n) % len(sites)])
                    for n, day in enumerate(post.working_days.split(";"))
                ]
        PostDay.objects.bulk_create(rows)
        away = self.chance.sample(self.held, min(3, len(self.held)))
        Absence.objects.bulk_create(
            Absence(
                specialist_id=post.specialist_id,
                starts_on=self.today + DAY * start,
                ends_on=self.today + DAY * (start + days),
            )
            for post, (start, days) in zip(away, ((0, 5), (9, 0), (26, 9)), strict=False)
        )
        gone = [post for post in self.posts if post.end_date and post.end_date < self.today]
        still = {(post.specialist_id, post.specialist_type) for post in self.held}
        Vacancy.objects.bulk_create(
            Vacancy(
                specialist_type=post.specialist_type,
                fte_hundredths=post.fte_hundredths,
                since=post.end_date + DAY,
                recruiting="Advertised; interviews after the holiday",
            )
            for post in gone
            if post.end_date and (post.specialist_id, post.specialist_type) not in still
        )

    def _support(self) -> None:
        items = InductionItem.objects.bulk_create(
            InductionItem(text=text, position=position) for position, text in enumerate(SUGGESTED)
        )
        people = {post.specialist_id: post for post in self.held}
        InductionTick.objects.bulk_create(
            InductionTick(specialist_id=person, item=item, done_on=post.start_date + 7 * DAY, ticked_by=self.manager)
            for number, (person, post) in enumerate(people.items())
            for item in (items if number % 4 else items[:4])
            if post.start_date + 7 * DAY <= self.today
        )
        Supervision.objects.bulk_create(
            Supervision(
                specialist_id=person,
                kind=kind,
                supervisor=supervisor,
                every_weeks=weeks,
                starts_on=post.start_date,
            )
            for person, post in people.items()
            for kind, supervisor, weeks in (
                ("clinical", f"Supervisor at {post.home_service or 'the therapies service'}", 4),
                ("line", self.manager.name, 6),
            )
            if kind == "line" or post.employment in ("seconded", "joint")
        )

    def _staff_work(self) -> None:
        """What the sessions for staff were about, and which supervision each was."""
        rows = []
        for number, session in enumerate(_sessions("staff_training")):
            kind, audience, topic = TOPICS[number % len(TOPICS)]
            scored = self.chance.random() < 0.7
            rows.append(
                StaffWork(
                    intervention=session,
                    kind=kind,
                    audience=audience,
                    topic=topic,
                    school=self.chance.choice(self.schools) if audience == "mainstream" and self.schools else None,
                    places=(session.staff_trained or 0) + self.chance.randint(0, 8) if kind == "training" else None,
                    feedback_tenths=self.chance.randint(31, 50) if scored else None,
                    feedback_words=self.chance.choice(WORDS) if scored else "",
                )
            )
        for number, session in enumerate(_sessions("supervision")):
            rows.append(StaffWork(intervention=session, kind=KINDS[number % len(KINDS)]))
        StaffWork.objects.bulk_create(rows)

    def _holidays(self, calendar: SchoolCalendar) -> None:
        """The holiday days of the history belong to programmes: one a holiday."""
        days = list(_sessions("holiday").order_by("held_on", "pk"))
        groups: list[list[Intervention]] = []
        for day in days:
            if groups and (day.held_on - groups[-1][-1].held_on).days <= 14:
                groups[-1].append(day)
            else:
                groups.append([day])
        for group in groups:
            first, last = group[0].held_on, group[-1].held_on
            attending = set(InterventionPlace.objects.filter(intervention__in=group).values_list("pupil", flat=True))
            programme = HolidayProgramme.objects.create(
                name=f"{first:%B %Y}: boats, bikes and breakfast",
                starts_on=first,
                ends_on=last,
                places=max(len(attending), 12),
                footing="school",
                powers="The academy’s articles; activities of the school for its own pupils",
                staffing="Within contracts of all-year staff; term-time staff as additional hours",
                funded_by="Holiday activities and food programme, and the academy",
                cost_pounds=180 * max(len(attending), 8) + 400 * len(group),
            )
            HolidayDay.objects.bulk_create(HolidayDay(programme=programme, intervention=day) for day in group)
            HolidayPlace.objects.bulk_create(
                HolidayPlace(programme=programme, pupil_id=pupil, added_by=self.manager) for pupil in sorted(attending)
            )

    def _told(self) -> None:
        services.publish_guide(**GUIDE, seen=0, by=self.manager)
        services.publish_briefing(self.sites[0], text="\n\n".join(STRATEGIES), seen=0, by=self.manager)
