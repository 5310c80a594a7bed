"""The command `lxp import_cnxml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.api import Theme
from courses.cnxml import Placement, read_book
from courses.services.importing import import_book
from lxp.exceptions import LxpError
from lxp.services.jobs import shown


class Command(BaseCommand):
    help = "Import an OpenStax book (CNXML in a .tar.gz) as topic pages and modules. Updates when repeated; all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The archive, such as nutrition-for-nurses-cnxml.tar.gz.")
        parser.add_argument("--owner", default="expertisecentrum", help="Short name of the organisation that gets it.")
        parser.add_argument("--theme", choices=Theme.values, default=Theme.HYGIENE.value, help="Colour and drawing.")
        parser.add_argument("--sharing", choices=["organisation", "coalition", "public"], default="public")
        parser.add_argument("--dry-run", action="store_true", help="Read and report only; store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        placement = Placement(owner=options["owner"], theme=options["theme"], sharing=options["sharing"])
        try:
            book = read_book(options["file"], placement=placement)
            if not options["dry_run"]:
                with shown(name="import", about=options["file"].name):
                    imported = import_book(book=book, owner=options["owner"], theme=options["theme"])
                self.stdout.write(f"{imported.page.title}: {imported.modules} modules in {imported.chapters} chapters.")
        except LxpError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(book.report.as_text())
