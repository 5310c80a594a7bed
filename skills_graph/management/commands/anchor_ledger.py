"""The command `lxp anchor_ledger`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from skills_graph.exceptions import AnchorsDamagedError
from skills_graph.services.anchors import anchor_heads, path


class Command(BaseCommand):
    help = "Keep the heads of the ledger in a file beside the database, as happens by itself. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--restored", default="", metavar="WHY", help="Begin anew, since an older backup was put back; say why."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = anchor_heads(restored=options["restored"])
        except (AnchorsDamagedError, OSError) as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"Anchored {count} heads in {path()}.")
