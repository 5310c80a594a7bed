"""What makes the ledger append-only in the database itself: no row is changed, removed or replaced, by whatever program.

Installed after every migration, since SQLite forgets the triggers of a table that a migration rebuilds; a check compares
them with what is written here. The one exception has one place: `MAY_GO` says which rows may be removed.
"""

from __future__ import annotations

import re
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Caution
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

TABLE = "skills_graph_evidence"
FUNCTION = f"{TABLE}_stands"
REFUSAL = "Evidence is added and never changed. Add a row that revokes it."
# Somebody was wiped, and the time for which their evidence had to be kept has passed: a condition on OLD.
MAY_GO = (
    "EXISTS (SELECT 1 FROM lxp_erasure WHERE person_id = OLD.person_id AND wiped_at IS NOT NULL"
    " AND keep_evidence_until <= CURRENT_DATE)"
)

# INSERT OR REPLACE removes rows without asking the trigger for removal, so it meets the trigger for insertion.
REPLACED = " OR ".join(
    f"EXISTS (SELECT 1 FROM {TABLE} WHERE {condition})"  # noqa: S608 - nothing in it comes from outside
    for condition in (
        "id = NEW.id",
        *(f"person_id = NEW.person_id AND {name} = NEW.{name}" for name in ("number", "uuid", "revokes")),
    )
)
SQLITE = {
    f"{TABLE}_no_{action.lower()}": f"CREATE TRIGGER {TABLE}_no_{action.lower()} BEFORE {action} ON {TABLE} "
    f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for action, condition in (("UPDATE", "TRUE"), ("DELETE", f"NOT ({MAY_GO})"), ("INSERT", REPLACED))
}
BODY = f"""
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        IF NOT EXISTS (SELECT 1 FROM {TABLE}) THEN RETURN NULL; END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF {MAY_GO} THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END
"""  # noqa: S608 - nothing in it comes from outside
POSTGRESQL = {
    f"{TABLE}_{name}": f"CREATE TRIGGER {TABLE}_{name} BEFORE {event} ON {TABLE} FOR EACH {each} "
    f"EXECUTE FUNCTION {FUNCTION}()"
    for name, event, each in (("no_change", "DELETE OR UPDATE", "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT"))
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers that are missing or different in their place; nothing where the table is not there."""
    with connection.cursor() as cursor:
        if not _has_table(connection, cursor) or not missing(connection):
            return
        remove(connection)
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $guard${BODY}$guard$"
            )
        for statement in _wanted(connection).values():
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away. Only tests do, that must empty the table."""
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _found(connection, cursor):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of what should guard the ledger and is missing or different; none where there is no ledger yet."""
    with connection.cursor() as cursor:
        if not _has_table(connection, cursor):
            return []
        found, wanted = _found(connection, cursor), _wanted(connection)
        names = [name for name, statement in wanted.items() if found.get(name) != statement]
        if connection.vendor == "postgresql":
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [FUNCTION])
            names += [FUNCTION] if cursor.fetchall() != [(BODY,)] else []
    return names


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


def _has_table(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> bool:
    return TABLE in connection.introspection.table_names(cursor)


def _found(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> dict[str, str]:
    """The triggers of the table that work, with their definition."""
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
            " AND tgenabled <> 'D'",
            [TABLE],
        )
    else:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
    return {name: re.sub(r" ON \w+\.", " ON ", statement) for name, statement in cursor.fetchall()}


def after_migrate(sender: AppConfig, using: str, **options: Any) -> None:
    """The receiver of `post_migrate`."""
    install(connections[using])


@register(Tags.database)
def ledger_is_guarded(app_configs: Any, databases: Any = None, **options: Any) -> list[CheckMessage]:
    """A warning, since `lxp migrate` would refuse to start on an error, and it is what mends this."""
    return [
        Caution(
            f"The ledger of evidence in the database {alias} can be changed: {', '.join(names)} is missing or different.",
            hint="Run: lxp migrate. Then run: lxp check_ledger",
            id="skills_graph.W001",
        )
        for alias in databases or []
        if (names := missing(connections[alias]))
    ]
