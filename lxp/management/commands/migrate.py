"""The command `lxp migrate`: Django's, except that a plugin whose migration fails is put aside and stops nothing else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db.migrations import Migration

from lxp import plugin_discovery
from lxp.plugin_incidents import record_incident


class Command(migrate.Command):
    at_work: Migration | None = None

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every migration; those of a plugin that fails wait for the next time. Naming an app is Django's own."""
        if options["app_label"]:
            super().handle(*args, **options)
            return
        failed: dict[str, Exception] = {}
        known = dict(settings.MIGRATION_MODULES)
        try:
            while not self._is_done(failed, args, options):
                pass
        finally:
            settings.MIGRATION_MODULES = known
        for name, fault in failed.items():
            record_incident(name, "migrate", fault)
            self.stderr.write(
                f"Plugin {name} could not be migrated ({fault}). Everything else was. It stays out of use until "
                "`lxp migrate` ends without this line: install a version that works, and run it again."
            )

    def _is_done(self, failed: dict[str, Exception], args: Any, options: dict[str, Any]) -> bool:
        """Run what is left; where a plugin stops it, leave that one out and say that there is more to do."""
        self.at_work = None
        try:
            super().handle(*args, **options)
        except Exception as fault:
            name = self.at_work.app_label if self.at_work is not None else ""
            if name not in plugin_discovery.found:
                raise
            failed[name] = fault
            settings.MIGRATION_MODULES[name] = None  # to Django it has none now
            return False
        return True

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action in ("apply_start", "apply_success"):
            self.at_work = migration if action == "apply_start" else None
        super().migration_progress_callback(action, migration, fake)
