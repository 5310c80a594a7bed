"""Every hook is explained, documented, and used by somebody."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from lxp import hookspecs

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENT = (PROJECT / "docs" / "hooks.md").read_text()
SPECIFICATIONS = {name: each for name, each in vars(hookspecs).items() if hasattr(each, "lxp_spec")}
FOR_CORE = {name for name, each in SPECIFICATIONS.items() if (inspect.getdoc(each) or "").startswith("Core:")}


def implemented_in(file: Path) -> set[str]:
    """The functions of a module that are marked as hooks."""
    return {
        each.name
        for each in ast.walk(ast.parse(file.read_text()))
        if isinstance(each, ast.FunctionDef)
        and any(isinstance(mark, ast.Name) and mark.id == "hookimpl" for mark in each.decorator_list)
    }


PACKAGES = ("lxp", "content", "courses", "skills_graph")
USERS = {
    **{package: PROJECT / package for package in PACKAGES},
    **{file.parent.name: file.parent for file in sorted(PROJECT.glob("plugins/*/lxp_hooks.py"))},
    "testdummy": PROJECT / "tests/plugins/testdummy/lxp_testdummy",
}
USES = {user: implemented_in(folder / "lxp_hooks.py") for user, folder in USERS.items()}
OUTSIDER = USES["testdummy"]
BUNDLED = {name for user, names in USES.items() if user not in (*PACKAGES, "testdummy") for name in names}


def documented() -> dict[str, str]:
    """The signature of each hook in the tables of docs/hooks.md."""
    return dict(re.findall(r"^\| `(\w+)\(([^)]*)\)` \|", DOCUMENT, re.MULTILINE))


def used_by() -> dict[str, str]:
    """The last column of those tables: who implements each hook, the lowest package first."""
    return dict(re.findall(r"^\| `(\w+)\([^)]*\)` \|.*\| ([^|]+) \|$", DOCUMENT, re.MULTILINE))


def test_the_document_knows_exactly_the_hooks_that_exist() -> None:
    assert sorted(documented()) == sorted(SPECIFICATIONS)


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_a_hook_says_what_it_is_for_and_takes_what_is_documented(name: str) -> None:
    assert len(inspect.getdoc(SPECIFICATIONS[name]) or "") > 40
    assert documented()[name] == ", ".join(inspect.signature(SPECIFICATIONS[name]).parameters)


def test_every_package_that_has_hooks_is_known_here() -> None:
    assert {file.parent.name for file in PROJECT.glob("*/lxp_hooks.py")} == set(PACKAGES)


@pytest.mark.parametrize("name", sorted(SPECIFICATIONS))
def test_a_hook_is_used_by_whom_the_document_says(name: str) -> None:
    users = [user for user, names in USES.items() if name in names]
    assert users != []
    assert used_by()[name] == ", ".join(users)


def test_the_outsider_uses_every_hook_that_a_plugin_may_use() -> None:
    assert sorted(OUTSIDER) == sorted(SPECIFICATIONS.keys() - FOR_CORE)


def test_a_plugin_uses_no_hook_of_our_own_packages() -> None:
    assert sorted((BUNDLED | OUTSIDER) & FOR_CORE) == []
