from django.urls import path

from .views import members, pupils, specialists

app_name = "people"
urlpatterns = [
    path("pupils/<uuid:public_id>/", pupils.pupil_detail, name="pupil-detail"),
    path("pupils/<uuid:public_id>/change/", pupils.pupil_change, name="pupil-change"),
    path("pupils/<uuid:public_id>/former-names/", pupils.former_names, name="former-names"),
    path("former-names/<uuid:public_id>/remove/", pupils.former_name_drop, name="former-name-drop"),
    path("pupils/<uuid:public_id>/facts/<slug:kind>/", pupils.fact_change, name="fact-change"),
    path("pupils/<uuid:public_id>/contacts/new/", pupils.contact_new, name="contact-new"),
    path("contacts/<uuid:public_id>/", pupils.contact_change, name="contact-change"),
    path("settings/people/", members.member_list, name="member-list"),
    path("settings/people/<uuid:public_id>/", members.member_change, name="member-change"),
    path("settings/specialists/", specialists.specialist_list, name="specialist-list"),
    path("settings/specialists/new/", specialists.specialist_new, name="specialist-new"),
    path("settings/specialists/<uuid:public_id>/", specialists.specialist_change, name="specialist-change"),
    path("settings/specialists/<uuid:public_id>/posts/new/", specialists.post_new, name="post-new"),
    path("settings/posts/<uuid:public_id>/", specialists.post_change, name="post-change"),
    path("settings/posts/<uuid:public_id>/fte/", specialists.post_fte, name="post-fte"),
]
