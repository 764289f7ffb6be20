"""The addresses of guests, of sharing a case, and of the register of disclosures."""

from django.urls import URLPattern, path

from .views import disclosures, guests, information, outside, privacy, shared, shares

urlpatterns: list[URLPattern] = [
    path("cases/<uuid:public_id>/", shares.case_sharing, name="case-sharing"),
    path("cases/<uuid:public_id>/share/", shares.case_share, name="case-share"),
    path("cases/<uuid:public_id>/information/", information.case_information, name="case-information"),
    path("cases/<uuid:public_id>/information/new/", information.information_new, name="information-new"),
    path("cases/<uuid:public_id>/requests/new/", information.request_new, name="request-new"),
    path("information/<uuid:public_id>/strike/", information.information_strike, name="information-strike"),
    path("information/<uuid:public_id>/bring-back/", information.information_bring_back, name="information-bring-back"),
    path("requests/", information.request_list, name="request-list"),
    path("requests/<uuid:public_id>/answer/", information.request_answer, name="request-answer"),
    path("shared/<uuid:public_id>/tell/", information.information_supply, name="information-supply"),
    path("cases/<uuid:public_id>/outside/", outside.outside_new, name="outside-new"),
    path("cases/<uuid:public_id>/not-shared/", outside.not_shared_new, name="not-shared-new"),
    path("cases/<uuid:public_id>/family/", outside.family_new, name="family-new"),
    path("outside/", outside.outside_list, name="outside-list"),
    path("outside/<uuid:public_id>/look/", outside.outside_look, name="outside-look"),
    path("cases/<uuid:public_id>/told/", privacy.case_told, name="case-told"),
    path("told/<uuid:public_id>/strike/", privacy.told_strike, name="told-strike"),
    path("told/<uuid:public_id>/bring-back/", privacy.told_bring_back, name="told-bring-back"),
    path("not-told/", privacy.not_told_list, name="not-told-list"),
    path("shares/<uuid:public_id>/end/", shares.share_end, name="share-end"),
    path("guests/", guests.guest_list, name="guest-list"),
    path("guests/new/", guests.guest_new, name="guest-new"),
    path("guests/<uuid:public_id>/end/", guests.guest_end, name="guest-end"),
    path("shared/", shared.shared_list, name="shared-list"),
    path("shared/looks/", shared.shared_looks, name="shared-looks"),
    path("shared/<uuid:public_id>/", shared.shared_case, name="shared-case"),
    path("disclosures/", disclosures.disclosure_list, name="disclosure-list"),
    path("disclosures/export/", disclosures.disclosure_export, name="disclosure-export"),
    path("partners/<uuid:public_id>/seen/", disclosures.partner_seen, name="partner-seen"),
]
