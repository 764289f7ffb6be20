from django.urls import path

from .urls_guests import urlpatterns as of_guests
from .views import agreements, breaches, drafting, partners, processing

app_name = "sharing"
urlpatterns = [
    *of_guests,
    path("agreements/", agreements.agreement_list, name="agreement-list"),
    path("agreements/new/", drafting.agreement_new, name="agreement-new"),
    path("agreements/<uuid:public_id>/", agreements.agreement_detail, name="agreement-detail"),
    path("agreements/<uuid:public_id>/draft/", drafting.agreement_draft, name="agreement-draft"),
    path("agreements/<uuid:public_id>/draft/<slug:section>/", drafting.agreement_section, name="agreement-section"),
    path("agreements/<uuid:public_id>/categories/", drafting.agreement_categories, name="agreement-categories"),
    path(
        "agreements/<uuid:public_id>/categories/<slug:category>/",
        drafting.agreement_category,
        name="agreement-category",
    ),
    path("agreements/<uuid:public_id>/send/", drafting.agreement_send, name="agreement-send"),
    path("agreements/<uuid:public_id>/sign/", agreements.agreement_sign, name="agreement-sign"),
    path("agreements/<uuid:public_id>/extend/", agreements.agreement_extend, name="agreement-extend"),
    path("agreements/<uuid:public_id>/end/", agreements.agreement_end, name="agreement-end"),
    path("agreements/<uuid:public_id>/renew/", agreements.agreement_renew, name="agreement-renew"),
    path("agreements/<uuid:public_id>/compare/", agreements.agreement_compare, name="agreement-compare"),
    path("agreements/<uuid:public_id>/pdf/", agreements.agreement_pdf, name="agreement-pdf"),
    path("partners/", partners.partner_list, name="partner-list"),
    path("partners/new/", partners.partner_new, name="partner-new"),
    path("partners/<uuid:public_id>/", partners.partner_change, name="partner-change"),
    path("breaches/", breaches.breach_list, name="breach-list"),
    path("breaches/new/", breaches.breach_new, name="breach-new"),
    path("breaches/<uuid:public_id>/", breaches.breach_detail, name="breach-detail"),
    path("breaches/<uuid:public_id>/change/", breaches.breach_change, name="breach-change"),
    path("breaches/<uuid:public_id>/decide/", breaches.breach_decide, name="breach-decide"),
    path("breaches/<uuid:public_id>/step/", breaches.breach_step, name="breach-step"),
    path("breaches/<uuid:public_id>/close/", breaches.breach_close, name="breach-close"),
    path("processing/", processing.processing, name="processing"),
    path("processing.csv", processing.processing_file, name="processing-file"),
]
