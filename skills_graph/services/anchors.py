"""The heads of the chains, kept beside the database and not in it: who can write the database cannot replace a chain unseen.

A line of the file holds the last number and digest of every ledger that grew since the line before, and the digest of that
line. A digest stands for all earlier rows of its chain, so of each person only the last one matters. No line says what
anybody did, or who they are.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import Erasure
from skills_graph.exceptions import AnchorsDamagedError
from skills_graph.models import Evidence

FILE = "ledger-heads.jsonl"
OVERLAP = 1000  # rows: one with a lower id may be committed later
ROWS_AT_ONCE, PEOPLE_AT_ONCE = 2000, 500

Head = tuple[int, str]  # the number of a row, and its digest


@dataclass
class Anchors:
    """What the file says: the last head of each person, up to which row it looked, and the digest of its last line."""

    heads: dict[int, Head] = field(default_factory=dict)
    last: int = 0
    digest: str = ""


def path() -> Path:
    return settings.VAR_DIR / FILE


def anchor_heads(*, restored: str = "") -> int:
    """Add the heads of all ledgers that grew since the last time; returns how many. Safe to repeat.

    `restored` says why earlier lines no longer hold, such as a backup that was older than they are: all heads are written
    anew and the check begins there. Raises AnchorsDamagedError where the file was changed, and OSError.
    """
    with path().open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed
        known = anchors()
        heads, last = _heads_since(0 if restored else max(known.last - OVERLAP, 0))
        grown = {pk: head for pk, head in heads.items() if restored or known.heads.get(pk) != head}
        if grown or restored:
            line = {"at": timezone.now().isoformat(), "last": last, "previous": known.digest, "heads": grown}
            text = json.dumps({**line, "restored": restored} if restored else line, separators=(",", ":"))
            # An empty line first: the one before may have been broken off by a full disk.
            file.write(f"\n{text}\n")
            file.flush()
            os.fsync(file.fileno())
    return len(grown)


def _heads_since(row_id: int) -> tuple[dict[int, Head], int]:
    """The last row of everybody of whom rows came after this one, and the last of all rows."""
    heads: dict[int, Head] = {}
    last = row_id
    rows = Evidence.objects.filter(pk__gt=row_id).order_by("pk").values_list("pk", "person", "number", "digest")
    for pk, person, number, digest in rows.iterator(chunk_size=ROWS_AT_ONCE):
        heads[person], last = (number, digest), pk
    return heads, last


def anchors() -> Anchors:
    """What the file says; nothing where there is none. A line that was broken off never counted. Raises
    AnchorsDamagedError where a line is not the one that was written after the line before it."""
    found = Anchors()
    if not path().exists():
        return found
    with path().open(encoding="utf-8", errors="replace") as file:
        for number, text in enumerate(file, start=1):
            line = _parsed(text.strip())
            if line is None:
                continue
            if line["previous"] != found.digest:
                raise AnchorsDamagedError(
                    _("Line %(number)d of %(file)s does not follow the one before it. Put back the copy that you keep.")
                    % {"number": number, "file": path()}
                )
            heads = {int(pk): (row, digest) for pk, (row, digest) in line["heads"].items()}
            kept = {} if "restored" in line else found.heads
            found = Anchors(kept | heads, line["last"], sha256(text.strip().encode()).hexdigest())
    return found


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and {"last", "previous", "heads"} <= line.keys() else None


def replaced_chains() -> Iterator[tuple[int, int]]:
    """(person's id, number of the row) of each anchored head that the ledger no longer has. Evidence of who was wiped goes
    when its time has passed; that is no fault. Raises AnchorsDamagedError."""
    heads = anchors().heads
    gone = set(Erasure.objects.evidence_due(timezone.localdate()).values_list("person", flat=True))
    people = sorted(heads.keys() - gone)
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        piece = people[start : start + PEOPLE_AT_ONCE]
        rows = Evidence.objects.filter(person__in=piece, number__in={heads[pk][0] for pk in piece}).order_by()
        there = {(person, number): digest for person, number, digest in rows.values_list("person", "number", "digest")}
        for pk in piece:
            number, digest = heads[pk]
            if there.get((pk, number)) != digest:
                yield pk, number
