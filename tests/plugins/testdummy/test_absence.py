"""The plugin is taken out: nothing that was stored is lost, nothing stops, and all of it works again when it is back."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.plugins.testdummy.stage import Stage


def poll_of(body: str) -> str:
    """The poll in a stored body, byte for byte."""
    return json.dumps(next(each for each in json.loads(body) if each["type"] == "testdummy_poll"), ensure_ascii=False)


@pytest.mark.django_db
def test_no_migration_of_ours_comes_with_it() -> None:
    output = StringIO()

    call_command("makemigrations", "--check", "--dry-run", stdout=output)  # with changes it would exit

    assert output.getvalue().strip() == "No changes detected"


def test_no_migration_of_ours_goes_with_it(stage: Stage) -> None:
    answer = stage.run("-m", "lxp", "makemigrations", "--check", "--dry-run", LXP_PLUGINS_DISABLED="testdummy")

    assert (answer.returncode, answer.stdout.strip()) == (0, "No changes detected")


def test_without_the_plugin_every_byte_stays(stage: Stage) -> None:
    made = stage.play("write", schema=1)
    keys = {name: made[name] for name in ("page", "voter", "other")}

    seen = stage.play("edit", without=True, **keys)

    body = made["body"]
    assert seen["saved"] == body
    assert seen["published"] == body
    assert seen["migrated"] == body
    assert seen["copied"] == body
    assert poll_of(seen["dumped"]) == poll_of(body)
    assert poll_of(seen["reordered"]) == poll_of(body)
    assert [each["type"] for each in json.loads(seen["reordered"])] == ["reflection", "reflection", "testdummy_poll"]
    assert seen["version"] == json.loads(poll_of(body))["value"]
    assert seen["learner"] == {"status": 200, "notice": True, "poll": False}
    assert seen["blocked"] == {"status": 200, "left": ["Peiling"], "blocked": True, "open": True}
    assert seen["handler"] == 422

    back = stage.play("again", **keys)

    assert back["learner"] == {"status": 200, "notice": False, "poll": True}
    assert back["vote"] == 302
    assert back["other"]["open"] is False


def test_fields_that_fail_leave_the_editor_and_the_block_as_they_are(
    written_stage: tuple[Stage, dict[str, Any]], tmp_path: Path
) -> None:
    stage, made = written_stage[0].copy(tmp_path / "stage"), written_stage[1]

    seen = stage.play("open_editor", page=made["page"], faults="poll.fields=raise")

    assert poll_of(seen["body"]) == poll_of(made["body"])
    assert seen["form"] == 302
    assert seen["shown"] == 200
    assert "testdummy_poll.fields" in seen["incidents"]
