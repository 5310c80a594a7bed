"""What the skills graph adds to the corpus on which speed is measured: competencies, outcomes, a profile, and for each
learner forty competencies proven three times. Always the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import uuid5

from django.db import connection, transaction
from django.db.models import Field

from courses.api import Module, ModuleVersion, VersionActivity
from courses.benchmark.corpus import slug_of
from courses.benchmark.modules import NAMESPACE
from courses.benchmark.people import JOB
from lxp.models import Membership, Organisation
from skills_graph.chain import digest_of
from skills_graph.models import ASSURANCE_OF, Competency, DraftOutcome, Evidence, EvidenceKind, Framework, Outcome
from skills_graph.services.definitions import add_competency, add_framework, add_relation, add_scale, add_terms
from skills_graph.services.holdings import rebuild_holdings
from skills_graph.services.profiles import add_profile, add_requirement, link_job

ADDRESS = "https://benchmark.example/skills"
DOMAINS, EACH = 20, 9  # the first of each domain is a reserved act, of which the next two are theory and practical
TERMS = (36, 36, 24, 24, 36, 36, None, None, None)
KINDS = ("reserved", "knowledge", "skill", "skill", "skill", "attitude", "task", "knowledge", "skill")
LEVELS = [
    {"code": "knows", "labels": {"nl": "ken het", "en": "know it"}, "min_assurance": 1},
    {"code": "helped", "labels": {"nl": "met hulp", "en": "with help"}, "min_assurance": 2},
    {"code": "alone", "labels": {"nl": "zelf", "en": "alone"}, "min_assurance": 3},
    {"code": "teaches", "labels": {"nl": "leer anderen", "en": "teach others"}, "min_assurance": 3},
]
LEVEL_OF = {EvidenceKind.DECLARATION: 1, EvidenceKind.TEST: 2, EvidenceKind.PRACTICAL: 3}
OUTCOMES_EACH, REQUIREMENTS = 4, 10
STEPS = (0, 1, 4, 9, 14)  # from one domain of a learner to the others
SKILLS_EACH, DAYS_AGO, SPREAD = len(STEPS) * (EACH - 1), (1000, 560, 120), 90  # 120 rows in a ledger
PEOPLE_AT_ONCE = 200
BATCH = 1000
PLAIN = frozenset({int, str, bool, type(None)})


class Learner(NamedTuple):
    """A learner of the benchmark, by number, and the colleague who signs for them."""

    number: int
    person_id: int
    organisation_id: int
    assessor_id: int


def load_skills(*, module_ids: list[int], now: datetime) -> None:
    """Everything of the skills graph for a corpus that was loaded just before."""
    with transaction.atomic():
        competencies = _load_competencies()
        proven = [each for each in competencies if not each.is_reserved]
        _load_outcomes(module_ids, proven)
        _load_profile(competencies)
    learners = _learners()
    while batch := list(islice(learners, PEOPLE_AT_ONCE)):
        with transaction.atomic():
            _store(row for learner in batch for row in _ledger(learner, proven, now))
        rebuild_holdings(people=[each.person_id for each in batch])


def _store(rows: Iterator[Evidence]) -> None:
    """Many rows in one plain statement: three million of them are too many for a list of models and placeholders."""
    fields = [field for field in Evidence._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns, places = ", ".join(quote(str(field.column)) for field in fields), ", ".join(["%s"] * len(fields))
    values = [tuple(_stored(field, getattr(row, field.attname)) for field in fields) for row in rows]
    with connection.cursor() as cursor:
        statement = f"INSERT INTO {quote(Evidence._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - names of our own
        cursor.executemany(statement, values)


def _stored(field: Field[Any, Any], value: Any) -> Any:
    """A value as the database takes it; asking the field takes most of the time, and it changes no number and no text."""
    return value if type(value) in PLAIN else field.get_db_prep_save(value, connection)


def _load_competencies() -> list[Competency]:
    scale = add_scale(slug="benchmark", title="Benchmark", levels=LEVELS)
    framework = add_framework(uri=ADDRESS, title="Benchmark", scale=scale)
    return [each for domain in range(DOMAINS) for each in _load_domain(framework, domain)]


def _load_domain(framework: Framework, domain: int) -> list[Competency]:
    found = []
    for place, (kind, months) in enumerate(zip(KINDS, TERMS, strict=True)):
        title = f"Vaardigheid {domain * EACH + place + 1}"
        competency = add_competency(framework=framework, uri=f"{ADDRESS}/{domain}/{place}", kind=kind, title=title)
        if months is not None:
            add_terms(competency=competency, renew_months=months, rollup=0 if kind == "reserved" else None)
        found.append(competency)
    act, theory, practical, one, other, *_rest = found
    add_relation(source=theory, target=act, kind="broader", at=2, gives=3, assurance=2)
    add_relation(source=practical, target=act, kind="broader", at=3, gives=3, assurance=3)
    add_relation(source=one, target=other, kind="implies")
    return found


def _load_outcomes(module_ids: list[int], proven: list[Competency]) -> None:
    """Four for each module, as its authors have them and as they are frozen: two of the quiz, two of the whole."""
    newest = Module.objects.filter(pk__in=module_ids).values("current_version")
    versions = ModuleVersion.objects.filter(pk__in=newest).order_by("module")
    quizzes = VersionActivity.objects.filter(version__in=versions, kind="quiz")
    block_of = dict(quizzes.values_list("version", "block_id"))
    drafts, frozen = [], []
    for number, version in enumerate(versions):
        for turn in range(OUTCOMES_EACH):
            values = {
                "competency": proven[(OUTCOMES_EACH * number + 37 * turn) % len(proven)],
                "block_id": block_of.get(version.pk) if turn < 2 else None,
                "level": 2 if turn < 2 else 1,
                "kind": EvidenceKind.TEST if turn < 2 else EvidenceKind.READING,
            }
            drafts.append(DraftOutcome(module_id=version.module_id, **values))
            frozen.append(Outcome(version=version, **values))
    DraftOutcome.objects.bulk_create(drafts, batch_size=BATCH)
    Outcome.objects.bulk_create(frozen, batch_size=BATCH)


def _load_profile(competencies: list[Competency]) -> None:
    profile = add_profile(uri=f"{ADDRESS}/functie", title=JOB)
    for competency in competencies[:: len(competencies) // REQUIREMENTS][:REQUIREMENTS]:
        add_requirement(profile=profile, competency=competency, level=2, assurance=2)
    for organisation in _organisations():
        link_job(organisation=organisation, job=JOB, profile=profile)


def _organisations() -> list[Organisation]:
    return list(Organisation.objects.filter(slug__startswith=slug_of(0)[:-1]))


def _learners() -> Iterator[Learner]:
    """In the order in which they were loaded; the next learner of the same organisation signs."""
    places = Membership.objects.of_staff().filter(organisation__in=_organisations()).order_by("pk")
    rows = list(places.values_list("person", "organisation"))
    count = len(_organisations())
    for number, (person_id, organisation_id) in enumerate(rows):
        yield Learner(number, person_id, organisation_id, rows[(number + count) % len(rows)][0])


def _ledger(learner: Learner, proven: list[Competency], now: datetime) -> Iterator[Evidence]:
    """A person's 120 rows, numbered by their days and chained."""
    acts = [
        (_day(learner, turn, days_ago, now.date()), skill, turn, days_ago == DAYS_AGO[-1])
        for turn in range(SKILLS_EACH)
        for skill in [_skill(learner, turn)]
        for days_ago in DAYS_AGO
    ]
    digest = ""
    for number, (day, skill, turn, is_last) in enumerate(sorted(acts), start=1):
        kind = _kind(learner, skill, turn)
        row = Evidence(
            uuid=uuid5(NAMESPACE, f"evidence {learner.number} {number}"),
            person_id=learner.person_id,
            number=number,
            competency_id=proven[skill].pk,
            level=LEVEL_OF[kind],
            kind=kind.value,
            assurance=ASSURANCE_OF[kind].value,
            failed=is_last and (learner.number + turn) % 20 == 0,
            occurred_on=day,
            recorded_at=now,
            issuer_id=learner.organisation_id,
            assessor_id=learner.assessor_id if kind == EvidenceKind.PRACTICAL else None,
            salt=f"{learner.number:016x}{number:016x}",
        )
        row.digest = digest = digest_of(row, digest)
        yield row


def _skill(learner: Learner, turn: int) -> int:
    """The place of a competency among those that take evidence: all of five domains."""
    domain = (learner.number + STEPS[turn // (EACH - 1)]) % DOMAINS
    return domain * (EACH - 1) + turn % (EACH - 1)


def _day(learner: Learner, turn: int, days_ago: int, today: date) -> date:
    return today - timedelta(days=days_ago + (13 * learner.number + 7 * turn) % SPREAD)


def _kind(learner: Learner, skill: int, turn: int) -> EvidenceKind:
    """A practical where a reserved act asks one and at every fourth; now and then a declaration; else a test."""
    if learner.assessor_id != learner.person_id and (skill % (EACH - 1) == 1 or turn % 4 == 0):
        return EvidenceKind.PRACTICAL
    return EvidenceKind.DECLARATION if turn % 10 == 9 else EvidenceKind.TEST
