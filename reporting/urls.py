from django.urls import path

from . import views

app_name = "reporting"
urlpatterns = [
    path("", views.return_list, name="return-list"),
    path("costs/", views.costs, name="costs"),
    path("build/", views.return_build, name="return-build"),
    path("builds/<uuid:public_id>/", views.build_progress, name="build-progress"),
    path("<uuid:public_id>/", views.return_detail, name="return-detail"),
    path("<uuid:public_id>/pdf/", views.return_draw, name="return-draw"),
    path("<uuid:public_id>/cells/<int:position>/", views.cell_detail, name="cell-detail"),
    path("<uuid:public_id>/download.<str:form>", views.return_download, name="return-download"),
]
