"""A case's plan: reading it, writing it, and its goals and steps."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.queries import me
from apst.codelists import label
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError, PlanThere
from cases.forms.plans import GoalForm, GoalSessionsForm, PlanForm, StepForm, step_as_said
from cases.models import Case, Goal, GoalStep, Intervention, Plan, PlanVersion
from cases.queries import plans as queries
from cases.queries.cases import live_posts
from cases.queries.goal_charts import chart_of
from cases.queries.interventions import of_case
from cases.services.plans import draft_of

from .page import CASE_RELATED, case_page
from .writing import based_on, complain, submission_key, undo, writing

# What a row of a plan needs for the page of its case.
OF_CASE = tuple(f"case__{name}" for name in CASE_RELATED)
MOST_SESSIONS = 50


def to_plan(case: Case, anchor: str = "") -> HttpResponse:
    """Go to the plan, or to a part of it."""
    return redirect(reverse("cases:case-plan", args=[case.public_id]) + (f"#{anchor}" if anchor else ""))


def plan_page(request: MemberRequest, case: Case, **context: Any) -> dict[str, Any]:
    """Give the context of a page under the tab Plan; its Back link leads to the plan."""
    shown(request, [case], "plan", "voice")
    back = reverse("cases:case-plan", args=[case.public_id])
    return case_page(request, case, "cases:case-plan", **{"back": back, **context})


@require_GET
@allowed(policies.can_see_plan, Case, related=CASE_RELATED)
def case_plan(request: MemberRequest, case: Case) -> HttpResponse:
    """The plan: what is wanted, the goals with where the pupil stands, the reviews, what is due next."""
    plan = queries.plan_of(case)
    reviews = queries.review_lines(plan) if plan else []
    lines = queries.goal_lines(plan, [line.review for line in reviews]) if plan else []
    due = queries.next_review(case)
    context = plan_page(
        request,
        case,
        back=reverse("cases:case-list"),
        plan=plan,
        lines=[(line, chart_of(line)) for line in lines],
        reviews=reviews,
        due=due,
        overdue=due is not None and due < localdate(),
        today=localdate(),
        may_write=policies.can_write_plan(request.member, case) and case.is_open,
        sees_passport=policies.can_see_passport(request.member, case),
    )
    return render(request, "cases/plan/plan.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, Case, related=CASE_RELATED)
def plan_start(request: MemberRequest, case: Case) -> HttpResponse:
    """Start the plan of a case."""
    if queries.plan_of(case):
        return to_plan(case)
    at = writing(request, draft_of(case, "plan"), PlanForm)
    if request.method == "POST" and at.form.is_valid():
        try:
            services.start_plan(case, **at.form.cleaned_data, by=me(request.member))
        except PlanThere as error:
            messages.error(request, str(error))
            return to_plan(case)
        except CaseError as error:
            at.refuse(error, version=0)
        else:
            messages.success(request, "The plan is started. Add its first goal.")
            return to_plan(case)
    return render(
        request, "cases/plan/write.html", plan_page(request, case, at=at, form=at.form, title="Start the plan")
    )


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, Plan, related=OF_CASE)
def plan_change(request: MemberRequest, plan: Plan) -> HttpResponse:
    """Change what the plan says as a whole."""
    case = plan.case
    initial = {name: getattr(plan, name) for name in PlanForm.base_fields}
    at = writing(request, draft_of(case, "plan"), lambda data: PlanForm(data, initial=initial), version=plan.version)
    if request.method == "POST" and at.form.is_valid():
        try:
            services.change_plan(plan, **at.form.cleaned_data, version=based_on(request), by=me(request.member))
        except CaseError as error:
            at.refuse(error, version=plan.version)
        else:
            messages.success(request, "The plan is changed. What it said before is kept.")
            return to_plan(case)
    now = [(field.label, getattr(plan, field.name)) for field in at.form] if at.overtaken else []
    context = plan_page(request, case, at=at, form=at.form, title="Change the plan", now=now)
    return render(request, "cases/plan/write.html", context)


@require_GET
@allowed(policies.can_see_plan, Plan, related=OF_CASE)
def plan_versions(request: MemberRequest, plan: Plan) -> HttpResponse:
    """Every version of the plan, the last first."""
    context = plan_page(request, plan.case, versions=queries.versions_of(plan), plan=plan)
    return render(request, "cases/plan/versions.html", context)


@require_GET
@allowed(policies.can_see_plan, PlanVersion, related=(*OF_CASE, "plan", "made_by"))
def plan_version(request: MemberRequest, version: PlanVersion) -> HttpResponse:
    """The plan as it stood after one change."""
    back = reverse("cases:plan-versions", args=[version.plan.public_id])
    context = plan_page(request, version.case, version=version, content=queries.readable(version.content), back=back)
    return render(request, "cases/plan/version.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, Plan, related=OF_CASE)
def goal_add(request: MemberRequest, plan: Plan) -> HttpResponse:
    """Add a goal."""
    at = writing(request, draft_of(plan.case, "goal"), GoalForm)
    if request.method == "POST" and at.form.is_valid():
        try:
            goal = services.add_goal(
                plan, **at.form.cleaned_data, submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            at.refuse(error, version=0)
        else:
            messages.success(request, "The goal is added. What is the first step towards it?")
            return to_plan(plan.case, f"goal-{goal.public_id}")
    return render(
        request, "cases/plan/write.html", plan_page(request, plan.case, at=at, form=at.form, title="Add a goal")
    )


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, Goal, related=OF_CASE)
def goal_change(request: MemberRequest, goal: Goal) -> HttpResponse:
    """Change a goal's words or its first score; from here it is also said that it was reached, or is not worked on."""
    initial = {"text": goal.text, "own_words": goal.own_words, "baseline": goal.baseline}
    form = GoalForm(request.POST or None, initial=initial)
    version = goal.version
    if request.method == "POST" and form.is_valid():
        try:
            services.change_goal(goal, **form.cleaned_data, version=based_on(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The goal is changed. What it said before is kept.")
            return to_plan(goal.case, f"goal-{goal.public_id}")
    context = plan_page(request, goal.case, form=form, goal=goal, version=version, states=_ends(goal))
    return render(request, "cases/plan/goal.html", context)


def _ends(goal: Goal) -> list[tuple[str, str]]:
    words = {Goal.State.REACHED: "This goal is reached", Goal.State.STOPPED: "Stop working on this goal"}
    return [(state.value, text) for state, text in words.items()] if goal.is_active else []


@require_POST
@allowed(policies.can_write_plan, Goal, related=OF_CASE)
def goal_end(request: MemberRequest, goal: Goal) -> HttpResponse:
    """Say that a goal was reached or that work on it has stopped; Undo works on it again."""
    shown(request, [goal.case], "plan")
    state = request.POST.get("state", "")
    if state not in (Goal.State.REACHED, Goal.State.STOPPED):
        messages.error(request, "Choose whether the goal is reached or stopped. Nothing was changed.")
        return to_plan(goal.case)
    try:
        goal = services.end_goal(goal, state=state, version=based_on(request), by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        said = "The goal is reached." if state == Goal.State.REACHED else "Work on the goal has stopped."
        address = reverse("cases:goal-resume", args=[goal.public_id])
        messages.success(request, undo(request, said, address, version=goal.version), extra_tags="safe")
    return to_plan(goal.case, f"goal-{goal.public_id}")


@require_POST
@allowed(policies.can_write_plan, Goal, related=OF_CASE)
def goal_resume(request: MemberRequest, goal: Goal) -> HttpResponse:
    """Work on a goal again."""
    shown(request, [goal.case], "plan")
    try:
        services.resume_goal(goal, version=based_on(request), by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The goal is worked on again.")
    return to_plan(goal.case, f"goal-{goal.public_id}")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, Goal, related=OF_CASE)
def step_add(request: MemberRequest, goal: Goal) -> HttpResponse:
    """Add a step towards a goal."""
    form = StepForm(request.POST or None, posts=live_posts())
    if form.is_valid():
        try:
            services.add_step(goal, **form.said(), submission_key=submission_key(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The step is added.")
            return to_plan(goal.case, f"goal-{goal.public_id}")
    context = plan_page(request, goal.case, form=form, goal=goal, title="Add a step")
    return render(request, "cases/plan/step.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_plan, GoalStep, related=(*OF_CASE, "goal", "owner__specialist"))
def step_change(request: MemberRequest, step: GoalStep) -> HttpResponse:
    """Change a step, or take it out."""
    posts = {post.pk: post for post in live_posts()}
    if step.owner:
        posts[step.owner.pk] = step.owner
    form = StepForm(request.POST or None, posts=posts.values(), initial=step_as_said(step))
    if form.is_valid():
        try:
            services.change_step(step, **form.said(), version=based_on(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The step is changed.")
            return to_plan(step.case, f"goal-{step.goal.public_id}")
    context = plan_page(request, step.case, form=form, goal=step.goal, step=step, title="Change a step")
    return render(request, "cases/plan/step.html", context)


@require_POST
@allowed(policies.can_write_plan, GoalStep, related=(*OF_CASE, "goal"))
def step_tick(request: MemberRequest, step: GoalStep) -> HttpResponse:
    """Say that a step is done, or that it is not after all; pressed again it is taken back."""
    shown(request, [step.case], "plan")
    done = request.POST.get("done") == "yes"
    try:
        services.tick_step(step, done=done, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The step is done." if done else "The step is to be done again.")
    return to_plan(step.case, f"goal-{step.goal.public_id}")


@require_POST
@allowed(policies.can_write_plan, GoalStep, related=(*OF_CASE, "goal"))
def step_remove(request: MemberRequest, step: GoalStep) -> HttpResponse:
    """Take a step out of the plan; Undo puts it back."""
    shown(request, [step.case], "plan")
    try:
        step = services.remove_step(step, version=based_on(request), by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        address = reverse("cases:step-restore", args=[step.public_id])
        said = undo(request, "The step is taken out.", address, version=step.version)
        messages.success(request, said, extra_tags="safe")
    return to_plan(step.case, f"goal-{step.goal.public_id}")


@require_POST
@allowed(policies.can_write_plan, GoalStep, related=(*OF_CASE, "goal"))
def step_restore(request: MemberRequest, step: GoalStep) -> HttpResponse:
    """Put a step back that was taken out."""
    shown(request, [step.case], "plan")
    try:
        services.remove_step(step, removed=False, version=based_on(request), by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The step is back.")
    return to_plan(step.case, f"goal-{step.goal.public_id}")


@require_http_methods(["GET", "POST"])
@allowed(policies.can_link_sessions, Goal, related=OF_CASE)
def goal_sessions(request: MemberRequest, goal: Goal) -> HttpResponse:
    """Which of the case's last sessions were for a goal."""
    linked = queries.sessions_for(goal)
    last = [session for session in of_case(goal.case, size=MOST_SESSIONS).rows if session not in linked]
    offered = [*linked, *last]
    form = GoalSessionsForm(
        request.POST or None,
        sessions=offered,
        words={session.pk: _session_words(session) for session in offered},
        initial={"sessions": [str(session.public_id) for session in linked]},
    )
    shown(request, [goal.case], "intervention")
    if request.method == "POST" and form.is_valid():
        services.link_goal(goal, form.said(), by=me(request.member))
        messages.success(request, "Saved which sessions were for this goal.")
        return to_plan(goal.case, f"goal-{goal.public_id}")
    context = plan_page(request, goal.case, form=form, goal=goal, offered=offered)
    return render(request, "cases/plan/goal_sessions.html", context)


def _session_words(session: Intervention) -> str:
    what = label("intervention_types", session.intervention_type) or label("activity_types", session.activity_type)
    who = ", ".join(row.post.specialist.name for row in session.specialists.all())
    return f"{session.held_on:%a %-d %b %Y}: {what}, {who}"


@require_POST
@allowed(policies.can_link_sessions, Intervention)
def session_goals(request: MemberRequest, session: Intervention) -> HttpResponse:
    """From a session's own page: the goals that it was for."""
    chosen = set(request.POST.getlist("goals"))
    for case, goals in queries.goals_for(session):
        wanted = [goal for goal, _ in goals if str(goal.public_id) in chosen]
        services.link_session(session, wanted, case=case, by=me(request.member))
        shown(request, [case], "plan")
    messages.success(request, "Saved which goals this session was for.")
    return redirect("cases:session-detail", public_id=session.public_id)
