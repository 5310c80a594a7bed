"""Plays scenes in processes of their own, since whether a plugin is installed is decided when a process starts."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
SCENES = "tests.plugins.testdummy.scenes"


@dataclass
class Stage:
    """One installation on a disk of its own, with a migrated SQLite database."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def prepare(cls, folder: Path) -> Stage:
        """A new installation, with the plugin's tables."""
        folder.mkdir(parents=True)
        stage = cls(folder)
        answer = stage.run("-m", "lxp", "migrate", "--verbosity", "0")
        assert answer.returncode == 0, answer.stderr
        return stage

    def copy(self, folder: Path) -> Stage:
        """The same installation once more, so that a test may spoil it."""
        folder.mkdir(parents=True)
        source = sqlite3.connect(self.folder / "lxp.sqlite3")
        target = sqlite3.connect(folder / "lxp.sqlite3")
        source.backup(target)
        source.close()
        target.close()
        return Stage(folder)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Python in this installation; environment variables as keywords."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LXP_", "DJANGO_SETTINGS"))}
        own = {"LXP_VAR": str(self.folder), "TMPDIR": str(self.folder)}
        own["DJANGO_SETTINGS_MODULE"] = "lxp.config.settings.test"
        variables = {**kept, **own, **self.environment, **environment}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=variables,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def play(self, scene: str, *, without: bool = False, **arguments: Any) -> dict[str, Any]:
        """What a function of `scenes` returns in a new process, perhaps without the plugin."""
        environment = {"LXP_PLUGINS_DISABLED": "testdummy"} if without else {}
        environment["TESTDUMMY_FAULTS"] = arguments.pop("faults", "")
        answer = self.run("-m", SCENES, scene, json.dumps(arguments), **environment)
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout.splitlines()[-1])
