"""A sitemap with the names that the frame of a page looks for; "returns" is not there yet."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("", page, name="home"),
    path("referrals/", include(([path("", page, name="referral-list"), path("new/", page, name="new")], "referrals"))),
    path("cases/", include(([path("", page, name="case-list")], "cases"))),
    path("sessions/log/", include(([path("", page, name="session-log")], "log"))),
    path("accounts/login/", page, name="account_login"),
    path("", include(([path("who/", page, name="who-can-see-what")], "accounts"))),
    path("help/", page, name="help"),
]
