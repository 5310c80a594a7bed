"""Addresses of proving and checking; they carry no language."""

from django.urls import path

from skills_graph.views import verification

app_name = "skills_graph"
urlpatterns = [
    path("verify/", verification.verification, name="verify"),
]
