"""The addresses of this plugin, below /p/testdummy/."""

from django.urls import path

from lxp_testdummy import views

urlpatterns = [path("", views.compliments, name="compliments")]
