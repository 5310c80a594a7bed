"""A plugin whose migration fails: everything else is migrated, the site starts, and the operator reads what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.plugins.testdummy.stage import Stage
from tests.plugins.testdummy.test_quarantine import HOOKS, build

MODEL = """
    from django.db import models

    class Thing(models.Model):
        pass
"""
MIGRATION = """
    from django.db import migrations, models

    def work(apps, schema_editor):
        WORK

    class Migration(migrations.Migration):
        initial = True
        operations = [
            migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True, serialize=False))]),
            migrations.RunPython(work, migrations.RunPython.noop),
        ]
"""
START = """
import django; django.setup()
from lxp import plugin_discovery, plugin_manager
from lxp.serving import readiness
readiness.check_migrated()
readiness.put_aside_unmigrated()
print(plugin_manager.installed(), sorted(plugin_discovery.quarantined))
print(plugin_manager.answers("urls"))
"""
INCIDENT = """
import django; django.setup()
from lxp.models import PluginIncident
print(PluginIncident.objects.values_list("plugin", "hook", "summary").get())
"""


@pytest.fixture
def leaking(prepared_stage: Stage, tmp_path: Path) -> Stage:
    """A plugin that fails half-way, and one after it that does not."""
    for name, work in (("leaking", "raise RuntimeError('kapot')"), ("sound", "pass")):
        files = {"models.py": MODEL, "migrations/__init__.py": ""}
        files["migrations/0001_initial.py"] = MIGRATION.replace("WORK", work)
        build(tmp_path / "packages", name, {**files, "lxp_hooks.py": HOOKS, "urls.py": "urlpatterns = []"})
    stage = prepared_stage.copy(tmp_path / "stage")
    stage.environment = {
        "PYTHONPATH": str(tmp_path / "packages"),
        "LXP_PLUGINS_DISABLED": "testdummy,skillslab,volunteers,xblocks",
    }
    return stage


def tables_of(stage: Stage) -> set[str]:
    connection = sqlite3.connect(stage.folder / "lxp.sqlite3")
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return names & {"leaking_thing", "sound_thing"}


def test_what_fails_is_left_out_and_the_rest_is_migrated(leaking: Stage) -> None:
    answer = leaking.run("-m", "lxp", "migrate", "--verbosity", "0")

    assert answer.returncode == 0
    assert "Plugin leaking could not be migrated (kapot). Everything else was." in answer.stderr
    assert tables_of(leaking) == {"sound_thing"}
    assert leaking.run("-c", START).stdout.splitlines() == ["['sound'] ['leaking']", "[('sound', 'sound.urls')]"]
    checked = leaking.run("-m", "lxp", "plugins", "check")
    assert (checked.returncode, "leaking: 1 migration has not run" in checked.stderr) == (1, True)
    named = leaking.run(
        "-m", "lxp", "migrate", "leaking", "--verbosity", "0"
    )  # then the fault shows as Django shows it
    assert (named.returncode, "RuntimeError: kapot" in named.stderr) == (1, True)
    assert leaking.run("-c", INCIDENT).stdout.strip() == "('leaking', 'migrate', 'RuntimeError: kapot')"


def test_a_better_version_is_migrated_the_next_time(leaking: Stage, tmp_path: Path) -> None:
    leaking.run("-m", "lxp", "migrate", "--verbosity", "0")
    broken = tmp_path / "packages" / "leaking" / "migrations" / "0001_initial.py"
    broken.write_text(broken.read_text().replace("raise RuntimeError('kapot')", "pass"))

    answer = leaking.run("-m", "lxp", "migrate", "--verbosity", "0")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert tables_of(leaking) == {"leaking_thing", "sound_thing"}
    assert leaking.run("-m", "lxp", "plugins", "check").returncode == 0
