"""Starts the platform: the queue is known and plugins are loaded once Django is ready."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class LxpConfig(AppConfig):
    name = "lxp"
    verbose_name = _("Platform")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created  # noqa: PLC0415 - models are ready only now

        from lxp import checks, plugin_budget, plugin_manager  # noqa: F401,PLC0415 - models are ready only now

        connection_created.connect(plugin_budget.watch_queues, dispatch_uid="lxp.watch_queues")

        import_string(settings.CELERY_APPLICATION)  # else tasks go to a queue that nobody reads
        plugin_manager.load()
