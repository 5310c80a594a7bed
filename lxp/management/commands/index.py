"""The command `lxp index`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from modelsearch.backends import get_search_backend

from lxp.models import SearchChange
from lxp.search import consumer
from lxp.search.exceptions import IndexBusyError


class Command(BaseCommand):
    help = "Say how the search index stands, bring it up to date, or build it anew beside the one that serves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["status", "drain", "rebuild"], help="What to do.")

    def handle(self, *args: Any, **options: Any) -> None:
        acts = {"status": self._status, "drain": consumer.catch_up, "rebuild": self._rebuild}
        try:
            lines: list[str] = acts[options["act"]]()
        except IndexBusyError as fault:
            raise CommandError(f"{fault} Try again in a moment.") from fault
        except OSError as fault:
            raise CommandError(f"The index was not written, and the old one serves on: {fault}") from fault
        for line in lines or ["Nothing to do."]:
            self.stdout.write(line)

    def _status(self) -> list[str]:
        backend = get_search_backend()
        state = (
            "cannot be read; it is built at the next reconcile"
            if consumer.is_broken(backend, thoroughly=True)
            else "in order"
        )
        return [f"{type(backend).__name__}: {state}.", f"{SearchChange.objects.count()} changes to take in."]

    def _rebuild(self) -> list[str]:
        return [f"Built the search index anew in {consumer.rebuild()} seconds."]
