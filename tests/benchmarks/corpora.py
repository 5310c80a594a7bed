"""The databases that the workloads run on: migrated once, then copied and filled."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]


def settings_for(folder: Path, database_url: str = "") -> dict[str, str]:
    """The environment of one corpus: everything it writes stays in its folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LXP_")}
    own = {
        "LXP_VAR": str(folder),
        "LXP_SECRET_KEY": secrets.token_hex(32),
        "DJANGO_SETTINGS_MODULE": "lxp.config.settings.development",
    }
    return {**kept, **own, **({"LXP_DATABASE_URL": database_url} if database_url else {})}


def lxp(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "lxp", *arguments], cwd=ROOT, env=environment, check=True, stdout=sys.stderr)


def python(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode()


class Corpora:
    """Makes a database per size. On PostgreSQL each is a copy of the database that LXP_DATABASE_URL names, which must
    be empty; on SQLite each is a file in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.server = folder, os.environ.get("LXP_DATABASE_URL", "")
        self.migrated = settings_for(self._var("migrated"), self.server)
        lxp(self.migrated, "migrate", "--verbosity", "0")
        lxp(self.migrated, "collectstatic", "--noinput", "--verbosity", "0")

    @property
    def database_name(self) -> str:
        return "PostgreSQL" if self.server else "SQLite"

    def filled(self, name: str, *arguments: str) -> dict[str, str]:
        """The environment of a new database with the benchmark in it."""
        environment = self._copy(name)
        lxp(environment, "load_benchmark", *arguments)
        return environment

    def empty_folder(self, name: str) -> dict[str, str]:
        """The environment of an installation where nothing was done yet, on SQLite."""
        return settings_for(self._var(name))

    def _var(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder

    def _copy(self, name: str) -> dict[str, str]:
        folder = self._var(name)
        source = self.folder / "migrated"
        shutil.copytree(source / "static", folder / "static")
        if not self.server:
            shutil.copy(source / "lxp.sqlite3", folder)
            return settings_for(folder)
        parts = urlsplit(self.server)
        original, copy = parts.path.removeprefix("/"), f"lxp_bench_{name}"
        with psycopg.connect(urlunsplit(parts._replace(path="/template1")), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
        return settings_for(folder, urlunsplit(parts._replace(path=f"/{copy}")))
