"""The command `lxp import_esco`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from lxp.exceptions import LxpError
from lxp.services.jobs import shown
from skills_graph.frameworks.esco import ATTRIBUTION, read_esco
from skills_graph.services.storing import store_framework


class Command(BaseCommand):
    help = (
        "Import ESCO (a folder of CSV files, plain or gzipped) as a framework. Updates when repeated; all or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="The folder with the files of ESCO.")
        parser.add_argument("--esco-version", default="1.2.0", help="The version of ESCO (default 1.2.0).")
        parser.add_argument("--dry-run", action="store_true", help="Read, check and report only; store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = read_esco(options["directory"], version=options["esco_version"])
            document = reading.document
            demands = sum(len(each.demands) for each in document.occupations)
            self.stdout.write(
                f"Read {len(document.entries)} competencies, {len(document.links)} relations, "
                f"{len(document.occupations)} profiles with {demands} requirements."
            )
            for note in reading.notes:
                self.stdout.write(note)
            if options["dry_run"]:
                problems = document.check()
                if problems:
                    raise CommandError("\n".join(problems))
                self.stdout.write("Nothing stored.")
                return
            with shown(name="import", about=document.title):
                changed = store_framework(document=document)
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")  # SQLite would go on planning for the few rows that there were
        except LxpError as refusal:
            raise CommandError(str(refusal)) from refusal
        told = ", ".join(f"{number} {name}" for name, number in changed.items() if number)
        self.stdout.write(f"Changed: {told}." if told else "Nothing changed.")
        self.stdout.write(ATTRIBUTION)
