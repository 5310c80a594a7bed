"""Tells LXP what this plugin is called, and which plugin API it was written for."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    name = "plugins.volunteers"
    label = "volunteers"
    verbose_name = _("Volunteers and informal caregivers")
    default_auto_field = "django.db.models.BigAutoField"
    lxp_api_version = 1
