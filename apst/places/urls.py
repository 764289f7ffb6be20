from django.urls import path

from .views import calendar, sites

app_name = "places"
urlpatterns = [
    path("sites/", sites.site_list, name="site-list"),
    path("sites/new/", sites.site_new, name="site-new"),
    path("sites/<uuid:public_id>/", sites.site_change, name="site-change"),
    path("establishments/", sites.establishment_list, name="establishment-list"),
    path("establishments/new/", sites.establishment_new, name="establishment-new"),
    path("establishments/<uuid:public_id>/", sites.establishment_change, name="establishment-change"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/new/", calendar.entry_new, name="calendar-new"),
    path("calendar/<slug:kind>/<slug:on>/", calendar.entry_change, name="calendar-entry"),
    path("calendar/<slug:kind>/<slug:on>/remove/", calendar.entry_remove, name="calendar-entry-remove"),
    path("taskforce/", sites.taskforce, name="taskforce"),
]
