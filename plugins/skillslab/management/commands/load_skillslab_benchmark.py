"""The command `lxp load_skillslab_benchmark`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lxp.models import Organisation
from plugins.skillslab.benchmark import SLUG, load_skillslab
from plugins.skillslab.models import Skillslab


class Command(BaseCommand):
    help = (
        "Add a skillslab to what `lxp load_benchmark` made: so many years of 3,000 sessions and 40,000 bookings each."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--years", type=int, default=10, help="How many years (default 10).")

    def handle(self, *args: Any, **options: Any) -> None:
        if not Organisation.objects.filter(slug__startswith="benchmark-").exists():
            raise CommandError("Run `lxp load_benchmark` first.")
        if Skillslab.objects.filter(slug=SLUG).exists():
            raise CommandError("This skillslab is here already.")
        sessions, bookings = load_skillslab(years=options["years"])
        self.stdout.write(f"{sessions} sessions, {bookings} bookings.")
