"""Specialists' posts by their reference; the same email, or without one the same reference, is the same person."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from apst.accounts.models import Membership
from apst.imports.ledger import Ledger, write_records
from apst.imports.reading.problems import Row
from apst.people.models import Post, PostTerms, Specialist
from apst.people.services import follow_posts

from .plans import Field, Models, Options, Plan, differ, fit, put


def _days(post: Post) -> tuple[str, ...]:
    return tuple(day for day in post.working_days.split(";") if day)


NAME = Field("name", "name")
FTE = Field(
    "fte",
    "fte_hundredths",
    held=lambda post: Decimal(post.fte_hundredths) / 100,
    put=lambda post, fte: setattr(post, "fte_hundredths", int(fte * 100)),
)
FIELDS = (
    Field("specialist_type", "specialist_type"),
    FTE,
    Field("start_date", "start_date"),
    Field("end_date", "end_date"),
    Field("employment", "employment"),
    Field("home_service", "home_service"),
    Field(
        "working_days", "working_days", held=_days, put=lambda post, days: setattr(post, "working_days", ";".join(days))
    ),
)
COST = Field("annual_cost", "annual_cost_pounds")
ATTRIBUTES = (
    "specialist", "specialist_type", "fte_hundredths", "start_date", "end_date", "employment", "home_service",
    "working_days", "allocated_only",
)  # fmt: skip


class Specialists:
    """The matcher of `specialists`."""

    writes: ClassVar[Models] = (Specialist, Post, PostTerms)
    rows_at_a_time = None

    def __init__(self, options: Options) -> None:
        self.options = options
        self.notes: list[str] = []
        self._accounts: set[int] = set()

    def plan(self, rows: list[Row]) -> list[Plan]:
        """Match posts by reference. Their FTE changes only by a correction: a change is another post."""
        held = {
            p.reference: p
            for p in Post.objects.select_related("specialist").filter(
                reference__in=[row.values["reference"] for row in rows]
            )
        }
        costs = {terms.post_id: terms for terms in PostTerms.objects.filter(post__in=[p.pk for p in held.values()])}
        names = {email.casefold(): row.values["name"] for row in rows if (email := row.values.get("email"))}
        plans = []
        for row in rows:
            values = row.values
            plan = Plan(row, values["reference"], held.get(values["reference"]))
            if (cost := values.get("annual_cost")) is not None:
                cost = values["annual_cost"] = Decimal(round(cost))  # whole pounds are kept
            if email := values.get("email"):
                values["email"] = email.casefold()
                if values["name"] != names[values["email"]]:
                    plan.warn(
                        "name",
                        values["name"],
                        "is called otherwise further down under the same email, which is taken.",
                        names[values["email"]],
                    )
                    values["name"] = names[values["email"]]
            fit(plan, Post, (each for each in FIELDS if each is not FTE))
            fit(plan, PostTerms, (COST,))
            fit(plan, Specialist, (NAME, Field("email", "email")))
            if plan.found:
                differ(plan, FIELDS)
                plan.extra = costs.get(plan.found.pk)
                if cost is not None and (plan.extra is None or plan.extra.annual_cost_pounds != cost):
                    # The report is no way to what somebody costs.
                    was = plan.extra and plan.extra.annual_cost_pounds is not None
                    plan.change("annual_cost", "held" if was else "", cost)
                if plan.found.specialist.name != values["name"]:
                    plan.change("name", plan.found.specialist.name, values["name"])
                if values.get("email") and plan.found.specialist.email.casefold() != values["email"]:
                    plan.change("email", plan.found.specialist.email, values["email"])
                if "fte" in plan.changes and not self.options.correction:
                    plan.reject(
                        "fte",
                        values["fte"],
                        f"differs from the {plan.changes['fte'][0]} held."
                        " A change of FTE is a post that ends and another that starts: give this one its end_date, and"
                        " the new one a row with its own reference. Was it wrong all along? Import as a correction.",
                        plan.changes["fte"][0],
                    )
            plans.append(plan)
        return plans

    def write(self, plans: Sequence[Plan], ledger: Ledger) -> None:
        """Write the people, then their posts."""
        people = self._people(plans, ledger)
        add: list[Post] = []
        change: list[Post] = []
        for plan in plans:
            post = plan.found or Post(reference=plan.reference)
            put(plan, post, FIELDS)
            post.specialist = people[plan.reference]
            post.allocated_only = post.allocated_only or post.specialist_type == "police"
            (change if plan.found else add).append(post)
            if post.specialist.user_id:
                self._accounts.add(post.specialist.user_id)
        write_records(ledger, Post, add=add, change=change, attributes=ATTRIBUTES)
        self._costs(plans, {post.reference: post for post in (*add, *change)}, ledger)

    @staticmethod
    def _costs(plans: Sequence[Plan], posts: dict[str, Post], ledger: Ledger) -> None:
        """Write what posts cost into their terms."""
        add: list[PostTerms] = []
        change: list[PostTerms] = []
        for plan in plans:
            cost = plan.row.values.get("annual_cost")
            held: PostTerms | None = plan.extra
            if cost is None or (held and held.annual_cost_pounds == cost):
                continue
            terms = held or PostTerms(post=posts[plan.reference])
            terms.annual_cost_pounds = int(cost)
            (change if held else add).append(terms)
        write_records(ledger, PostTerms, add=add, change=change, attributes=["annual_cost_pounds"])

    def _people(self, plans: Sequence[Plan], ledger: Ledger) -> dict[str, Specialist]:
        """Give the person of each post's reference, added or changed where needed."""
        emails = {email for plan in plans if (email := plan.row.values.get("email"))}
        by_email = {s.email.casefold(): s for s in Specialist.objects.exclude(email="")}
        users = {m.email.casefold(): m.user_id for m in Membership.objects.all() if m.email.casefold() in emails}
        posts = defaultdict(set)
        for specialist, reference in Post.objects.values_list("specialist", "reference"):
            posts[specialist].add(reference)
        emails_in_file = {plan.reference: plan.row.values.get("email") for plan in plans}
        people: dict[str, Specialist] = {}
        add: list[Specialist] = []
        change: dict[int, Specialist] = {}
        for plan in plans:
            email, name = plan.row.values.get("email") or "", plan.row.values["name"]
            held: Specialist | None = plan.found.specialist if plan.found else None
            if email and (held is None or held.email.casefold() != email):
                # A new address of the same person, when all of their posts get it; else somebody else's.
                theirs = held is not None and all(
                    emails_in_file.get(reference) == email for reference in posts[held.pk]
                )
                held = by_email.get(email) or (held if theirs else None)
            if held is None:
                held = Specialist(name=name, email=email, user_id=users.get(email) if email else None)
                add.append(held)
            else:
                before = (held.name, held.email, held.user_id)
                held.name, held.email = name, email or held.email
                held.user_id = held.user_id or (users.get(email) if email else None)
                if held.pk and before != (held.name, held.email, held.user_id):
                    change[held.pk] = held
            if email:
                by_email[email] = held
            people[plan.reference] = held
        write_records(ledger, Specialist, add=add, change=list(change.values()), attributes=["name", "email", "user"])
        return people

    def finish(self) -> None:
        """What people see follows from their posts."""
        for user in sorted(self._accounts):
            follow_posts(user)
