from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("settings/emails/", views.choices, name="choices"),
    path("settings/emails/try-again/", views.try_again, name="try-again"),
    path("settings/calendar-address/", views.calendar_address, name="calendar-address"),
    path("settings/calendar-address/end/", views.calendar_end, name="calendar-end"),
    # The token is the only key: apst.web.logs keeps it out of the logs.
    path("calendar/<str:token>.ics", views.calendar, name="calendar"),
]
