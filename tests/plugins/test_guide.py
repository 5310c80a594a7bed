"""docs/plugins.md is true: the plugin that stands in it installs, works and goes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.plugins.testdummy.stage import PROJECT, Stage

GUIDE = (PROJECT / "docs" / "plugins.md").read_text()
FILE = re.compile(r"^`([\w./]+)`\n\n```[\w+]+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOPIC = "{title: Rust, title_en: Rest, summary: Rust., summary_en: Rest., theme: hygiene, owner: maasdal}"
TRY_OUT = """
import json
import os
from django.test import Client
import django
django.setup()
from django.core.management import call_command
from courses.models import Attempt, ModulePage
from lxp import plugin_discovery, plugin_manager
from lxp.models import PluginIncident
from tests.factories.modules import make_attempt
from tests.factories.people import make_member, make_organisation

assert plugin_discovery.quarantined == {}, plugin_discovery.quarantined
organisation = make_organisation("maasdal")
plugin_manager.switch(plugin="breathe", organisation=organisation, on=True, by=None)
person, client = make_member(organisation, first_name="Anna"), Client()
client.force_login(person)
call_command("load_library", os.path.join(os.environ["LXP_VAR"], "..", "library"), verbosity=0)
attempt = make_attempt(person, ModulePage.objects.get(slug="breathe").module)
home = client.get("/mijn/").content.decode()
before = client.get(f"/leren/{attempt.uuid}/1/").content.decode()
address = f"/leren/{attempt.uuid}/{attempt.version.activities.get().block_id}/breathe/"
refused = client.post(address, {}).status_code
client.post(address, {"feeling": "calm"})
after = client.get(f"/leren/{attempt.uuid}/1/").content.decode()
print(json.dumps({
    "panel": "You have time for that, Anna." in home,
    "shown": "Ga zitten." in before and "Breathe in and out 5 times." in before,
    "refused": refused,
    "completed": Attempt.objects.get().completed_at is not None,
    "summary": "5 quiet breaths" in after,
    "incidents": list(PluginIncident.objects.values_list("summary", flat=True)),
}))
"""


@pytest.fixture
def installed(prepared_stage: Stage, tmp_path: Path) -> Stage:
    """The files of the guide, installed: the metadata is what an installer makes of pyproject.toml."""
    folder = tmp_path / "breathe"
    files = dict(FILE.findall(GUIDE))
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    module = re.search(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert module is not None
    library = {"modules/breathe/module": module[1], "topics/hygiene": TOPIC}
    for name, text in library.items():
        path = tmp_path / "library" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    entry = re.search(r'entry-points\."lxp.plugins"\]\n(.*)\n', files["pyproject.toml"])
    assert entry is not None
    metadata = folder / "lxp_breathe-1.0.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: lxp-breathe\nVersion: 1.0.0\n")
    (metadata / "entry_points.txt").write_text(f"[lxp.plugins]\n{entry[1].replace(chr(34), '')}\n")
    stage = prepared_stage.copy(tmp_path / "stage")
    stage.environment = {"PYTHONPATH": str(folder)}
    return stage


def test_the_guide_names_all_its_files() -> None:
    assert sorted(dict(FILE.findall(GUIDE))) == [
        "lxp_breathe/__init__.py",
        "lxp_breathe/apps.py",
        "lxp_breathe/lxp_hooks.py",
        "lxp_breathe/pause.py",
        "lxp_breathe/templates/breathe/panel.html",
        "lxp_breathe/templates/breathe/pause.html",
        "pyproject.toml",
    ]


EXAMPLES = re.findall(r"^```python\n(.*?)^```$", (PROJECT / "docs" / "hooks.md").read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("import ")[-1].split("\n")[0])
def test_the_examples_of_what_hooks_return_are_taken(example: str) -> None:
    exec(compile(example, "docs/hooks.md", "exec"), {})  # noqa: S102 - our own documentation


def test_the_plugin_of_the_guide_fits_works_and_completes(installed: Stage) -> None:
    checked = installed.run("-m", "lxp", "plugins", "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "breathe" in checked.stdout

    answer = installed.run("-c", TRY_OUT)

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[-1] == (
        '{"panel": true, "shown": true, "refused": 422, "completed": true, "summary": true, "incidents": []}'
    )
