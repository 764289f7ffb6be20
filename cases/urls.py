"""The addresses of cases and sessions; each writes its own first word."""

from django.urls import URLPattern, path

from .views import cases, outreach, papers, sessions, teams

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
    path("sessions/log/", sessions.session_log, name="session-log"),
    path("sessions/<uuid:public_id>/", sessions.session_detail, name="session-detail"),
    path("sessions/<uuid:public_id>/change/", sessions.session_change, name="session-change"),
    path("sessions/<uuid:public_id>/delete/", sessions.session_delete, name="session-delete"),
    path("sessions/<uuid:public_id>/restore/", sessions.session_restore, name="session-restore"),
]
