"""Tells LXP what this plugin is called, and which plugin API it was written for."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class XblocksConfig(AppConfig):
    name = "plugins.xblocks"
    label = "xblocks"
    verbose_name = _("Activities from Open edX (XBlocks)")
    default_auto_field = "django.db.models.BigAutoField"
    lxp_api_version = 1
