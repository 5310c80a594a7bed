"""An operator installs a plugin of somebody else, switches it on, sees it fail, and takes it out; nothing else breaks.

People go on learning and booking; what fails again and again is off by itself, until an administrator says otherwise."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import is_missing
from tests.e2e.conftest import OpenReader
from tests.e2e.demo import WITHOUT_PLUGIN, Demo
from tests.e2e.reader import Reader

PLUGIN = Path(__file__).parents[1] / "plugins" / "testdummy"
ADMINISTRATOR, OPERATOR = "beheer@maasdal.example", "operator@heuvelland.example"
SANNE = "sanne@maasdal.example"
PANEL = "[data-testdummy=home_panels]"
FAULTS = "page=raise,home_items=wrong_type"
FAULT_LIMIT = 10  # more than the journey meets until it goes on with them on purpose
TIMES = {"LXP_PLUGIN_SECONDS": "600", "LXP_PLUGIN_FAULT_LIMIT": str(FAULT_LIMIT)}
PAGES = ("/mijn/", "/leren/", "/nl/", "/nl/maasdal/", "/nl/maasdal/peiling/")
MAKE_MODULE = (
    "from lxp.models import Organisation; from tests.plugins.testdummy.polls import make_poll_page; "
    "make_poll_page(Organisation.objects.get(slug='maasdal'))"
)
COUNT_BLOCKS = (
    "from courses.models import VersionActivity; "
    "print('blocks', VersionActivity.objects.filter(kind='testdummy_poll').count())"
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin in a folder of packages, as pip puts it there."""
    folder = tmp_path_factory.mktemp("packages")
    source = shutil.copytree(PLUGIN, folder / "source")  # building writes beside the source
    target = folder / "installed"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--quiet",
            "install",
            "--no-deps",
            "--no-build-isolation",
            "--target",
            target,
            source,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 and "setuptools" in done.stderr:
        is_missing("setuptools, to build the plugin")
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def without_plugin_afterwards(demo: Demo) -> Iterator[None]:
    yield
    if demo.environment != WITHOUT_PLUGIN:
        demo.restart(**WITHOUT_PLUGIN)


def book_a_place(learner: Reader) -> None:
    """In the skillslab, another plugin, while the one beside it fails."""
    page = learner.open("/p/skillslab/").page
    learner.send(".weeknav a:last-child")
    page.locator("label.slot").first.click()
    learner.send(".bookbar button")
    expect(page.locator(".messages .callout--ok")).to_be_visible()


def go_on_until_it_is_off(learner: Reader) -> None:
    """The home shows what works, until the plugin is off by itself; then its page is not there."""
    learner.allow("status of 404")
    for _ in range(FAULT_LIMIT):
        learner.open("/mijn/")
    learner.open("/p/testdummy/")
    expect(learner.page.locator("main h1")).to_be_visible()
    expect(learner.open("/mijn/").page.locator(PANEL)).to_have_count(0)


def test_a_plugin_comes_fails_and_goes(
    open_reader: OpenReader, demo: Demo, installed: Path, without_plugin_afterwards: None, tmp_path: Path
):
    demo.restart(PYTHONPATH=str(installed), TESTDUMMY_FAULTS=FAULTS, **TIMES)
    assert re.search(
        r"^testdummy +lxp-testdummy [\d.]+ +on for: no organisation", demo.command("plugins", "list"), re.MULTILINE
    )
    demo.command("shell", "--no-imports", "--command", MAKE_MODULE)

    administrator = open_reader(ADMINISTRATOR, size="desk")
    learner = open_reader(SANNE)
    expect(learner.open("/mijn/").page.locator(PANEL)).to_have_count(0)
    page = administrator.open("/beheer/plugins/").page
    administrator.check("plugins")
    row = page.locator("li:has(input[name=plugin][value=testdummy])")
    row.locator("button[name=on][value='1']").click()
    expect(row.locator("button[name=on][value='0']")).to_be_visible()
    administrator.check("plugins-on")

    expect(learner.open("/mijn/").page.locator(PANEL)).to_be_visible()
    expect(learner.page.locator("main a[href^='/p/testdummy/']")).to_have_count(0)
    learner.open("/nl/maasdal/peiling/").send("form[action$='/start/'] button")
    attempt = re.sub(r"\d+/$", "", learner.page.url)
    learner.open(f"{attempt}2/").check("plugin-activity")
    learner.page.locator("label.option").first.click()
    learner.page.locator("#actionbar .btn:not(.btn--line)").click()
    expect(learner.page.locator(".segs .is-done")).to_have_count(1)

    learner.allow("status of 50[03]", "^50[03]: .*/p/testdummy/")
    learner.open("/p/testdummy/").check("plugin-failed")
    expect(learner.page.locator("main h1")).to_be_visible()
    for path in PAGES:
        learner.open(path)
        expect(learner.page.locator("main h1").first).to_be_visible()

    operator = open_reader(OPERATOR, size="desk")
    operator.open("/beheer/storingen/").check("incidents")
    for where in ("home_items", "page"):
        expect(operator.page.locator("ul.rows > li", has_text=where).first).to_be_visible()

    book_a_place(learner)
    go_on_until_it_is_off(learner)
    expect(administrator.open("/mijn/").page.locator("main", has_text="staat uit voor")).to_be_visible()
    administrator.open("/beheer/plugins/")
    expect(row.locator(".tag--warn")).to_be_visible()
    administrator.check("plugins-off-after-faults")
    row.locator("button[name=on][value='1']").click()
    expect(row.locator(".tag--ok")).to_be_visible()

    row.locator("button[name=on][value='0']").click()
    expect(row.locator("button[name=on][value='1']")).to_be_visible()
    expect(learner.open("/mijn/").page.locator(PANEL)).to_have_count(0)

    said = demo.command("plugins", "remove", "testdummy", "--yes", "--export", str(tmp_path / "testdummy.json"))
    assert "pip uninstall lxp-testdummy" in said
    demo.restart(**WITHOUT_PLUGIN)
    for path in PAGES:
        learner.open(path)
        expect(learner.page.locator("main h1").first).to_be_visible()
    learner.open(f"{attempt}2/").check("plugin-gone")
    expect(learner.page.locator("[data-missing-activity]")).to_be_visible()
    assert demo.command("shell", "--no-imports", "--command", COUNT_BLOCKS) == "blocks 1\n"
    learner.allow("status of 404")
    learner.open("/p/testdummy/")
    expect(learner.page.locator("main a").first).to_be_visible()
