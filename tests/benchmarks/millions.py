"""The questions of a manager among ten million holdings: `python -m tests.benchmarks.millions 10000000` copies the people of a
corpus, with what they hold, until there are so many, and prints (what, figure, reach) as JSON.

Each copy is a region with skills of its own, so that as many people are found as in the corpus, among so many rows more; after
the word `shared` all regions hold the skills of the first, and everybody of them is found.

It fills the database that it is given, which is of no other use afterwards. Copies hold the same until the same day, and have
neither evidence nor reasons: these questions read none.
"""

from __future__ import annotations

import json
import sys
import time

import django

if __name__ == "__main__":
    django.setup()  # the models below need it

from django.db import connection, transaction
from django.db.models import Max, Model

from lxp.models import User
from skills_graph.models import Competency, Holding
from tests.benchmarks.ledger import questions

RANDOM_UUID = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}


def _copy(model: type[Model], where: str, values: dict[str, str]) -> int:
    """Rows of a table once more, with other values in some columns."""
    quote = connection.ops.quote_name
    fields = [field.column for field in model._meta.concrete_fields if values.get(field.column) != ""]
    chosen = ", ".join(values.get(column, quote(column)) for column in fields)
    table, columns = quote(model._meta.db_table), ", ".join(quote(column) for column in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {chosen} FROM {table} WHERE {where}")  # noqa: S608 - names of our own
        return int(cursor.rowcount)


def multiply(wanted: int, *, own_skills: bool) -> int:
    """Copy everybody until there are so many holdings, each time with skills of their own or not; how many there are then."""
    last = User.objects.aggregate(last=Max("pk"))["last"]
    last_skill = Competency.objects.aggregate(last=Max("pk"))["last"]
    uuid = RANDOM_UUID[connection.vendor]
    count, turn = Holding.objects.count(), 0
    while count < wanted:
        turn += 1
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:  # copies refer to what is there: looking costs more than copying
                    cursor.execute("SET LOCAL session_replication_role = replica")
            _copy(User, f"id <= {last}", {"id": f"id + {turn * last}", "uuid": uuid, "email": f"'{turn}-' || email"})
            skills = turn * last_skill if own_skills else 0
            if own_skills:
                _copy(
                    Competency,
                    f"id <= {last_skill}",
                    {"id": f"id + {skills}", "uuid": uuid, "uri": f"'{turn}-' || uri"},
                )
            moved = {"person_id": f"person_id + {turn * last}", "competency_id": f"competency_id + {skills}"}
            count += _copy(Holding, f"person_id <= {last}", {"id": "", "why": "'{}'", **moved})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return count


if __name__ == "__main__":
    started = time.monotonic()
    multiply(int(sys.argv[1]), own_skills="shared" not in sys.argv[2:])
    sys.stderr.write(f"Copied for {time.monotonic() - started:.0f} s.\n")
    sys.stdout.write(json.dumps(list(questions())))
