"""The package of pages, files and content blocks."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("Content")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from content import (  # noqa: PLC0415 - models are ready only now
            permissions,  # noqa: F401 - registers its rules
            stamps,
        )
        from content.services.site import prepare_after_migrate  # noqa: PLC0415

        stamps.connect()
        post_migrate.connect(prepare_after_migrate, sender=self, dispatch_uid="content.prepare_site")
