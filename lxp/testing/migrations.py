"""The migrations of a plugin, read without running them; and the plugin as it is when they failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lxp.testing.objects import models_of


def faults_in(plugin: str) -> list[str]:
    """What is wrong with a plugin's migrations, one line each."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    found = []
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app != plugin:
            continue
        if migration.run_before:
            found.append(f"{name} has run_before: {migration.run_before}")
        if not migration.atomic and len(migration.operations) > 1:
            found.append(f"{name} is not atomic: where it fails half-way, half of it stays")
        lasting = [operation for operation in migration.operations if not operation.reversible]
        found += [f"{name} cannot be taken back: {operation.describe()}" for operation in lasting]
    return [*found, *_not_run(plugin, loader), *_missing(plugin)]


def _not_run(plugin: str, loader: MigrationLoader) -> list[str]:
    """Those that are not in the database of the tests: `lxp migrate` puts a plugin aside whose migration fails."""
    run = MigrationRecorder(connection).applied_migrations()
    waiting = sorted(name for app, name in loader.disk_migrations if app == plugin and (app, name) not in run)
    return [f"{name} fails, or has not run here yet (then run pytest --create-db)" for name in waiting]


def _missing(plugin: str) -> list[str]:
    output = StringIO()
    try:
        call_command("makemigrations", plugin, "--check", "--dry-run", stdout=output, stderr=output, verbosity=1)
    except SystemExit:
        return [f"the models differ from the migrations: {output.getvalue().strip()}"]
    except CommandError as refusal:
        return [f"the migrations cannot be read: {refusal}"]
    return []


@contextmanager
def without_tables(plugin: str) -> Iterator[None]:
    """As if the plugin's migrations had failed: every question to its tables is refused by the database."""
    tables = {model: model._meta.db_table for model in models_of(plugin)}
    for model, table in tables.items():
        _name_table(model, f"kit_absent_{table}")
    try:
        yield
    finally:
        for model, table in tables.items():
            _name_table(model, table)


def _name_table(model: type[models.Model], name: str) -> None:
    """Give a model another table; its fields remember the column of the one before (`Field.cached_col`)."""
    model._meta.db_table = name
    for each in model._meta.get_fields():
        each.__dict__.pop("cached_col", None)
