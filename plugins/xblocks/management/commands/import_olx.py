"""The command `lxp import_olx`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.api import Theme
from lxp.exceptions import LxpError
from plugins.xblocks.olx.conversion import convert
from plugins.xblocks.olx.files import read_course
from plugins.xblocks.services.importing import import_course


class Command(BaseCommand):
    help = "Import a course of Open edX (OLX: a .tar.gz or folder) as modules. Updates when repeated; all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="The archive, or the folder with course.xml.")
        parser.add_argument("--owner", required=True, help="Short name of the organisation that gets it.")
        parser.add_argument("--language", default="nl", help="In which language the course is written (default nl).")
        parser.add_argument("--theme", choices=Theme.values, default=Theme.PRATEN.value, help="Colour and drawing.")
        parser.add_argument("--sharing", choices=["organisation", "coalition", "public"], default="organisation")
        parser.add_argument("--dry-run", action="store_true", help="Read and report only; store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["language"]
        try:
            files = read_course(options["source"])
            course = convert(files, language=language, sharing=options["sharing"], theme=options["theme"])
            if not options["dry_run"]:
                pages = import_course(course=course, owner=options["owner"], language=language)
                self.stdout.write(f"{course.title}: {len(pages)} modules.")
        except LxpError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(course.report.as_text())
