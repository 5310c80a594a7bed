"""The command `lxp load_benchmark`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from courses.benchmark.corpus import load_corpus, slug_of
from courses.benchmark.people import email_of
from courses.benchmark.vocabulary import VOCABULARIES
from lxp.models import Organisation, User
from lxp.search import consumer


class Command(BaseCommand):
    help = (
        "Fill an empty database with the corpus on which speed is measured: 8 organisations, 1,000 learners, 200 "
        "modules of three lessons and a quiz, 10,000 enrolments, 180 competencies with a profile, and 120 rows of evidence "
        "for each learner with what follows; the same at every run. Modules after the 200th have a title and a summary only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--modules", type=int, default=200, help="How many modules (default 200; growth: 500, 5000)."
        )
        parser.add_argument("--people", type=int, default=1000, help="How many learners (default 1000).")
        parser.add_argument(
            "--vocabulary",
            choices=sorted(VOCABULARIES),
            default="small",
            help="About 50 words, or 5,000 by Zipf's law.",
        )
        parser.add_argument(
            "--beside-existing",
            action="store_true",
            help="Load also where there are people already: never in production.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        module_count, person_count = options["modules"], options["people"]
        if module_count < 1 or person_count < 0:
            raise CommandError("Give at least one module, and no negative number of people.")
        if Organisation.objects.filter(slug=slug_of(0)).exists():
            raise CommandError("The benchmark is in this database already. Start with an empty one.")
        people = User.objects.count()
        if people and not options["beside_existing"]:
            raise CommandError(
                f"This database holds {people} people already. Use an empty one, or --beside-existing if you are sure."
            )
        with translation.override("nl"):
            load_corpus(module_count=module_count, person_count=person_count, vocabulary=options["vocabulary"])
        self.stdout.write(f"Search index built in {consumer.rebuild()} seconds.")
        self.stdout.write(f"{module_count} modules, {person_count} learners, such as {email_of(0)}.")
