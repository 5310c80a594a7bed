"""The command `lxp look_at_links`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from content.services.decision_aids import look_at_links


class Command(BaseCommand):
    help = (
        "Ask the pages of decision aids that were not looked at this week whether they are still there. Safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for aid in look_at_links():
            self.stdout.write(f"{aid.fault}: {aid.url} ({aid.title}, {aid.organisation})")
