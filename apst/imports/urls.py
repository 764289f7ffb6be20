from django.urls import path

from .views import imports as views
from .views import pasting

app_name = "imports"
urlpatterns = [
    path("", views.import_list, name="import-list"),
    path("my-sessions/", pasting.session_paste, name="session-paste"),
    path("templates/<slug:kind>/", views.import_template, name="import-template"),
    path("<uuid:public_id>/", views.import_detail, name="import-detail"),
    path("<uuid:public_id>/rows/<slug:outcome>/", views.import_rows, name="import-rows"),
    path("<uuid:public_id>/progress/", views.import_progress, name="import-progress"),
    path("<uuid:public_id>/report/", views.import_report, name="import-report"),
    path("<uuid:public_id>/headings/", views.import_headings, name="import-headings"),
    path("<uuid:public_id>/options/", views.import_options, name="import-options"),
    path("<uuid:public_id>/apply/", views.import_apply, name="import-apply"),
    path("<uuid:public_id>/discard/", views.import_discard, name="import-discard"),
    path("<uuid:public_id>/undo/", views.import_undo, name="import-undo"),
]
