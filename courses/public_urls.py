"""Public addresses of courses, with the language in front."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from courses.views import catalogue

app_name = "catalogue"
urlpatterns = [
    path(_("discover/"), catalogue.discover, name="discover"),
    path(_("discover/courses/"), catalogue.courses, name="courses"),
]
