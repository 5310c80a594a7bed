"""The command `lxp rotate_key`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lxp.models import Organisation
from skills_graph.exceptions import SigningKeyError
from skills_graph.services.keys import rotate_key


class Command(BaseCommand):
    help = (
        "Give an organisation a new signing key: when the old one was lost, or is old. What older keys signed stays valid. "
        "With --revoke they are no longer trusted, and what they signed is issued anew: when somebody may have seen one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", metavar="ORGANISATION", help="The short name of the organisation.")
        parser.add_argument("--revoke", action="store_true", help="Trust none of the older keys any more.")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            slugs = ", ".join(Organisation.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no organisation {options['organisation']}. There are: {slugs or 'none'}.")
        try:
            row = rotate_key(organisation=organisation, revoke=options["revoke"])
        except SigningKeyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{organisation} now signs with {row.public_multibase}.")
        if options["revoke"]:
            self.stdout.write("Older keys are no longer trusted. Run lxp reconcile to issue anew what they signed.")
