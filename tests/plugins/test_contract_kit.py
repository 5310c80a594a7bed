"""The kit itself: a plugin that breaks a clause fails, with a message that names the clause and says what to do.

Plugins that are bad on purpose are packages of their own; their tests run in a process of their own, as anybody's would.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from lxp.testing import PluginContract, clauses
from lxp.testing.clauses import Clause
from tests.plugins.testdummy.stage import Stage

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="What the kit says is the same on every database."
)
CLAUSES = {each.name: each for each in vars(clauses).values() if isinstance(each, Clause)}

AUTHOR = 'settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"'
EXPORTED, ERASED = (
    "rows = Message.objects.filter(author=person)",
    "Message.objects.filter(author=person).update(author=None)",
)
Spoilt = tuple[str, str, str]  # the file, and what changes there into what


@dataclass(frozen=True)
class Bad:
    """The good plugin of the scaffold, spoilt: which clause it breaks, the test that finds that, and where it differs."""

    clause: str
    test: str
    places: tuple[Spoilt, ...]


def bad(clause: str, test: str, *places: Spoilt) -> Bad:
    return Bad(clause, test, places)


def starting(module: str) -> Spoilt:
    """A module of the plugin that is loaded when the site starts, beside its hooks."""
    line = "    lxp_api_version = 1"
    return ("apps.py", line, f"{line}\n\n    def ready(self):\n        from lxp_NAME import {module}")


ISOLATED = "test_nothing_of_another_organisation_is_seen_or_changed"
COPIED, FORGOTTEN = (
    "test_what_it_holds_of_a_person_is_in_their_copy",
    "test_what_it_holds_of_a_person_can_be_forgotten",
)
OF_A_MEMBER: tuple[Spoilt, ...] = (
    ("models.py", AUTHOR, AUTHOR.replace("settings.AUTH_USER_MODEL", '"lxp.Membership"')),
    ("lxp_hooks.py", EXPORTED, "rows = Message.objects.none()"),
    ("lxp_hooks.py", ERASED, "pass"),
)
WITH_ACTIVITY = (
    "lxp_hooks.py",
    "MOST_ON_HOME = 3",
    'MOST_ON_HOME = 3\n\n\n@hookimpl\ndef activity_kinds() -> list[str]:\n    return ["lxp_NAME.note.Note"]',
)
BAD: dict[str, Bad] = {
    "fits": bad("fits", "test_it_fits", ("models.py", AUTHOR, AUTHOR.replace("db_constraint=False, ", ""))),
    "migrations": bad(
        "migrations", "test_its_migrations_hold_nobody_up", ("models.py", "max_length=200", "max_length=150")
    ),
    "halfway": bad(
        "migrations",
        "test_its_migrations_hold_nobody_up",
        ("migrations/0001_messages.py", "    initial = True", "    initial = True\n    atomic = False"),
        ("migrations/0001_messages.py", "    operations = [\n", "    operations = [\n        NOTHING,\n"),
        (
            "migrations/0001_messages.py",
            "\n\nclass Migration",
            "\nNOTHING = migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)\n\n\nclass Migration",
        ),
    ),
    "failing": bad(
        "migrations",
        "test_its_migrations_hold_nobody_up",
        ("migrations/0001_messages.py", "    operations = [\n", "    operations = [\n        FAILS,\n"),
        (
            "migrations/0001_messages.py",
            "\n\nclass Migration",
            '\nFAILS = migrations.RunSQL("SELECT nothing FROM nowhere", "")\n\n\nclass Migration',
        ),
    ),
    "tables": bad("tables", "test_it_survives_without_its_tables", starting("at_the_door")),
    "faults": bad("faults", "test_a_faulty_hook_costs_only_itself", starting("in_the_way")),
    "activities": bad("activities", "test_a_faulty_activity_costs_only_itself", WITH_ACTIVITY),
    "answers": bad(
        "answers", "test_its_hooks_answer_as_asked", ("lxp_hooks.py", "if found else []", "if found else 7")
    ),
    "escaping": bad(
        "escaping",
        "test_what_people_wrote_never_runs",
        ("templates/NAME/messages.html", "<strong>{{ message.text }}", "<strong>{{ message.text|safe }}"),
    ),
    "shown": bad(
        "escaping",
        "test_what_people_wrote_never_runs",
        WITH_ACTIVITY,
    ),
    "translations": bad(
        "translations", "test_every_text_is_translated", ("lxp_hooks.py", "Messages that you wrote", "Words of yours")
    ),
    "absence": bad(
        "absence",
        "test_stored_blocks_survive_its_absence",
        WITH_ACTIVITY,
        ("migrations/0001_messages.py", "    operations = [\n", "    operations = [\n        TRIGGER,\n"),
        (
            "migrations/0001_messages.py",
            "\n\nclass Migration",
            "\nfrom lxp_NAME.triggers import TRIGGER\n\n\nclass Migration",
        ),
    ),
    "switch": bad("switch", "test_its_switch_counts_for_each_organisation", starting("open_door")),
    "export": bad("export", COPIED, ("lxp_hooks.py", EXPORTED, "rows = Message.objects.none()")),
    "memberscopy": bad("export", COPIED, *OF_A_MEMBER),
    "erasure": bad("erasure", FORGOTTEN, ("lxp_hooks.py", ERASED, "Message.objects.update(author=None)")),
    "membersgone": bad("erasure", FORGOTTEN, *OF_A_MEMBER),
    "isolation": bad(
        "isolation",
        ISOLATED,
        ("models.py", "return self.filter(organisation__in=places)", "return self.all() if places else self.none()"),
    ),
    "writing": bad(  # what it shows is right: only a form that is filled in changes the messages of others
        "isolation",
        ISOLATED,
        (
            "views.py",
            "write_message(organisation=administered, by=person, **form.cleaned_data)",
            'Message.objects.filter(day=form.cleaned_data["day"]).update(text=form.cleaned_data["text"])',
        ),
    ),
    "nonsense": bad(
        "nonsense",
        "test_nonsense_is_answered",
        (
            "views.py",
            "            write_message(",
            '            (day := form.cleaned_data["day"]).replace(year=day.year + 1)\n            write_message(',
        ),
    ),
    "queries": bad(
        "queries",
        "test_queries_do_not_grow",
        ("views.py", '.select_related("organisation")[:MOST_SHOWN]', "[:MOST_SHOWN]"),
    ),
    "objects": bad(
        "objects",
        "test_queries_do_not_grow",
        (
            "models.py",
            "    def __str__",
            "    def save(self, *_, **__):\n        raise ValueError('never')\n\n    def __str__",
        ),
    ),
}
# Each of these modules lies in every bad plugin, and counts where the plugin names it.
MODULES = {
    # A way in beside the hook `urls`, which knows no switch.
    "open_door": """
from lxp import plugin_urls

kept = plugin_urls.only_where_on
plugin_urls.only_where_on = lambda plugin, view: view if plugin == "NAME" else kept(plugin, view)
""",
    # A receiver that fails where somebody signs in while the plugin's tables are not there.
    "at_the_door": """
from django.contrib.auth.signals import user_logged_in

from lxp_NAME.models import Message


def count_messages(**_):
    Message.objects.count()


user_logged_in.connect(count_messages, weak=False)
""",
    # A receiver that fails where the platform notes what the plugin did wrong.
    "in_the_way": """
from django.db.models.signals import pre_save

from lxp.models import PluginIncident


def refuse(instance, **_):
    if instance.plugin == "NAME":
        raise RuntimeError("It was not me.")


pre_save.connect(refuse, sender=PluginIncident, weak=False)
""",
    # An activity that keeps its faults to itself, and shows what an author wrote as it is.
    "note": """
from django.utils.safestring import mark_safe
from wagtail import blocks

from courses.api import Activity, handler


class Note(Activity):
    kind = "NAME_note"
    label = "Note"
    template = ""

    @classmethod
    def fields(cls):
        return [("text", blocks.TextBlock())]

    @handler
    def write(self, data):
        self.record("written")

    def handle(self, name, data):
        try:
            super().handle(name, data)
        except Exception:
            self.fault = True

    def learner_view(self, request, **extra):
        return mark_safe(self.content.get("text", ""))
""",
    # What stays in the database when the plugin goes, and changes what authors wrote.
    "triggers": """
from django.db import migrations

TRIGGER = migrations.RunSQL(
    [
        "CREATE TRIGGER NAME_cuts AFTER UPDATE OF body ON courses_modulepage WHEN NEW.body LIKE '%NAME_note%' BEGIN "
        "UPDATE courses_modulepage SET body = replace(NEW.body, 'Kit', 'Cut') WHERE page_ptr_id = NEW.page_ptr_id; END"
    ],
    ["DROP TRIGGER NAME_cuts"],
)
""",
}


# The database that was migrated once is taken as it is: only the tables of the bad plugins are new.
SETTINGS = """
from pathlib import Path

from lxp.config.settings.test import *
from lxp.config.settings.test import DATABASES

DATABASES["default"]["TEST"] = {"NAME": str(Path(__file__).with_name("lxp-test.sqlite3"))}
"""


def build(folder: Path, key: str) -> Path:
    """A bad plugin, with what an installer would have written beside it."""
    name = f"bad{key}"
    call_command("plugins", "scaffold", name, "--folder", str(folder), verbosity=0)
    target = folder / f"lxp-{name}"
    package = target / f"lxp_{name}"
    for path, old, new in BAD[key].places:
        file = package / path.replace("NAME", name)
        text = file.read_text()
        assert old in text, f"{old} is not in {path} of the scaffold"
        file.write_text(text.replace(old, new.replace("NAME", name)))
    for module, text in MODULES.items():
        (package / f"{module}.py").write_text(text.replace("NAME", name))
    metadata = target / f"lxp_{name}-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: lxp-{name}\nVersion: 0.1.0\n")
    (metadata / "entry_points.txt").write_text(f"[lxp.plugins]\n{name} = lxp_{name}.apps.{name.capitalize()}Config\n")
    return target


@pytest.fixture(scope="module")
def said(prepared_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """bad plugin → what the tests of its bad plugin said: all of them installed, and their tests run, in one process."""
    folder = tmp_path_factory.mktemp("bad")
    targets = [build(folder, key) for key in BAD]
    shutil.copyfile(prepared_stage.folder / "lxp.sqlite3", folder / "lxp-test.sqlite3")
    shutil.copyfile(targets[0] / "tests" / "conftest.py", folder / "conftest.py")
    classes = [f"class Test{each.capitalize()}(PluginContract):\n    plugin = 'bad{each}'\n" for each in BAD]
    (folder / "test_bad.py").write_text("\n\n".join(["from lxp.testing import PluginContract", *classes]))
    (folder / "bad_settings.py").write_text(SETTINGS)
    (folder / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE = bad_settings\n")
    tests = [f"test_bad.py::Test{key.capitalize()}::{each.test}" for key, each in BAD.items()]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LXP_", "PYTEST_", "DJANGO_"))}
    own = {"LXP_VAR": str(folder), "TMPDIR": str(folder), "LXP_PLUGINS_DISABLED": "testdummy"}
    own["PYTHONPATH"] = os.pathsep.join(map(str, [folder, *targets]))
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


@pytest.mark.parametrize("key", BAD)
def test_a_plugin_that_breaks_a_clause_hears_which_and_what_to_do(said: dict[str, str], key: str) -> None:
    words, clause = said.get(key, "its test passed"), BAD[key].clause

    assert f"Clause “{clause}” of the plugin contract is broken. {CLAUSES[clause].asks}" in words
    assert f"What to do: {CLAUSES[clause].remedy}" in words
    assert re.search(r"^  - \S", words, re.MULTILINE)


def test_every_clause_has_a_plugin_that_breaks_it() -> None:
    assert {each.clause for each in BAD.values()} == set(CLAUSES)


def test_every_clause_says_what_it_asks_and_what_to_do() -> None:
    assert [each.name for each in CLAUSES.values() if len(each.asks) < 30 or len(each.remedy) < 30] == []
    guide = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text()
    named = re.findall(r"^\| ([a-z, ]+) \| ", guide, re.MULTILINE)
    missing = set(CLAUSES) - {word for words in named for word in words.split(", ")} - {"objects"}
    assert missing == set()


def test_each_clause_is_chosen_by_its_name() -> None:
    tests = [test for name, test in vars(PluginContract).items() if name.startswith("test_")]

    assert sorted(word for test in tests for word in vars(test)) == sorted(set(CLAUSES) - {"objects"})
