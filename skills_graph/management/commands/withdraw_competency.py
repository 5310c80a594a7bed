"""The command `lxp withdraw_competency`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from skills_graph.models import Competency
from skills_graph.services.definitions import retire_competency


class Command(BaseCommand):
    help = "Withdraw a competency: nothing new proves it, and who holds it keeps it until its day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("uri", metavar="ADDRESS", help="The address of the competency, as its framework names it.")
        parser.add_argument(
            "--on", metavar="DAY", type=date.fromisoformat, help="Since which day: 2026-11-23. Today without it."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = Competency.objects.filter(uri=options["uri"]).first()
        if found is None:
            raise CommandError(
                f"There is no competency {options['uri']}. Its address stands in the file of its framework."
            )
        competency = retire_competency(competency=found, on=options["on"])
        self.stdout.write(f"{competency} is withdrawn since {competency.retired_on}.")
