"""The kit itself: a plugin that breaks a clause fails, with a message that names the clause and says what to do.

Plugins that are bad on purpose are packages of their own; their tests run in a process of their own, as anybody's would.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from lxp.testing import clauses
from lxp.testing.clauses import Clause
from tests.plugins.testdummy.stage import Stage

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="What the kit says is the same on every database."
)
CLAUSES = {each.name: each for each in vars(clauses).values() if isinstance(each, Clause)}

AUTHOR = 'settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"'
# The one place in which the good plugin of the scaffold is spoilt: the test that finds it, the file, and what changes there.
BAD: dict[str, tuple[str, str, str, str]] = {
    "fits": ("test_it_fits", "models.py", AUTHOR, AUTHOR.replace("db_constraint=False, ", "")),
    "migrations": ("test_its_migrations_hold_nobody_up", "models.py", "max_length=200", "max_length=150"),
    "answers": ("test_its_hooks_answer_as_asked", "lxp_hooks.py", "if found else []", "if found else 7"),
    "escaping": (
        "test_what_people_wrote_never_runs",
        "templates/NAME/messages.html",
        "<strong>{{ message.text }}",
        "<strong>{{ message.text|safe }}",
    ),
    "translations": ("test_every_text_is_translated", "lxp_hooks.py", "Messages that you wrote", "Words of yours"),
    "switch": (
        "test_its_switch_counts_for_each_organisation",
        "apps.py",
        "    lxp_api_version = 1",
        "    lxp_api_version = 1\n\n    def ready(self):\n        from lxp_NAME import open_door",
    ),
    "export": (
        "test_what_it_holds_of_a_person_is_in_their_copy",
        "lxp_hooks.py",
        "rows = Message.objects.filter(author=person)",
        "rows = Message.objects.none()",
    ),
    "erasure": (
        "test_what_it_holds_of_a_person_can_be_forgotten",
        "lxp_hooks.py",
        "Message.objects.filter(author=person).update(author=None)",
        "Message.objects.update(author=None)",
    ),
    "isolation": (
        "test_nothing_of_another_organisation_is_seen_or_changed",
        "models.py",
        "return self.filter(organisation__in=places)",
        "return self.all() if places else self.none()",
    ),
    "queries": (
        "test_queries_do_not_grow",
        "views.py",
        '.select_related("organisation")[:MOST_SHOWN]',
        "[:MOST_SHOWN]",
    ),
    "objects": (
        "test_queries_do_not_grow",
        "models.py",
        "    def __str__",
        "    def save(self, *_, **__):\n        raise ValueError('never')\n\n    def __str__",
    ),
}
# A way in beside the hook `urls`, which knows no switch.
OPEN_DOOR = """
from lxp import plugin_urls

kept = plugin_urls.only_where_on
plugin_urls.only_where_on = lambda plugin, view: view if plugin == "NAME" else kept(plugin, view)
"""


def build(folder: Path, clause: str) -> Path:
    """The plugin of the scaffold, spoilt in one place, with what an installer would have written beside it."""
    name = f"bad{clause}"
    call_command("plugins", "scaffold", name, "--folder", str(folder), verbosity=0)
    target = folder / f"lxp-{name}"
    _test, path, old, new = BAD[clause]
    file = target / f"lxp_{name}" / path.replace("NAME", name)
    text = file.read_text()
    assert old in text, f"{old} is not in {path} of the scaffold"
    file.write_text(text.replace(old, new.replace("NAME", name)))
    (target / f"lxp_{name}" / "open_door.py").write_text(OPEN_DOOR.replace("NAME", name))
    metadata = target / f"lxp_{name}-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: lxp-{name}\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text(f"[lxp.plugins]\n{name} = lxp_{name}.apps.{name.capitalize()}Config\n")
    return target


@pytest.fixture(scope="module")
def said(prepared_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """clause → what the tests of its bad plugin said: all of them installed, and their tests run, in one process."""
    folder = tmp_path_factory.mktemp("bad")
    targets = [build(folder, clause) for clause in BAD]
    shutil.copyfile(prepared_stage.folder / "lxp.sqlite3", folder / "lxp-test.sqlite3")
    shutil.copyfile(targets[0] / "tests" / "conftest.py", folder / "conftest.py")
    classes = [f"class Test{each.capitalize()}(PluginContract):\n    plugin = 'bad{each}'\n" for each in BAD]
    (folder / "test_bad.py").write_text("\n\n".join(["from lxp.testing import PluginContract", *classes]))
    (folder / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE = lxp.config.settings.test\n")
    tests = [f"test_bad.py::Test{clause.capitalize()}::{test}" for clause, (test, *_rest) in BAD.items()]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LXP_", "PYTEST_", "DJANGO_"))}
    own = {"LXP_VAR": str(folder), "TMPDIR": str(folder), "LXP_PLUGINS_DISABLED": "testdummy"}
    own["PYTHONPATH"] = os.pathsep.join(map(str, targets))
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "--reuse-db", "-q", "-p", "no:cacheprovider", "--show-capture=no", *tests],
        cwd=folder,
        env={**kept, **own},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    parts = re.split(r"^_+ Test(\w+)\.\w+ _+$", answer.stdout, flags=re.MULTILINE)
    assert len(parts) > 1, answer.stdout + answer.stderr
    return {name.lower(): text for name, text in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.mark.parametrize("clause", BAD)
def test_a_plugin_that_breaks_a_clause_hears_which_and_what_to_do(said: dict[str, str], clause: str) -> None:
    words = said.get(clause, "its test passed")

    assert f"Clause “{clause}” of the plugin contract is broken. {CLAUSES[clause].asks}" in words
    assert f"What to do: {CLAUSES[clause].remedy}" in words
    assert re.search(r"^  - \S", words, re.MULTILINE)


def test_every_clause_says_what_it_asks_and_what_to_do() -> None:
    assert [each.name for each in CLAUSES.values() if len(each.asks) < 30 or len(each.remedy) < 30] == []
    guide = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text()
    named = re.findall(r"^\| ([a-z, ]+) \| ", guide, re.MULTILINE)
    missing = set(CLAUSES) - {word for words in named for word in words.split(", ")} - {"objects"}
    assert missing == set()
