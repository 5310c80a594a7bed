"""What must be in order before a server starts; each fault is one sentence with what to do."""

from __future__ import annotations

import errno
import shutil
import socket
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor

from lxp import plugin_discovery, plugin_manager
from lxp.serving.exceptions import ServingError

MINIMUM_FREE_MB = 200


def prepare_folder(folder: Path) -> None:
    """Make the data folder, and prove that it can be written and has room."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free_mb = shutil.disk_usage(folder).free // 2**20
        if free_mb < MINIMUM_FREE_MB:
            raise ServingError(
                f"The disk of {folder} is full: {free_mb} MB free, {MINIMUM_FREE_MB} MB needed. "
                "Make room, or set LXP_VAR to a folder on another disk."
            )
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"LXP")
    except OSError as fault:
        raise ServingError(
            f"The data folder {folder} cannot be written ({fault.strerror}). "
            "Make it writable for this user, or set LXP_VAR to a folder that is."
        ) from fault


def listen(host: str, port: int) -> socket.socket:
    """Take the address, so that nobody else can between this check and the start of the web server."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            reason = f"Port {port} is in use by another program. Stop that program, or choose another port"
        elif fault.errno == errno.EACCES:
            reason = f"Port {port} may not be used by this user. Choose one above 1023"
        else:
            reason = f"{host} port {port} cannot be used ({fault.strerror}). Choose another address"
        raise ServingError(f"{reason}: lxp serve --port 8001, or make demo PORT=8001.") from fault
    except OverflowError as fault:
        raise ServingError(f"There is no port {port}. Choose one from 1024 to 65535.") from fault


def check_settings() -> None:
    """Django refuses to give an empty secret key, with a trace; we say where it comes from."""
    try:
        secret = settings.SECRET_KEY
    except ImproperlyConfigured:
        secret = ""
    if not secret:
        raise ServingError(
            "There is no secret key. Set LXP_SECRET_KEY to a long random text and keep it: "
            "it signs sessions and links. For example: openssl rand -base64 48"
        )


def check_database() -> None:
    """The database answers. Raises ServingError naming where it is looked for, never a password."""
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    except DatabaseError as fault:
        reason = str(fault).strip().splitlines()[0]
        raise ServingError(
            f"The database cannot be reached ({_where_database()}): {reason}. "
            "Check that it runs, and check LXP_DATABASE_URL."
        ) from fault


def pending_migrations() -> list[str]:
    """The app of every migration that must still run. Raises ServingError when the database is one of another history."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        executor = MigrationExecutor(connection)
        executor.loader.check_consistent_history(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return [migration.app_label for migration, _backwards in plan]
    except (DatabaseError, InconsistentMigrationHistory) as fault:
        raise ServingError(
            f"The database ({_where_database()}) does not fit this version: {fault}. Restore a backup of it that does."
        ) from fault


def check_migrated() -> None:
    """Every migration has run, but for those of plugins: one whose migration failed stops nobody."""
    pending = [label for label in pending_migrations() if label not in plugin_discovery.found]
    if pending:
        raise ServingError(
            f"The database ({_where_database()}) is not up to date: {len(pending)} migrations to run. "
            "Make a backup, then run: lxp migrate"
        )


def put_aside_unmigrated() -> None:
    """Take plugins out of use, in this process and in those that it starts, whose tables are not all there."""
    for name in sorted(set(pending_migrations()) & plugin_discovery.found.keys()):
        plugin_manager.put_aside(name, "its tables are not all there: run lxp migrate, and see what it says")
    connections.close_all()  # what is started from here opens its own


def _where_database() -> str:
    database = settings.DATABASES[DEFAULT_DB_ALIAS]
    if database["ENGINE"].endswith("sqlite3"):
        return f"SQLite, {database['NAME']}"
    address = f"{database.get('HOST') or 'localhost'}:{database.get('PORT') or 5432}"
    return f"PostgreSQL, {database['NAME']} on {address}"
