"""The addresses of guests, of sharing a case, and of the register of disclosures."""

from django.urls import URLPattern, path

from .views import disclosures, guests, shared, shares

urlpatterns: list[URLPattern] = [
    path("cases/<uuid:public_id>/", shares.case_sharing, name="case-sharing"),
    path("cases/<uuid:public_id>/share/", shares.case_share, name="case-share"),
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
