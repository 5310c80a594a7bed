"""What people hold, made from the ledger: in the transaction that changes it, and anew whenever the graph changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from lxp import plugin_manager
from lxp.models import User
from lxp.prepared import Prepared
from lxp.services.jobs import Turn, describe, go_through
from skills_graph.inference import Claim, Entry, cited, derive, why
from skills_graph.models import Competency, Derivation, Evidence, Holding
from skills_graph.services.changes import people_behind
from skills_graph.services.snapshots import current_snapshot, snapshot_at
from skills_graph.snapshot import Snapshot

JOB = "holdings"
BEHIND_JOB = "holdings-behind"
PEOPLE_AT_ONCE = 100  # in one transaction: on SQLite nobody else writes meanwhile
ROWS_AT_ONCE = 500  # in one statement
PLAIN_FIELDS = tuple(name for name in Entry._fields if name not in {"uuid", "revokes"})
STORED_FIELDS = ("pk", "competency", "level", "assurance", "until", "why", "rule", "issuer")

describe(JOB, _("Work out anew what people can do"))
describe(BEHIND_JOB, _("Work out what changed skills mean for people"))

Key = tuple[int, int, int, date]  # competency, level, assurance, until
Report = Callable[[int, int], None]  # how many people are done, and of how many


@dataclass(frozen=True)
class Change:
    """What deriving anew did to one person's holdings: the competencies that are held otherwise than before."""

    person_id: int
    competency_ids: frozenset[int]


def lock_ledger(person_ids: Collection[int]) -> frozenset[int]:
    """Let nobody else write the ledgers of these people before this transaction ends; returns who of them was wiped.

    Not the key of the row: others may refer to the person meanwhile, such as an assessor who signs for somebody else.
    On SQLite every transaction that may write has the only lock already.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk")
    return frozenset(pk for pk, wiped_at in rows.values_list("pk", "wiped_at") if wiped_at is not None)


def write_holdings(person: User) -> Change:
    """Bring a person's holdings in line with the ledger, which is locked, and with the graph; says what changed."""
    change = _derive([person.pk], current_snapshot(), frozenset())[0]
    _announce(change, lambda: person)
    return change


def _announce(change: Change, person: Callable[[], User]) -> None:
    if change.competency_ids:
        plugin_manager.announce(
            "holding_changed",
            organisations=lambda: person().organisations,
            person_id=change.person_id,
            competency_ids=sorted(change.competency_ids),
        )


def _derive(person_ids: list[int], graph: Snapshot, wiped: frozenset[int]) -> list[Change]:
    """Of these people, whose ledgers are locked. By which graph they were derived is not kept of who was wiped."""
    if len(person_ids) == 1:
        evidence, holdings = _evidence_of.rows(*person_ids), _holdings_of.rows(*person_ids)
    else:
        evidence = _evidence_rows(_counting_evidence().filter(person__in=person_ids))
        holdings = _holding_rows(Holding.objects.filter(person__in=person_ids))
    entries = _by_person(person_ids, _entries(evidence))
    stored: dict[int, list[_Stored]] = {pk: [] for pk in person_ids}
    versions: dict[int, int | None] = {}
    for person_id, version, *fields in holdings:
        stored[person_id].append(_Stored(*fields))
        versions[person_id] = version
    found = [_difference(pk, entries[pk], stored[pk], graph) for pk in person_ids]
    _write(found)
    _note_version([pk for pk in person_ids if versions.get(pk) != graph.number and pk not in wiped], graph.number)
    return [each.change for each in found]


def _note_version(person_ids: list[int], number: int) -> None:
    Derivation.objects.bulk_create(
        [Derivation(person_id=pk, graph_version=number) for pk in person_ids],
        update_conflicts=True, unique_fields=["person"], update_fields=["graph_version"],
    )  # fmt: skip


def _counting_evidence() -> Any:
    """All evidence but that of people who were wiped: it stands in the ledger for a time, and nothing follows from it."""
    return Evidence.objects.filter(person__wiped_at__isnull=True)


def _by_person(person_ids: list[int], rows: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {pk: [] for pk in person_ids}
    for person_id, row in rows:
        found[person_id].append(row)
    return found


def _evidence_rows(rows: Any) -> Any:
    """Ids as text: making UUIDs of them took a fifth of the time."""
    plain = rows.order_by().annotate(uuid_text=Cast("uuid", CharField()), revokes_text=Cast("revokes", CharField()))
    return plain.values_list("person", "uuid_text", "revokes_text", *PLAIN_FIELDS)


def _holding_rows(rows: Any) -> Any:
    return rows.order_by().values_list("person", "person__derivation__graph_version", *STORED_FIELDS)


# Whoever adds to a ledger asks these of one person.
_evidence_of = Prepared(lambda person: _evidence_rows(_counting_evidence().filter(person=person)))
_holdings_of = Prepared(lambda person: _holding_rows(Holding.objects.filter(person=person)))


def _entries(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, Entry]]:
    """(person's id, entry)."""
    for person_id, uuid, revokes, *fields in rows:
        number, competency, level, assurance, kind, failed, occurred_on, valid_until, issuer = fields
        yield (
            person_id,
            Entry(
                _dashed(uuid), number, competency, level, assurance, kind, failed, occurred_on, valid_until,
                revokes and _dashed(revokes), issuer,
            ),
        )  # fmt: skip


def _dashed(text: str) -> str:
    """An id as PostgreSQL writes it; SQLite keeps its digits only."""
    return text if "-" in text else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class _Stored(NamedTuple):
    """A holding as it is in the database; lighter than a row of the model, and there are many."""

    pk: int
    competency: int
    level: int
    assurance: int
    until: date
    why: dict[str, Any]
    rule: str
    issuer: int | None

    @property
    def key(self) -> Key:
        return self.competency, self.level, self.assurance, self.until


def _key(claim: Claim) -> Key:
    return claim.competency, claim.level, claim.assurance, claim.until


def differences(person_id: int) -> set[int]:
    """The competencies that a person holds otherwise than the ledger says; writes nothing."""
    graph = current_snapshot()
    entries = [entry for _pk, entry in _entries(_evidence_of.rows(person_id))]
    wanted = {_key(claim): why(claim, graph) for claim in derive(entries, graph)}
    rows = (_Stored(*fields) for fields in Holding.objects.filter(person=person_id).values_list(*STORED_FIELDS))
    stored = {row.key: row.why for row in rows}
    return {key[0] for key in wanted.keys() | stored.keys() if wanted.get(key) != stored.get(key)}


@dataclass(frozen=True)
class _Difference:
    """What has to be written for one person; most of what somebody holds stays as it is."""

    change: Change
    gone: list[int]
    added: list[Holding]
    explained: list[Holding]


def _difference(person_id: int, entries: list[Entry], stored: list[_Stored], graph: Snapshot) -> _Difference:
    before = {row.key: row for row in stored}
    after = {_key(claim): claim for claim in derive(entries, graph)}
    changed = {key[0] for key in before.keys() ^ after.keys()}
    by_uuid = {str(entry.uuid): entry for entry in entries}
    explained = []
    for key in before.keys() & after.keys():
        row, reason = before[key], why(after[key], graph)
        if row.why != reason or row.issuer is None:
            explained.append(_holding(person_id, after[key], reason, by_uuid, pk=row.pk))
        if row.why != reason:
            changed.add(key[0])
    return _Difference(
        Change(person_id, frozenset(changed)),
        gone=[row.pk for key, row in before.items() if key not in after],
        added=[
            _holding(person_id, claim, why(claim, graph), by_uuid) for key, claim in after.items() if key not in before
        ],
        explained=explained,
    )


def _write(differences: Collection[_Difference]) -> None:
    """Of everybody together: at most three statements for any number of people."""
    gone = [pk for each in differences for pk in each.gone]
    if gone:
        Holding.objects.filter(pk__in=gone).delete()
    Holding.objects.bulk_create([row for each in differences for row in each.added], batch_size=ROWS_AT_ONCE)
    explained = [row for each in differences for row in each.explained]
    Holding.objects.bulk_update(explained, ["why", "rule", "issuer"], batch_size=ROWS_AT_ONCE)


def _holding(
    person_id: int, claim: Claim, reason: dict[str, Any], entries: Mapping[str, Entry], pk: int | None = None
) -> Holding:
    deciding = max(
        (entries[uuid] for uuid in cited(reason)), key=lambda entry: (entry.assurance, entry.occurred_on, entry.number)
    )
    return Holding(
        pk=pk,
        person_id=person_id,
        competency_id=claim.competency,
        level=claim.level,
        assurance=claim.assurance,
        until=claim.until,
        why=reason,
        rule=claim.rule,
        issuer_id=deciding.issuer,
    )


def evidence_on(day: date, moment: datetime | None = None) -> Any:
    """The evidence that counts for a past day, by what was known at a moment; None is what is known now.

    What happened after that day proves nothing for it, however early it was known. A row that revokes counts from when it
    is known, whatever its day: who looks back knows better.
    """
    rows = _counting_evidence().filter(Q(occurred_on__lte=day) | Q(revokes__isnull=False))
    return rows if moment is None else rows.known_at(moment)


def claims_on(people: Iterable[int], *, day: date, moment: datetime | None = None) -> Iterator[tuple[int, list[Claim]]]:
    """(person id, what follows from their evidence) on a past day, for people (ids); not stored.

    By the evidence and the definitions that were known at a moment; None is what is known now. What had lapsed by that day
    is told too. So many people at a time, one query for each.
    """
    rows, graph = evidence_on(day, moment), _graph_at(moment)
    remaining = iter(sorted(people))
    while batch := list(islice(remaining, PEOPLE_AT_ONCE)):
        ledgers: dict[int, list[Entry]] = {}
        for person_id, entry in _entries(_evidence_rows(rows.filter(person__in=batch))):
            ledgers.setdefault(person_id, []).append(entry)
        yield from ((person_id, derive(entries, graph)) for person_id, entries in sorted(ledgers.items()))


def explained_on(person_id: int, *, day: date, moment: datetime | None = None) -> list[tuple[Claim, dict[str, Any]]]:
    """What follows for one person on a past day, each with its derivation as a holding of today stores it."""
    graph = _graph_at(moment)
    found = claims_on([person_id], day=day, moment=moment)
    return [(claim, why(claim, graph)) for _person, claims in found for claim in claims]


def _graph_at(moment: datetime | None) -> Snapshot:
    return current_snapshot() if moment is None else snapshot_at(moment)


def people_with_records(competencies: Collection[Competency] | None = None) -> list[int]:
    """Everybody with evidence or holdings, or only with those of some competencies, by id."""
    if competencies is None:
        own = OuterRef("pk")
        found = Exists(Evidence.objects.filter(person=own)) | Exists(Holding.objects.filter(person=own))
        return list(User.objects.filter(found).order_by("pk").values_list("pk", flat=True))
    rows = [model.objects.order_by().filter(competency__in=competencies) for model in (Evidence, Holding)]
    return sorted({pk for each in rows for pk in each.values_list("person", flat=True).distinct()})


def rebuild_everybody(report: Report | None = None) -> Turn:
    """Take a turn at deriving everybody's holdings anew: a job that goes on where it was, also after a killed process."""
    return go_through(
        name=JOB, ids=people_with_records, do=lambda pks: rebuild_holdings(people=pks), at_once=PEOPLE_AT_ONCE,
        report=report,
    )  # fmt: skip


def catch_up(report: Report | None = None) -> Turn:
    """Take a turn at deriving those anew whom a change of the graph concerns."""
    return go_through(
        name=BEHIND_JOB, ids=people_behind, do=lambda pks: rebuild_holdings(people=pks), at_once=PEOPLE_AT_ONCE,
        report=report,
    )  # fmt: skip


def rebuild_holdings(
    *,
    people: Iterable[int] | None = None,
    competencies: Collection[Competency] | None = None,
    report: Report | None = None,
) -> list[Change]:
    """Derive the holdings of these people anew (ids; all who have records, or those of some competencies, unless told).

    In batches, each a transaction of its own; safe to repeat and to break off. Returns what changed.
    """
    person_ids = sorted(people) if people is not None else people_with_records(competencies)
    changes: list[Change] = []
    remaining, done = iter(person_ids), 0
    while batch := list(islice(remaining, PEOPLE_AT_ONCE)):
        with transaction.atomic():
            found = _derive(batch, current_snapshot(), lock_ledger(batch))
            for change in found:
                _announce(change, partial(User.objects.get, pk=change.person_id))
            changes += found
        done += len(batch)
        if report is not None:
            report(done, len(person_ids))
    return [change for change in changes if change.competency_ids]
