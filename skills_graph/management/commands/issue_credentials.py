"""The command `lxp issue_credentials`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lxp.services.jobs import Turn
from skills_graph.services.credentials import issue_to_everybody


class Command(BaseCommand):
    help = "Issue and withdraw credentials for everybody for whom the ledger says so. Safe to repeat; goes on where it was."

    def handle(self, *args: Any, **options: Any) -> None:
        turn = Turn.MORE
        while turn == Turn.MORE:
            turn = issue_to_everybody(self._report)
        if turn == Turn.TAKEN:
            raise CommandError("Another process does this now. Its progress stands under “Work in the background”.")
        self.stdout.write("Everybody has the credentials that the ledger says.")

    def _report(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total} people")
