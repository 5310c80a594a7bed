"""What is left of a plugin where it is not installed; tried in a process of its own, since that is decided at the start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from django.db import connection

START = """
import json, sys
from django.conf import settings
settings.DATABASES["default"].update(json.loads(sys.argv[1]))
import django
django.setup()
from lxp.testing import absence_scene
absence_scene.main(json.loads(sys.argv[2]))
"""
BLOCK_ID = "10000000-0000-4000-8000-00000000000%d"


def stored_block(number: int, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """A block as the database holds it; without content of the plugin's own, something that only its kind would know."""
    value = {"title": "Kit", "minutes": 1, "is_required": True, "kit": {"ë": [1, None, "„”"]}, **content}
    return {"type": kind, "id": BLOCK_ID % number, "value": value}


def play(plugin: str, blocks: list[dict[str, Any]]) -> list[str]:
    """What is wrong with these blocks where the plugin is not installed, one line each; without blocks, with the start."""
    database = {name: str(connection.settings_dict[name]) for name in ("ENGINE", "NAME")}
    answer = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-c", START, json.dumps(database), json.dumps(blocks)],
        env={
            **os.environ,
            "LXP_PLUGINS_DISABLED": ",".join(filter(None, (os.environ.get("LXP_PLUGINS_DISABLED"), plugin))),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if answer.returncode != 0:
        return [f"without the plugin the site does not work: {answer.stderr.strip()[-2000:]}"]
    found: list[str] = json.loads(answer.stdout.splitlines()[-1])
    return found
