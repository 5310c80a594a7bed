"""Addresses of content that carry no language: each leads to the reader's own, or is for who signed in."""

from django.urls import path

from content import count_views, kept_views, offline_views, views

app_name = "content"
urlpatterns = [
    path("i/<slug:card>/", views.card, name="card"),
    path("tel/", count_views.count, name="count"),
    path("tel/klopt-niet/", count_views.not_right, name="not_right"),
    path("mijn/uitleg/", kept_views.kept, name="kept"),
    path("sw.js", offline_views.worker, name="worker"),
]
