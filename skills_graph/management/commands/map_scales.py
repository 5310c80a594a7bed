"""The command `lxp map_scales`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.models import Scale
from skills_graph.services.definitions import add_scale_map


class Command(BaseCommand):
    help = (
        "Say what each level of a scale is on another one, so that a skill of the one may infer one of the other. "
        "Saying it again with other ranks takes the place of what was said."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="FROM", help="The short name of a scale.")
        parser.add_argument("target", metavar="TO", help="The short name of the other.")
        parser.add_argument(
            "ranks",
            metavar="RANK",
            nargs="+",
            type=int,
            help="For each level of FROM, lowest first: which of TO; 0 is none.",
        )
        parser.add_argument("--source-text", default="", help="Where that is written.")

    def handle(self, *args: Any, **options: Any) -> None:
        scales = {each.slug: each for each in Scale.objects.order_by("slug")}
        for slug in (options["source"], options["target"]):
            if slug not in scales:
                raise CommandError(f"There is no scale {slug}. There are: {', '.join(scales) or 'none'}.")
        source, target = scales[options["source"]], scales[options["target"]]
        try:
            add_scale_map(source=source, target=target, ranks=options["ranks"], source_text=options["source_text"])
        except DefinitionRefusedError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{source} now leads to {target}.")
