"""The command `lxp verify`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from lxp.wording import clock_time, dated_day, is_midnight, last_day
from skills_graph.openbadges import Outcome, Reason, Sources, UnreadableError, Verdict, read_json, verify
from skills_graph.openbadges.dates import format_timestamp
from skills_graph.openbadges.reading import LARGEST_FILE_BYTES
from skills_graph.services.documents import own_credential, own_document


class Command(BaseCommand):
    help = (
        "Check a credential: who signed it, whether it was changed, ended or withdrawn. Needs nothing of the database. "
        "Ends with 0 when it is valid, 1 when it is not, with the reason, and 2 when it cannot be read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE",
            help="The credential: JSON, or a PNG or SVG picture that holds it; or the address of one of our own.",
        )
        parser.add_argument(
            "--did",
            metavar="FILE",
            action="append",
            default=[],
            help="The document of an issuer, with its keys, used instead of asking the issuer; may be repeated.",
        )
        parser.add_argument(
            "--status",
            metavar="FILE",
            action="append",
            default=[],
            help="A status list credential, used instead of asking for it; may be repeated.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            issuers, status_lists = _documents(options["did"]), _documents(options["status"])
            sources = Sources(issuers=issuers, status_lists=status_lists, own=own_document)
            verdict = verify(own_credential(options["file"]) or _content(options["file"]), sources=sources)
        except UnreadableError as error:
            verdict = Verdict(Outcome.UNREADABLE, (Reason.of(error),))
        self.stdout.write(_heading(verdict))
        for reason in verdict.reasons:
            self.stdout.write(f"{reason.sentence} [{reason.full_code}]")
        for line in _summary(verdict):
            self.stdout.write(line)
        sys.exit(verdict.exit_code)


def _documents(names: Iterable[str]) -> list[dict[str, Any]]:
    return [read_json(_content(name)) for name in names]


def _content(name: str) -> bytes:
    """No more of a file than is needed to see that it is too large."""
    try:
        with Path(name).open("rb") as file:
            return file.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableError("file_missing", file=name) from error


def _heading(verdict: Verdict) -> str:
    return {
        Outcome.VALID: _("Valid"),
        Outcome.NOT_VALID: _("Not valid"),
        Outcome.UNREADABLE: _("Unreadable"),
    }[verdict.outcome]


def _end(moment: datetime | None) -> str:
    """As the page says it, and the moment itself for programs; nothing where there is no end."""
    if moment is None:
        return ""
    words = f"{dated_day(moment)}, {clock_time(moment)}"
    if is_midnight(moment):
        words = _("the end of %(day)s") % {"day": dated_day(last_day(moment))}
    return f"{words} ({format_timestamp(moment)})"


def _summary(verdict: Verdict) -> list[str]:
    """What the credential says; what is not valid says nothing."""
    summary = verdict.summary
    if summary is None or not verdict.is_valid:
        return []
    lines = [
        (_("Competence"), summary.achievement),
        (_("Of"), summary.recipient_name),
        (_("Issued by"), " · ".join(part for part in (summary.issuer_name, summary.issuer) if part)),
        (_("Valid until"), _end(summary.valid_until)),
    ]
    return [f"{name}: {text}" for name, text in lines if text]
