"""What the documentation names is there: links, settings, models, hooks, commands, accounts; it names no workplace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from lxp import hookspecs
from lxp.library_loader import DEMO_PASSWORD
from lxp.serving import demo

ROOT = Path(__file__).parents[2]
OURS = ("lxp", "content", "courses", "skills_graph", "plugins", "tests", "docs", "bin", ".ci")
TEXT_SUFFIXES = {
    "",
    ".css",
    ".html",
    ".js",
    ".lock",
    ".md",
    ".po",
    ".py",
    ".sh",
    ".svg",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
}
MADE = {"__pycache__", "node_modules"}

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CELL_BORDER = re.compile(r"(?<!\\)\|")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
SETTING = re.compile(r"""environ(?:\.get\(|\[)\s*["'](LXP_[A-Z0-9_]+)["']""")
# At the start of a line or after another command; what stands elsewhere is a word.
MAKE_TARGET = re.compile(r"(?:^`*|[;&] *)make ([a-z][a-z-]*)", re.MULTILINE)
LXP_COMMAND = re.compile(r"(?:^`*(?:\S*/)?|[;&] *(?:\S*/)?)lxp ([a-z][a-z_]*)\b", re.MULTILINE)
# What belongs to one machine or one person's way of working, and not to the project.
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|tmp/brief)/|--(?:extra-)?index-url|--find-links")
# A browser has a user agent, and a reader has a session: those are words of the project.
WORKPLACE = re.compile(r"(?<!user.)\bagents?\b|\b(?:this|previous|earlier|next|our) session\b", re.IGNORECASE)


@cache
def own_files() -> list[Path]:
    """Every text file of the repository, without what tools made."""
    inside = [path for name in OURS if (ROOT / name).is_dir() for path in (ROOT / name).rglob("*")]
    found = [path for path in [*ROOT.iterdir(), *inside] if path.is_file() and path.suffix in TEXT_SUFFIXES]
    return sorted(path for path in found if not MADE & set(path.relative_to(ROOT).parts))


def documents() -> list[Path]:
    return [path for path in own_files() if path.suffix == ".md"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(document: Path) -> set[str]:
    """The names that a browser gives to the headings of a document."""
    headings = re.findall(r"^#+ +(.+?) *$", FENCE.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code_of(document: Path) -> Iterator[str]:
    """What stands in fences and between backticks: what a reader types."""
    text = document.read_text(encoding="utf-8")
    yield from FENCE.findall(text)
    yield from SPAN.findall(FENCE.sub("", text))


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_every_link_within_the_repository_leads_somewhere(document: Path) -> None:
    broken = []
    for target in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        path, _hash, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (document.parent / path).resolve() if path else document
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def test_every_setting_is_described_for_operators() -> None:
    read = {
        name for path in [*(ROOT / "lxp").rglob("*.py")] for name in SETTING.findall(path.read_text(encoding="utf-8"))
    }
    described = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert "LXP_SECRET_KEY" in read
    assert sorted(name for name in read if not re.search(rf"\b{name}\b", described)) == []


def test_every_model_and_every_hook_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    labels = [label for label in ("lxp", "content", "courses", "skills_graph") if apps.is_installed(label)]
    nouns = {model.__name__ for label in labels for model in apps.get_app_config(label).get_models()}
    nouns |= {name for name, value in vars(hookspecs).items() if getattr(value, "lxp_spec", None) is not None}
    assert {"Attempt", "reconcile"} <= nouns
    assert sorted(noun for noun in nouns if not re.search(rf"\b{noun}\b", glossary)) == []


def test_every_command_in_the_documentation_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    missing = []
    for document in documents():
        for code in code_of(document):
            missing += [
                f"{name_of(document)}: make {name}" for name in MAKE_TARGET.findall(code) if name not in targets
            ]
            names = LXP_COMMAND.findall(code)
            missing += [f"{name_of(document)}: lxp {name}" for name in names if name not in get_commands()]
    assert missing == []


def test_the_accounts_in_the_readme_are_those_of_the_demo() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([^`]+@[^`]+)` \|", readme, re.MULTILINE))
    assert named == {account.email for account in demo.accounts()}
    assert f"`{DEMO_PASSWORD}`" in readme


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")
    numbers = [int(name[:4]) for name in records if re.match(r"\d{4}-", name)]
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert numbers == list(range(1, len(records) + 1))
    assert [name for name in records if f"({name})" not in listed] == []


@pytest.mark.parametrize("record", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=name_of)
def test_a_decision_says_context_decision_alternatives_and_consequences(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "What we rejected", "Consequences"]
    assert text.startswith(f"# {record.name[:4]} · ")


def test_nothing_names_a_machine_or_a_package_index() -> None:
    hits = [hit for path in own_files() if path != Path(__file__) for hit in lines_with(MACHINE, path)]
    assert hits == []


def test_no_document_speaks_of_how_it_was_written() -> None:
    assert [hit for path in documents() for hit in lines_with(WORKPLACE, path)] == []


def lines_with(pattern: re.Pattern[str], path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [f"{name_of(path)}:{number}: {line}" for number, line in enumerate(lines, start=1) if pattern.search(line)]


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_each_row_of_a_table_has_as_many_cells_as_its_head(path: Path) -> None:
    wrong, width = [], 0
    for number, line in enumerate(FENCE.sub("", path.read_text()).splitlines(), start=1):
        cells = len(CELL_BORDER.findall(line)) if line.startswith("|") else 0
        width = width if cells and width else cells
        if cells != width:
            wrong.append((number, line))
    assert wrong == []
