"""The addresses of cases and sessions; each writes its own first word."""

from django.urls import URLPattern, path

from .views import cases, sessions

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("cases/", cases.case_list, name="case-list"),
    path("cases/<uuid:public_id>/", cases.case_detail, name="case-detail"),
    path("cases/<uuid:public_id>/close/", cases.case_close, name="case-close"),
    path("cases/<uuid:public_id>/reopen/", cases.case_reopen, name="case-reopen"),
    path("cases/<uuid:public_id>/restrict/", cases.case_restrict, name="case-restrict"),
    path("cases/<uuid:public_id>/unrestrict/", cases.case_unrestrict, name="case-unrestrict"),
    path("referrals/<uuid:public_id>/allocate/", cases.case_allocate, name="case-allocate"),
    path("sessions/", sessions.session_list, name="session-list"),
    path("sessions/log/", sessions.session_log, name="session-log"),
    path("sessions/<uuid:public_id>/", sessions.session_detail, name="session-detail"),
    path("sessions/<uuid:public_id>/change/", sessions.session_change, name="session-change"),
    path("sessions/<uuid:public_id>/delete/", sessions.session_delete, name="session-delete"),
    path("sessions/<uuid:public_id>/restore/", sessions.session_restore, name="session-restore"),
]
