"""The command `lxp load_library`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation

from lxp import plugin_manager
from lxp.library import LibraryError, LibraryReport, LibrarySection, in_order, read_yaml
from lxp.search import consumer
from lxp.search.exceptions import IndexBusyError

DEFAULT = Path(__file__).resolve().parents[2] / "library"


class Command(BaseCommand):
    help = "Load a library: organisations, people, topics, modules and courses from a folder of files. Updates; never doubles."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory", nargs="?", type=Path, default=DEFAULT, help="The folder (default: the demo's)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        if not directory.is_dir():
            raise CommandError(f"There is no folder {directory}.")
        report = LibraryReport()
        with translation.override("nl"):
            sections, failed = plugin_manager.ask_each("library_sections", expects=LibrarySection)
            report.problems += [f"The folders of plugin {name} are left out: it failed." for name in failed]
            for section in in_order(sections):
                self._load(section, directory, report)
        for name, count in report.counts.items():
            self.stdout.write(f"{name}: {count}")
        self._index()
        if report.problems:
            raise CommandError("\n".join(report.problems))

    def _index(self) -> None:
        """What was loaded can be found at once; where a worker is at it already, or the disk refuses, a little later."""
        with suppress(IndexBusyError, OSError):
            for line in consumer.catch_up():
                self.stdout.write(line)

    def _load(self, section: LibrarySection, directory: Path, report: LibraryReport) -> None:
        for path in section.files(directory):
            try:
                with transaction.atomic():
                    section.load(section.slug_of(path), read_yaml(path), path)
            except LibraryError as problem:
                report.problems.append(str(problem))
            except (KeyError, TypeError, ValueError, ValidationError) as problem:
                report.problems.append(f"{path}: {type(problem).__name__}: {problem}")
            else:
                report.count(section.folder, path)
