"""The command `lxp send_digests`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lxp.notices import digests, sending
from lxp.notices.post import MailServerAwayError


class Command(BaseCommand):
    help = "Send the digests that are due now, and the notices that wait. Safe to repeat: nobody gets two on one day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say to whom how many things; send and write nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            count = 0
            for count, (person, things) in enumerate(digests.planned(), 1):  # noqa: B007 - the last count is said below
                self.stdout.write(f"Person {person.uuid}: {things} things, in {person.language}.")
            self.stdout.write(f"{count} digests would go.")
            return
        try:
            notices, tally = sending.send_notices(), digests.send_digests()
        except MailServerAwayError as fault:
            raise CommandError(f"{fault} Nothing is lost: it is tried again, or give this command again.") from fault
        self.stdout.write(f"Notices: {_said(notices)}.")
        self.stdout.write(f"Digests: {_said(tally)}.")


def _said(tally: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(tally.items())) or "none due"
