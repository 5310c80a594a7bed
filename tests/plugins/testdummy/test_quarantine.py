"""Broken packages, built by hand and all installed at once: the site starts, says which and why, and works without them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.plugins.testdummy.stage import Stage

APPS = """
    from django.apps import AppConfig

    class Config(AppConfig):
        name = "NAME"
        label = "NAME"
        lxp_api_version = 1
"""
HOOKS = """
    from lxp.hookspecs import hookimpl

    @hookimpl
    def urls():
        return "NAME.urls"
"""
FIT: dict[str, str] = {"__init__.py": "", "apps.py": APPS}
RAISE = "raise RuntimeError('kapot')"

BROKEN: dict[str, tuple[dict[str, str], str]] = {
    "package": ({"__init__.py": RAISE}, "kapot"),
    "package that exits": ({"__init__.py": "raise SystemExit(3)"}, "SystemExit"),
    "apps": ({"apps.py": RAISE}, "kapot"),
    "missing requirement": ({"apps.py": "import a_package_that_nobody_has"}, "a_package_that_nobody_has"),
    "no such config": ({"apps.py": ""}, "Config"),
    "not a config": ({"apps.py": "Config = 3"}, "not an AppConfig"),
    "models": ({"models.py": RAISE}, "kapot"),
    "ready": ({"apps.py": APPS + "\n        def ready(self):\n            raise RuntimeError('kapot')\n"}, "kapot"),
    "API of the future": ({"apps.py": APPS.replace("version = 1", "version = 9")}, "plugin API 9"),
    "no API": ({"apps.py": APPS.replace("lxp_api_version = 1", "pass")}, "plugin API None"),
    "other label": ({"apps.py": APPS.replace('label = "NAME"', 'label = "anders"')}, "must be the same"),
    "wrong name": ({"apps.py": APPS.replace('name = "NAME"', 'name = "bestaat_niet"')}, "bestaat_niet"),
    "hooks": ({"lxp_hooks.py": RAISE}, "kapot"),
    "misspelt hook": ({"lxp_hooks.py": HOOKS.replace("def urls", "def url")}, "url"),
    "wrong argument": (
        {"lxp_hooks.py": HOOKS.replace("def urls():", "def home_panels(person, planet):")},
        "planet",
    ),
    "urls": ({"lxp_hooks.py": HOOKS, "urls.py": RAISE}, "kapot"),
    "no urls": ({"lxp_hooks.py": HOOKS}, "NAME.urls"),
    "urls without patterns": ({"lxp_hooks.py": HOOKS, "urls.py": ""}, "NAME.urls"),
    "wagtail hooks": ({"wagtail_hooks.py": RAISE}, "kapot"),
    "tasks": ({"tasks.py": RAISE}, "kapot"),
    "template tags": ({"templatetags/__init__.py": "", "templatetags/tags.py": RAISE}, "kapot"),
    "migrations": ({"migrations/__init__.py": "", "migrations/0001_initial.py": RAISE}, "kapot"),
}

TAKEN = ("account", "courses", "sessions")


def build(folder: Path, name: str, files: dict[str, str]) -> None:
    """A package with what an installer would have written beside it."""
    for path, text in {**FIT, **files}.items():
        file = folder / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).replace("NAME", name))
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[lxp.plugins]\n{name} = {name}.apps.Config\n")


def package_of(case: str) -> str:
    return f"broken_{case.replace(' ', '_').lower()}"


@pytest.fixture(scope="module")
def crowded(prepared_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """An installation with every broken package, and one that fits."""
    folder = tmp_path_factory.mktemp("packages")
    for case, (files, _reason) in BROKEN.items():
        build(folder, package_of(case), files)
    build(folder, "fitting", {"lxp_hooks.py": HOOKS, "urls.py": "urlpatterns = []"})
    for label in TAKEN:
        build(folder, f"taker_of_{label}", {"apps.py": APPS.replace('label = "NAME"', f'label = "{label}"')})
        entry = folder / f"taker_of_{label}-1.0.dist-info" / "entry_points.txt"
        entry.write_text(f"[lxp.plugins]\n{label} = taker_of_{label}.apps.Config\n")
    stage = prepared_stage.copy(folder / "stage")
    stage.environment = {"PYTHONPATH": str(folder), "LXP_PLUGINS_DISABLED": "testdummy"}
    return stage


@pytest.fixture(scope="module")
def seen(crowded: Stage) -> dict[str, Any]:
    """What an operator sees at the start of that installation."""
    return crowded.play("begin")


def test_the_site_starts_and_only_what_fits_is_installed(seen: dict[str, Any]) -> None:
    assert (seen["site"], seen["health"]) == (200, 200)
    assert seen["installed"] == ["fitting", "skillslab", "volunteers", "xblocks"]
    assert seen["named"] == sorted([*(package_of(case) for case in BROKEN), *TAKEN])


@pytest.mark.parametrize("case", BROKEN)
def test_each_broken_package_is_named_with_its_reason(seen: dict[str, Any], case: str) -> None:
    name, reason = package_of(case), BROKEN[case][1].replace("NAME", package_of(case))

    assert reason in seen["quarantined"][name]
    assert f"lxp.W001: Plugin {name} is in quarantine: {seen['quarantined'][name]}" in seen["warnings"]
    assert f"{name}: {seen['quarantined'][name]}" in seen["check"].splitlines()
    assert seen["check"].startswith("1: In quarantine:")


@pytest.mark.parametrize("label", TAKEN)
def test_a_plugin_cannot_take_the_place_of_an_app(seen: dict[str, Any], label: str) -> None:
    assert seen["quarantined"][label] == f"PluginUnfitError: there is an app {label} already"


def test_the_command_exits_with_1(crowded: Stage) -> None:
    answer = crowded.run("-m", "lxp", "plugins", "check")

    assert answer.returncode == 1
    assert "broken_apps: RuntimeError: kapot" in answer.stderr


def test_a_key_that_would_keep_the_tables_in_place_is_named(stage: Stage, tmp_path: Path) -> None:
    model = """
        from django.conf import settings
        from django.db import models

        class Tie(models.Model):
            person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    """
    build(tmp_path / "site", "tied", {"models.py": model})
    stage.environment = {"PYTHONPATH": str(tmp_path / "site"), "LXP_PLUGINS_DISABLED": "testdummy"}

    seen = stage.play("begin")

    assert seen["installed"] == ["skillslab", "tied", "volunteers", "xblocks"]
    assert seen["warnings"] == ["lxp.W002: The key tied.Tie.person holds on to a table of another package."]
    assert seen["check"].startswith("1: The key tied.Tie.person")
