"""The command `lxp erase_person`."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lxp.models import User
from lxp.services.erasures import ErasureRefusedError, erase_person


class Command(BaseCommand):
    help = "Wipe a person from everything but the ledger, which gives them up later. Cannot be undone; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", type=UUID, help="The person's uuid.")
        parser.add_argument("--keep-evidence-until", type=date.fromisoformat, help="A date like 2028-12-31.")
        parser.add_argument("--dry-run", action="store_true", help="Say who it would be; change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(uuid=options["person"]).first()
        if person is None:
            raise CommandError(f"There is no person {options['person']}.")
        if options["dry_run"]:
            self.stdout.write(f"Would wipe person {person.uuid}, here since {person.date_joined:%Y-%m-%d}.")
            return
        try:
            erasure = erase_person(person=person, by=None, keep_evidence_until=options["keep_evidence_until"])
        except ErasureRefusedError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Wiped person {person.uuid}. Evidence goes on {erasure.keep_evidence_until}.")
