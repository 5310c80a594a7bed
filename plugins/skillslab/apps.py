"""Tells LXP what this plugin is called, and which plugin API it was written for."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SkillslabConfig(AppConfig):
    name = "plugins.skillslab"
    label = "skillslab"
    verbose_name = _("Shared skillslab")
    default_auto_field = "django.db.models.BigAutoField"
    lxp_api_version = 1
