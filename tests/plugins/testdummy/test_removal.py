"""`lxp plugins remove`: the plugin's tables go, their data stays in a file, and what others stored is untouched."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.plugins.testdummy.stage import Stage


def tables(stage: Stage) -> set[str]:
    with sqlite3.connect(stage.folder / "lxp.sqlite3") as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def rows(stage: Stage, table: str) -> int:
    with sqlite3.connect(stage.folder / "lxp.sqlite3") as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a name from this test


@dataclass(frozen=True)
class Removed:
    """An installation from which the plugin was removed: what was there, the exported file, and what was printed."""

    stage: Stage
    made: dict[str, Any]
    file: Path
    output: str

    @property
    def keys(self) -> dict[str, int]:
        return {name: self.made[name] for name in ("page", "voter", "other")}


@pytest.fixture(scope="module")
def removed(written_stage: tuple[Stage, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Removed:
    folder = tmp_path_factory.mktemp("removed")
    stage, file = written_stage[0].copy(folder / "stage"), folder / "testdummy.json"
    answer = stage.run("-m", "lxp", "plugins", "remove", "testdummy", "--yes", "--export", str(file))
    assert answer.returncode == 0, answer.stderr
    return Removed(stage, written_stage[1], file, answer.stdout)


def test_removing_exports_and_leaves_nothing_of_it_but_what_others_stored(removed: Removed, tmp_path: Path) -> None:
    stage = removed.stage.copy(tmp_path / "stage")

    assert "pip uninstall lxp-testdummy" in removed.output
    (exported,) = json.loads(removed.file.read_text())
    assert (exported["model"], exported["fields"]["text"]) == ("testdummy.compliment", "Goed gedaan: Tillen")
    assert "testdummy_compliment" not in tables(stage)
    assert rows(stage, "lxp_pluginswitch") == 0
    assert stage.play("organisations") == {"heuvelzorg": []}
    gone = stage.play("again", without=True, **{**removed.keys, "other": removed.keys["voter"]})
    assert gone["body"] == removed.made["body"]
    assert gone["learner"] == {"status": 200, "notice": True, "poll": False}


def test_removed_and_back_again_it_has_its_data(removed: Removed, tmp_path: Path) -> None:
    stage = removed.stage.copy(tmp_path / "stage")

    assert stage.play("bring_back", file=str(removed.file)) == {"heuvelzorg": ["testdummy"]}

    assert rows(stage, "testdummy_compliment") == 1
    back = stage.play("again", **removed.keys)
    assert back["learner"] == {"status": 200, "notice": False, "poll": True}
    assert back["vote"] == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nergens", "--yes"], "There is no plugin nergens"),
        (["courses", "--yes"], "There is no plugin courses"),
        (["testdummy", "--yes", "--export", "pyproject.toml"], "exists already"),
    ],
)
def test_what_cannot_be_removed_changes_nothing(arguments: list[str], words: str) -> None:
    before = connection.introspection.table_names()

    with pytest.raises(CommandError, match=words):
        call_command("plugins", "remove", *arguments)

    assert connection.introspection.table_names() == before


@pytest.mark.django_db
def test_nobody_who_says_no_loses_anything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "n")
    before = connection.introspection.table_names()

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("plugins", "remove", "testdummy", "--export", str(tmp_path / "x.json"))

    assert len(asked) == 1
    assert connection.introspection.table_names() == before
    assert list(tmp_path.iterdir()) == []
