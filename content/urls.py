"""Addresses of content that carry no language: each leads to the reader's own."""

from django.urls import path

from content import offline_views, views

app_name = "content"
urlpatterns = [
    path("i/<slug:card>/", views.card, name="card"),
    path("sw.js", offline_views.worker, name="worker"),
]
