"""The command `lxp check_ledger`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from skills_graph.exceptions import AnchorsDamagedError
from skills_graph.models import Evidence
from skills_graph.services import anchors
from skills_graph.services.inspection import broken_chains, unguarded, wrong_holdings


class Command(BaseCommand):
    help = (
        "Check that the database guards the ledger, that no row of it was changed or removed, also not with the whole "
        "chain (the file of anchors beside the database says so), and that the holdings are "
        "what follows from it. Changes nothing. Ends with 1 when something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--skip-holdings", action="store_true", help="Check only the ledger itself, which is quicker."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = [f"The database lacks {name}. Run: lxp migrate" for name in unguarded()]
        faults += [
            f"Evidence {row.uuid} of person {row.person_id} (number {row.number}) does not fit in its chain."
            for row in broken_chains()
        ]
        faults += self._anchor_faults()
        if not options["skip_holdings"]:
            faults += [
                f"Person {person_id} holds otherwise than the ledger says: {', '.join(each.uri for each in competencies)}. "
                "Run: lxp rebuild_holdings"
                for person_id, competencies in wrong_holdings(self._report)
            ]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"The ledger has {len(faults)} faults.")
        self.stdout.write(f"The ledger is whole: {Evidence.objects.count()} rows.")

    def _anchor_faults(self) -> list[str]:
        """What the file beside the database says otherwise."""
        if not anchors.path().exists():
            self.stdout.write("Nothing is anchored outside the database yet. Run: lxp anchor_ledger")
            return []
        try:
            replaced = list(anchors.replaced_chains())
        except AnchorsDamagedError as damage:
            return [str(damage)]
        return [
            f"Row {number} of person {person_id} is not the one that was anchored: it was replaced, or is gone."
            for person_id, number in replaced
        ]

    def _report(self, done: int, total: int) -> None:
        self.stdout.write(f"Replayed {done} of {total} people")
