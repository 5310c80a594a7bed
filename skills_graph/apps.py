"""The package of competencies, evidence, holdings and credentials."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SkillsGraphConfig(AppConfig):
    name = "skills_graph"
    verbose_name = _("Skills")
    default_auto_field = "django.db.models.BigAutoField"
