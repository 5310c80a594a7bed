"""The database that tests begin with: migrated once for all workers and runs with the same migrations, then copied."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

DIGITS = 16


def digest() -> str:
    """Hexadecimal digits over all that decides how a migrated database looks."""
    seen = hashlib.sha256(repr(sorted(settings.INSTALLED_APPS)).encode())
    seen.update(Path(apps.get_app_config("content").path, "services", "site.py").read_bytes())
    for app in sorted(apps.get_app_configs(), key=lambda each: each.name):
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            seen.update(f"{app.name}.{file.name}".encode() + file.read_bytes())
    return seen.hexdigest()[:DIGITS]


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """While one worker makes a database, the others wait for it."""
    with Path(tempfile.gettempdir(), f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def use(*, anew: bool) -> None:
    """Point the connection at a test database of this worker, migrated and without rows of another run."""
    name = f"lxp_prepared_{digest()}"
    prepared = Path(tempfile.gettempdir(), f"{name}.sqlite3") if connection.vendor == "sqlite" else name
    with only_one(name):
        if anew or not _exists(prepared):
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            _keep(prepared)
        else:
            _copy(prepared)


def remove() -> None:
    """Take the SQLite file of this process away; the databases of PostgreSQL go with their server."""
    if connection.vendor == "sqlite":
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{suffix}").unlink(missing_ok=True)


def _exists(prepared: Path | str) -> bool:
    if isinstance(prepared, Path):
        return prepared.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [prepared])
        return cursor.fetchone() is not None


def _keep(prepared: Path | str) -> None:
    """Make what later workers copy from the test database of this one."""
    if isinstance(prepared, Path):
        half = prepared.with_suffix(".half")
        half.unlink(missing_ok=True)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(half)])
        half.rename(prepared)
        return
    _clone(str(connection.settings_dict["NAME"]), prepared)


def _copy(prepared: Path | str) -> None:
    """Make the test database of this worker from what was kept."""
    name = connection.creation._get_test_db_name()
    if isinstance(prepared, Path):
        connection.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(prepared, name)
    else:
        _clone(prepared, name)
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _clone(source: str, target: str) -> None:
    """Copy a PostgreSQL database, which nobody may be using meanwhile."""
    connection.close()
    quote = connection.ops.quote_name
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quote(target)}")
        cursor.execute(f"CREATE DATABASE {quote(target)} TEMPLATE {quote(source)}")
