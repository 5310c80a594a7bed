"""Starts the platform: plugins are loaded once Django is ready."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LxpConfig(AppConfig):
    name = "lxp"
    verbose_name = _("Platform")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lxp import checks, plugin_manager  # noqa: F401,PLC0415 - models are ready only now

        plugin_manager.load()
