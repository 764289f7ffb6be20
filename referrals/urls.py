from django.urls import path

from .views import eligibility, making, queue, quick, record, waiting

app_name = "referrals"
urlpatterns = [
    path("", queue.referral_list, name="referral-list"),
    path("new/", making.pupil, name="referral-new"),
    path("new/why/", making.why, name="referral-new-why"),
    path("new/views/", making.views_and_strategies, name="referral-new-views"),
    path("new/check/", making.check, name="referral-new-check"),
    path("new/same/", making.same, name="referral-new-same"),
    path("new/discard/", making.discard, name="referral-new-discard"),
    path("new/quick/", quick.quick, name="referral-quick"),
    path("waiting/", waiting.waiting_list, name="waiting-list"),
    path("eligibility/", eligibility.eligibility, name="eligibility"),
    path("eligibility/new/", eligibility.publish, name="eligibility-new"),
    path("<uuid:public_id>/", record.detail, name="referral-detail"),
    path("<uuid:public_id>/sent/", making.sent, name="referral-sent"),
    path("<uuid:public_id>/accept/", queue.accept, name="referral-accept"),
    path("<uuid:public_id>/undo/", queue.undo, name="referral-undo"),
    path("<uuid:public_id>/triage/", record.triage, name="referral-triage"),
    path("<uuid:public_id>/waiting/", waiting.place, name="waiting-place"),
    path("<uuid:public_id>/match/", record.match, name="referral-match"),
    path("<uuid:public_id>/answer/", record.answer, name="referral-answer"),
]
