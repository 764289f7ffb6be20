"""The sitemap: each package's own addresses under its word."""

from django.urls import URLPattern, URLResolver, include, path

from apst.web import views
from cases.views import today

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.home, name="home"),
    path("health/live", views.live, name="health-live"),
    path("health/ready", views.ready, name="health-ready"),
    path("health/jobs", views.jobs, name="health-jobs"),
    path("csp-report/", views.csp_report, name="csp-report"),
    path("help/", views.page("help"), name="help"),
    path("privacy/", views.page("privacy"), name="privacy"),
    path("accessibility/", views.page("accessibility"), name="accessibility"),
    # A person signs in with the address that was invited: allauth would let them take any other, unproved.
    path("accounts/email/", views.absent, name="account-addresses"),
    path("accounts/", include("allauth.account.urls")),
    path("", include("apst.accounts.urls")),
    path("", include("apst.web.jobs")),
    path("settings/", include("apst.places.urls")),
    path("", include("apst.notices.urls")),
    path("", include("apst.people.urls")),
    path("referrals/", include("referrals.urls")),
    path("", include("cases.urls")),
    path("sharing/", include("sharing.urls")),
    path("returns/", include("reporting.urls")),
    path("imports/", include("apst.imports.urls")),
]
