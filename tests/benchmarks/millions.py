"""The questions of a manager among ten million holdings: `python -m tests.benchmarks.millions 10000000` copies the people of a
corpus, with what they hold, until there are so many, and prints (what, figure, reach) as JSON.

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
from skills_graph.models import Holding
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


def multiply(wanted: int) -> int:
    """Copy everybody until there are so many holdings; how many there are then."""
    last = User.objects.aggregate(last=Max("pk"))["last"]
    count, turn = Holding.objects.count(), 0
    while count < wanted:
        turn += 1
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:  # copies refer to what is there: looking costs more than copying
                    cursor.execute("SET LOCAL session_replication_role = replica")
            _copy(
                User,
                f"id <= {last}",
                {
                    "id": f"id + {turn * last}",
                    "uuid": RANDOM_UUID[connection.vendor],
                    "email": f"'{turn}-' || email",
                },
            )
            count += _copy(
                Holding, f"person_id <= {last}", {"id": "", "person_id": f"person_id + {turn * last}", "why": "'{}'"}
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return count


if __name__ == "__main__":
    started = time.monotonic()
    multiply(int(sys.argv[1]))
    sys.stderr.write(f"Copied for {time.monotonic() - started:.0f} s.\n")
    sys.stdout.write(json.dumps(list(questions())))
