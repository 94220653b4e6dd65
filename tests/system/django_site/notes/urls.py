"""The app's routes."""

from django.urls import path, re_path

from . import views

app_name = "notes"
urlpatterns = [
    path("", views.IndexView.as_view(), name="index"),
    path("add/", views.add, name="add"),
    path("note/<int:number>/", views.detail, name="detail"),
    re_path(r"^year/(?P<year>[0-9]{4})/$", views.year, name="year"),
    path("api/", views.api, name="api"),
    path("upload/", views.upload, name="upload"),
    path("visits/", views.visits, name="visits"),
    path("stream/", views.stream, name="stream"),
    path("fail/", views.fail, name="fail"),
]
