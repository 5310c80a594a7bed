"""The command `lxp rebuild_holdings`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lxp.models import User
from lxp.services.jobs import Turn
from skills_graph.models import Competency
from skills_graph.services.holdings import rebuild_everybody, rebuild_holdings


class Command(BaseCommand):
    help = "Derive from the ledger anew what people hold, after a change of the graph or a restore. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--person", action="append", default=[], help="Only this e-mail address. May be repeated.")
        parser.add_argument(
            "--competency", action="append", default=[], help="Only who has records of this address. May be repeated."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        people, competencies = options["person"], options["competency"]
        if not people and not competencies:
            self._everybody()
            return
        found = User.objects.filter(email__in=people)
        wanted = Competency.objects.filter(uri__in=competencies)
        for asked, there in ((people, found), (competencies, wanted)):
            if there.count() != len(set(asked)):
                raise CommandError("One of these is not there. Check the addresses.")
        changes = rebuild_holdings(
            people=[each.pk for each in found] if people else None,
            competencies=list(wanted) if competencies else None,
            report=self._report,
        )
        self.stdout.write(f"Holdings differed for {len(changes)} people.")

    def _everybody(self) -> None:
        turn = Turn.MORE
        while turn == Turn.MORE:
            turn = rebuild_everybody(self._report)
        if turn == Turn.TAKEN:
            raise CommandError("Another process does this now. Its progress stands under “Work in the background”.")
        self.stdout.write("Everybody's holdings are what follows from the ledger.")

    def _report(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total} people")
