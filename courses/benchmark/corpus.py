"""The whole corpus: REGIO-200, and what it grows to."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection, transaction

from courses.benchmark.modules import load_modules, renew_digests
from courses.benchmark.people import load_people
from courses.benchmark.vocabulary import VOCABULARIES
from lxp import plugin_manager
from lxp.models import Organisation, PublicStamp
from lxp.services.organisations import open_organisation

COLOURS = ("#1b4c92", "#0b7a75", "#b3261e", "#6b4ea0", "#8a5a00", "#2e7d32", "#ad1457", "#37474f")
PUBLISHED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def slug_of(number: int) -> str:
    return f"benchmark-{number}"


def load_corpus(*, module_count: int, person_count: int, vocabulary: str) -> None:
    """Eight organisations, their modules and their learners, and what other packages add, the same at every run."""
    module_ids = _load_courses(module_count, person_count, vocabulary)
    plugin_manager.call_core("benchmark_loaded", module_ids=module_ids, now=PUBLISHED_AT)
    renew_digests()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what PostgreSQL does by itself a minute later


@transaction.atomic
def _load_courses(module_count: int, person_count: int, vocabulary: str) -> list[int]:
    """All of it or nothing; returns the ids of the modules."""
    organisations = [_open(number, colour) for number, colour in enumerate(COLOURS)]
    modules = load_modules(
        count=module_count, organisations=organisations, vocabulary=VOCABULARIES[vocabulary](), now=PUBLISHED_AT
    )
    load_people(count=person_count, organisations=organisations, modules=modules, now=PUBLISHED_AT)
    PublicStamp.raise_number()
    return [module.pk for module in modules]


def _open(number: int, colour: str) -> Organisation:
    return open_organisation(
        slug=slug_of(number), name=f"Zorgorganisatie {number}", monogram=f"Z{number}", colour=colour
    )
