"""`lxp plugins remove`: the plugin's tables go, their data stays in a file, and what others stored is untouched."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.plugins.testdummy.stage import Stage


def tables(stage: Stage) -> set[str]:
    with sqlite3.connect(stage.folder / "lxp.sqlite3") as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def rows(stage: Stage, table: str) -> int:
    with sqlite3.connect(stage.folder / "lxp.sqlite3") as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a name from this test


def test_removing_exports_and_leaves_nothing_of_it_but_what_others_stored(stage: Stage, tmp_path: Path) -> None:
    made = stage.play("write", schema=2)
    keys = {name: made[name] for name in ("page", "voter", "other")}
    for name in ("write_rest",):
        stage.play(name, **keys)
    file = tmp_path / "testdummy.json"

    answer = stage.run("-m", "lxp", "plugins", "remove", "testdummy", "--yes", "--export", str(file))

    assert answer.returncode == 0, answer.stderr
    assert "pip uninstall lxp-testdummy" in answer.stdout
    (exported,) = json.loads(file.read_text())
    assert (exported["model"], exported["fields"]["text"]) == ("testdummy.compliment", "Goed gedaan: Tillen")
    assert "testdummy_compliment" not in tables(stage)
    assert rows(stage, "lxp_pluginswitch") == 0
    assert stage.play("organisations") == {"heuvelzorg": []}
    gone = stage.play("again", without=True, page=keys["page"], voter=keys["voter"], other=keys["voter"])
    assert gone["body"] == made["body"]
    assert gone["learner"] == {"status": 200, "notice": True, "poll": False}


def test_removed_and_back_again_it_has_its_data(stage: Stage, tmp_path: Path) -> None:
    made = stage.play("write", schema=2)
    keys = {name: made[name] for name in ("page", "voter", "other")}
    stage.play("write_rest", **keys)
    file = tmp_path / "testdummy.json"
    stage.run("-m", "lxp", "plugins", "remove", "testdummy", "--yes", "--export", str(file))

    for command in (["migrate", "testdummy"], ["loaddata", str(file)]):
        answer = stage.run("-m", "lxp", *command)
        assert answer.returncode == 0, answer.stderr
    answer = stage.run("-m", "lxp", "plugins", "switch", "testdummy", "--organisation", "heuvelzorg", "--on")

    assert answer.returncode == 0, answer.stderr
    assert rows(stage, "testdummy_compliment") == 1
    back = stage.play("again", **keys)
    assert back["learner"] == {"status": 200, "notice": False, "poll": True}
    assert back["vote"] == 302


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nergens", "--yes"], "There is no plugin nergens"),
        (["courses", "--yes"], "There is no plugin courses"),
        (["testdummy", "--yes", "--export", "pyproject.toml"], "exists already"),
    ],
)
def test_what_cannot_be_removed_changes_nothing(stage: Stage, arguments: list[str], words: str) -> None:
    before = tables(stage)

    answer = stage.run("-m", "lxp", "plugins", "remove", *arguments)

    assert answer.returncode == 1
    assert words in answer.stderr
    assert tables(stage) == before


def test_nobody_who_says_no_loses_anything(stage: Stage) -> None:
    before = tables(stage)

    answer = stage.run("-m", "lxp", "plugins", "remove", "testdummy", "--export", "/nonexistent/x.json")

    assert answer.returncode == 1
    assert tables(stage) == before
