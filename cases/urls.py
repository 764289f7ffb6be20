"""The addresses of cases and sessions; each writes its own first word."""

from django.urls import URLPattern, path

from .views import cases, outreach, papers, sessions, teams
from .views import cases, papers, sessions, teams
from .views import cases, groups, planned, sessions, week
from .views import cases, groups, papers, planned, sessions, teams, week

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("cases/", cases.case_list, name="case-list"),
    path("cases/<uuid:public_id>/", cases.case_detail, name="case-detail"),
    path("cases/<uuid:public_id>/sessions/", cases.case_sessions, name="case-sessions"),
    path("cases/<uuid:public_id>/referral/", cases.case_referral, name="case-referral"),
    path("cases/<uuid:public_id>/people/", teams.case_people, name="case-people"),
    path("cases/<uuid:public_id>/people/add/", teams.team_join, name="team-join"),
    path("teams/<uuid:public_id>/leave/", teams.team_leave, name="team-leave"),
    path("teams/<uuid:public_id>/lead/", teams.team_lead, name="team-lead"),
    path("teams/<uuid:public_id>/part/", teams.team_part, name="team-part"),
    path("cases/<uuid:public_id>/stage/", teams.case_stage, name="case-stage"),
    path("cases/<uuid:public_id>/brief/", papers.case_brief, name="case-brief"),
    path("cases/<uuid:public_id>/papers/<slug:kind>/", papers.paper_ask, name="paper-ask"),
    path("papers/<uuid:public_id>/", papers.paper_download, name="paper-download"),
    path("cases/<uuid:public_id>/close/", cases.case_close, name="case-close"),
    path("cases/<uuid:public_id>/reopen/", cases.case_reopen, name="case-reopen"),
    path("cases/<uuid:public_id>/restrict/", cases.case_restrict, name="case-restrict"),
    path("cases/<uuid:public_id>/unrestrict/", cases.case_unrestrict, name="case-unrestrict"),
    path("referrals/<uuid:public_id>/allocate/", cases.case_allocate, name="case-allocate"),
    path("outreach/", outreach.outreach_list, name="outreach-list"),
    path("outreach/new/", outreach.outreach_new, name="outreach-new"),
    path("outreach/<uuid:public_id>/", outreach.outreach_detail, name="outreach-detail"),
    path("outreach/<uuid:public_id>/change/", outreach.outreach_change, name="outreach-change"),
    path("outreach/<uuid:public_id>/end/", outreach.outreach_end, name="outreach-end"),
    path("sessions/", sessions.session_list, name="session-list"),
    path("cases/<uuid:public_id>/week/", week.case_week, name="case-week"),
    path("sessions/", week.session_list, name="session-list"),
    path("sessions/log/", sessions.session_log, name="session-log"),
    path("sessions/group/", groups.session_group, name="session-group"),
    path("sessions/planned/", planned.planned_new, name="planned-new"),
    path("sessions/planned/copy/", planned.planned_copy, name="planned-copy"),
    path("sessions/planned/series/<uuid:series>/cancel/", planned.planned_series_cancel, name="planned-series-cancel"),
    path("sessions/planned/<uuid:public_id>/", planned.planned_change, name="planned-change"),
    path("sessions/planned/<uuid:public_id>/cancel/", planned.planned_cancel, name="planned-cancel"),
    path("sessions/planned/<uuid:public_id>/restore/", planned.planned_restore, name="planned-restore"),
    path("sessions/planned/<uuid:public_id>/held/", planned.planned_held, name="planned-held"),
    path("sessions/planned/<uuid:public_id>/register/", planned.planned_register, name="planned-register"),
    path("sessions/groups/", groups.group_list, name="session-group-list"),
    path("sessions/groups/new/", groups.group_new, name="session-group-new"),
    path("sessions/groups/<uuid:public_id>/", groups.group_detail, name="session-group-detail"),
    path("sessions/groups/<uuid:public_id>/change/", groups.group_change, name="session-group-change"),
    path("sessions/groups/<uuid:public_id>/plan/", groups.group_plan, name="session-group-plan"),
    path("sessions/groups/<uuid:public_id>/end/", groups.group_end, name="session-group-end"),
    path("sessions/groups/<uuid:public_id>/restart/", groups.group_restart, name="session-group-restart"),
    path("sessions/<uuid:public_id>/", sessions.session_detail, name="session-detail"),
    path("sessions/<uuid:public_id>/change/", sessions.session_change, name="session-change"),
    path("sessions/<uuid:public_id>/delete/", sessions.session_delete, name="session-delete"),
    path("sessions/<uuid:public_id>/restore/", sessions.session_restore, name="session-restore"),
    path("sessions/<uuid:public_id>/leave/", sessions.session_leave, name="session-leave"),
]
