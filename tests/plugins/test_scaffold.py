"""What `lxp plugins scaffold` writes passes ruff, mypy, its own tests and the contract, as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests import prepared_database
from tests.plugins.testdummy.stage import PROJECT, Stage

NAMES = ("ab", "kantine", "abcdefghijklmnopqrst")


def scaffold(folder: Path, name: str) -> Path:
    """The plugin as the command writes it, with what an installer would have written beside it."""
    call_command("plugins", "scaffold", name, "--title", "Bord van vandaag", "--folder", str(folder), verbosity=0)
    target = folder / f"lxp-{name}"
    metadata = target / f"lxp_{name}-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: lxp-{name}\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text(f"[lxp.plugins]\n{name} = lxp_{name}.apps.{name.capitalize()}Config\n")
    return target


def run(folder: Path, *arguments: str, **environment: str) -> str:
    """A tool in the folder of the plugin; what it says when it objects, nothing when all is well."""
    own = {"PYTHONPATH": str(folder), "LXP_VAR": str(folder.parent), "TMPDIR": str(folder.parent)}
    answer = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "LXP_PLUGINS_DISABLED": "testdummy", **own, **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return "" if answer.returncode == 0 else answer.stdout + answer.stderr


@pytest.mark.parametrize("name", NAMES)
def test_ruff_finds_nothing(tmp_path: Path, name: str) -> None:
    folder = scaffold(tmp_path, name)

    assert run(folder, "ruff", "check", "--no-cache", ".") == ""
    assert run(folder, "ruff", "format", "--no-cache", "--check", ".") == ""


def test_ruff_takes_an_activity_as_the_guide_orders_its_imports(tmp_path: Path) -> None:
    folder = scaffold(tmp_path, "kantine")
    guide = (PROJECT / "docs" / "plugins.md").read_text()
    activity = guide.split("`lxp_breathe/pause.py`\n\n```python\n")[1].split("```")[0]
    (folder / "lxp_kantine" / "pause.py").write_text(activity)

    assert run(folder, "ruff", "check", "--no-cache", ".") == ""


def test_mypy_finds_nothing(tmp_path: Path) -> None:
    folder = scaffold(tmp_path, "kantine")

    cache = f"--cache-dir={tmp_path / 'types'}"
    assert run(folder, "mypy", cache, "lxp_kantine", MYPYPATH=str(PROJECT)) == ""


@pytest.fixture
def database(prepared_stage: Stage, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, str]]:
    """A migrated database in which only the tables of the plugin are missing, by the environment that names it."""
    if connection.vendor == "sqlite":
        shutil.copyfile(prepared_stage.folder / "lxp.sqlite3", tmp_path / "lxp-test.sqlite3")
        yield {}
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    address = urlsplit(os.environ["LXP_DATABASE_URL"])
    name = f"test_scaffold_{worker}"
    with django_db_blocker.unblock():
        prepared_database._clone(f"lxp_prepared_{prepared_database.digest()}", name)
    yield {"LXP_DATABASE_URL": urlunsplit(address._replace(path=f"/scaffold_{worker}"))}
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")


@pytest.mark.database
def test_its_own_tests_and_the_contract_pass(tmp_path: Path, database: dict[str, str]) -> None:
    folder = scaffold(tmp_path, "kantine")

    options = ("--reuse-db", "-q", "-p", "no:cacheprovider", "--show-capture=no")
    alone = {"PYTEST_XDIST_WORKER": "", "PYTEST_ADDOPTS": ""}
    assert run(folder, "pytest", *options, **database, **alone) == ""


@pytest.mark.parametrize(
    ("name", "title", "reason"),
    [
        ("Kantine", "Kantine", "small letters"),
        ("k", "Kantine", "small letters"),
        ("een-twee", "Kantine", "small letters"),
        ("courses", "Kantine", "already"),
        ("kantine", "<b>Kantine</b>", "The title"),
        ("kantine", 'x"""', "The title"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(
    tmp_path: Path, name: str, title: str, reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("plugins", "scaffold", name, "--title", title, "--folder", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_the_code_says_the_title_in_english_and_readers_read_it_in_dutch(tmp_path: Path) -> None:
    words = ("--title", "Bord van vandaag", "--english", "Board of today")
    call_command("plugins", "scaffold", "bord", *words, "--folder", str(tmp_path), verbosity=0)

    folder = tmp_path / "lxp-bord"
    assert 'verbose_name = _("Board of today")' in (folder / "lxp_bord" / "apps.py").read_text()
    catalogue = (folder / "lxp_bord" / "locale" / "nl" / "LC_MESSAGES" / "django.po").read_text()
    assert 'msgid "Board of today"\nmsgstr "Bord van vandaag"' in catalogue
    dutch = [
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and "Bord van" in file.read_text("latin-1")
    ]
    assert sorted(Path(each).name for each in dutch) == ["django.mo", "django.po"]


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "lxp-kantine").mkdir()
    with pytest.raises(CommandError, match="exists already"):
        call_command("plugins", "scaffold", "kantine", "--folder", str(tmp_path))
    assert list((tmp_path / "lxp-kantine").iterdir()) == []
