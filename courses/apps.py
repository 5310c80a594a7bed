"""The package of modules, courses and learning records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.signals import page_published, page_unpublished  # noqa: PLC0415 - models are ready only now

        from courses import permissions  # noqa: F401,PLC0415 - registers its rules
        from courses.services import publishing  # noqa: PLC0415

        page_published.connect(publishing.page_was_published, dispatch_uid="courses.page_was_published")
        page_unpublished.connect(publishing.page_was_unpublished, dispatch_uid="courses.page_was_unpublished")
