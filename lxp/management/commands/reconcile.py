"""The command `lxp reconcile`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lxp import reconciliation


class Command(BaseCommand):
    help = "Find what should exist and does not, or should no longer exist, and put it right. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        fault: reconciliation.ReconciliationError | None = None
        try:
            done = reconciliation.reconcile()
        except reconciliation.ReconciliationError as failed:
            done, fault = failed.done, failed
        for line in done:
            self.stdout.write(line)
        changed = reconciliation.sync_roles()
        self.stdout.write(f"Editor groups changed for {changed} people.")
        if fault is not None:
            raise CommandError(str(fault)) from fault
