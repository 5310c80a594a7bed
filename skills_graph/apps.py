"""The package of competencies, evidence, holdings and credentials."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SkillsGraphConfig(AppConfig):
    name = "skills_graph"
    verbose_name = _("Skills")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from skills_graph import checks, triggers  # noqa: F401, PLC0415 - models are ready only now

        post_migrate.connect(triggers.after_migrate, sender=self)
