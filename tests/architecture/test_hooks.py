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


OURS = {name for file in PROJECT.glob("*/lxp_hooks.py") for name in implemented_in(file)}
BUNDLED = {name for file in PROJECT.glob("plugins/*/lxp_hooks.py") for name in implemented_in(file)}
OUTSIDER = implemented_in(PROJECT / "tests/plugins/testdummy/lxp_testdummy/lxp_hooks.py")


def documented() -> dict[str, str]:
    """The signature of each hook in the tables of docs/hooks.md."""
    return dict(re.findall(r"^\| `(\w+)\(([^)]*)\)` \|", DOCUMENT, re.MULTILINE))


def test_the_document_knows_exactly_the_hooks_that_exist() -> None:
    assert sorted(documented()) == sorted(SPECIFICATIONS)


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_a_hook_says_what_it_is_for_and_takes_what_is_documented(name: str) -> None:
    assert len(inspect.getdoc(SPECIFICATIONS[name]) or "") > 40
    assert documented()[name] == ", ".join(inspect.signature(SPECIFICATIONS[name]).parameters)


@pytest.mark.parametrize("name", sorted(SPECIFICATIONS))
def test_a_hook_is_used(name: str) -> None:
    assert name in OURS | BUNDLED | OUTSIDER


def test_the_outsider_uses_every_hook_that_a_plugin_may_use() -> None:
    assert sorted(OUTSIDER) == sorted(SPECIFICATIONS.keys() - FOR_CORE)


def test_a_plugin_uses_no_hook_of_our_own_packages() -> None:
    assert sorted((BUNDLED | OUTSIDER) & FOR_CORE) == []
