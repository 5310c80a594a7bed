"""The command `lxp reconcile`."""

from typing import Any

from django.core.management.base import BaseCommand

from lxp import reconciliation


class Command(BaseCommand):
    help = "Find what should exist and does not, or should no longer exist, and put it right. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in reconciliation.reconcile():
            self.stdout.write(line)
        changed = reconciliation.sync_roles()
        self.stdout.write(f"Editor groups changed for {changed} people.")
