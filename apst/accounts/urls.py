from django.urls import path

from .views import access_log, drafts, invitations, matrix, sessions

app_name = "accounts"
urlpatterns = [
    path("taskforces/", sessions.choose, name="choose"),
    path("taskforces/switch/", sessions.switch, name="switch"),
    path("accounts/stay/", sessions.stay, name="stay"),
    path("drafts/<str:key>/", drafts.draft, name="draft"),
    path("invitations/<str:token>/", invitations.accept, name="invitation"),
    path("settings/people/invite/", invitations.invite, name="invite"),
    path("settings/people/invitations/<uuid:public_id>/resend/", invitations.resend, name="invitation-resend"),
    path("settings/people/invitations/<uuid:public_id>/withdraw/", invitations.withdraw, name="invitation-withdraw"),
    path("settings/access-log/", access_log.access_log, name="access-log"),
    path("settings/access-log/find/", access_log.looks_find, name="looks-find"),
    path("settings/access-log/<uuid:public_id>/", access_log.looks_at, name="looks-at"),
    path("settings/access-log/<uuid:public_id>.csv", access_log.looks_export, name="looks-export"),
    path("settings/who-can-see-what/", matrix.who_can_see_what, name="who-can-see-what"),
]
