"""Measures the workloads of docs/performance.md and prints one table: `make bench`. It writes nothing else.

Processor time is measured in one process through Django's test client, so without the few tenths of a millisecond that
gunicorn takes. It is a median over the repetitions that nothing else on the machine disturbed, as a yardstick says.
Memory, cold pages and the start are measured against real servers on port 8530.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from tests.benchmarks import rivals, servers
from tests.benchmarks.corpora import Corpora, lxp, python

HEADINGS = ("workload", "CPU ms", "SQL", "requests", "kB", "reach")
WIDTHS = (50, 9, 5, 9, 8, 40)
WORDS = {
    "W1 made": ("W1 front page, visitor, not kept", "≤ 10 ms, ≤ 6 SQL"),
    "W1 kept": ("W1 front page, visitor, kept", "≤ 1 ms"),
    "W2 made": ("W2 catalogue of one organisation, not kept", "≤ 12 ms, ≤ 6 SQL"),
    "W2 kept": ("W2 catalogue of one organisation, kept", "≤ 1 ms"),
    "W4": ("W4 module page, enrolled learner", "≤ 15 ms, ≤ 12 SQL"),
    "W5": ("W5 lesson page, place written", "≤ 15 ms, ≤ 12 SQL"),
    "W6": ("W6 home of a learner", "≤ 20 ms, ≤ 12 SQL"),
    "W8": ("W8 profile gap, with modules for it (ESCO: BENCH_ESCO)", "≤ 20 ms, ≤ 12 SQL"),
    "W9": ("W9 completion of one module", "≤ 20 ms, ≤ 10 SQL"),
    "W10": ("W10 completion of one organisation, first page", "≤ 30 ms, ≤ 10 SQL, constant in rows"),
    "W11": ("W11 the same as CSV, 1,250 rows", "≤ 150 ms, streamed"),
    "W12": ("W12 one progress write", "≤ 8 ms"),
    "W7": ("W7 quiz: open, 5 answers, result", "≤ 60 ms, ≤ 60 SQL, ≤ 10 requests"),
    "W7 proving": ("W7 the same, which ends a module with four outcomes", ""),
}
# The session of the first learner, and the addresses of a module and of a lesson of theirs.
SESSION_SCRIPT = """
import django; django.setup()
from django.test import Client
from django.urls import reverse
from tests.benchmarks.workloads import begun_attempts, signed_in
attempt = begun_attempts()[0]
client = signed_in(attempt.person)
print(client.cookies["sessionid"].value)
print(attempt.module.pages.get().get_url())
print(reverse("courses:play", args=[attempt.uuid, 1]))
"""

Line = tuple[str, ...]


def line(cells: Line) -> str:
    name, *numbers, reach = cells
    middle = [number.rjust(width) for number, width in zip(numbers, WIDTHS[1:-1], strict=True)]
    return "  ".join([name.ljust(WIDTHS[0]), *middle, reach])


def measured(environment: dict[str, str]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in json.loads(python(environment, "-m", "tests.benchmarks.workloads"))}


def workload_lines(small: dict[str, dict[str, Any]], large: dict[str, dict[str, Any]]) -> Iterator[Line]:
    for name, (words, reach) in WORDS.items():
        if name not in small:  # W8, where nobody loaded a profile
            continue
        each = small[name]
        yield (
            words,
            f"{each['cpu_ms']:.1f}",
            str(each["sql_count"]),
            str(each["requests"]),
            f"{each['kilobytes']:.1f}",
            reach,
        )
        if name.startswith("W7"):
            yield ("   its dearest answer", f"{each['most_ms']:.1f}", "", "", "", "≤ 8 ms" if name == "W7" else "")
    for name in ("W2 made", "W12"):
        times = large[name]["cpu_ms"] / small[name]["cpu_ms"]
        reach = "≤ 1.2 ×" if name == "W2 made" else "constant"
        yield (
            f"{name.split()[0]} with 5,000 modules: × 200",
            f"× {times:.2f}",
            str(large[name]["sql_count"]),
            "",
            "",
            reach,
        )


def search_lines(
    corpora: Corpora, small: dict[str, dict[str, Any]], large: dict[str, dict[str, Any]]
) -> Iterator[Line]:
    """W3: the small vocabulary, in which a term stands in most texts, and the large one, which is like real text."""
    real = measured(corpora.filled("zipf", "--modules", "5000", "--people", "50", "--vocabulary", "large"))
    corpus_names = (
        (small, "200", "≤ 60 ms"),
        (large, "5,000", "≤ 60 ms"),
        (real, "5,000, large vocabulary", "≤ 15 ms"),
    )
    for figures, name, reach in corpus_names:
        for kind, words in (("made", "asked first"), ("kept", "asked again"), ("engine", "the engine")):
            each = figures[f"W3 {kind}"]
            cells = (f"{each['cpu_ms']:.1f}", str(each["sql_count"]), "1", "")
            yield (f"W3 search, {name}: {words}", *cells, reach)
            yield (
                "   its 95th percentile",
                f"{each['most_ms']:.1f}",
                "",
                "",
                "",
                "≤ 15 ms" if kind == "engine" else "",
            )


def server_lines(corpora: Corpora, environment: dict[str, str]) -> Iterator[Line]:
    session, module, lesson = python(environment, "-c", SESSION_SCRIPT).split()
    pages = ["/nl/", "/mijn/", module, lesson]
    weights = servers.cold_weights(environment, pages[:1], pages[1:], session)
    names = ("front page", "home of a learner", "module page", "lesson page")
    for name, weight in zip(names, weights, strict=False):
        reach = "≤ 10 requests, ≤ 150 kB" if name.startswith("home") else ""
        yield (f"cold {name}, in a browser", "", "", str(weight.requests), f"{weight.kilobytes:.0f}", reach)
    megabytes = servers.memory_after_visits(environment, ["/nl/", "/nl/benchmark-1/", "/account/login/"])
    yield (f"memory: {servers.WORKERS} workers and their master, PSS", f"{megabytes:.0f} MB", "", "", "", "≤ 230 MB")
    seconds, card = servers.demo_figures(corpora.empty_folder("demo"))
    yield ("start: lxp serve --demo to the first page (wall)", f"{seconds:.0f} s", "", "", "", "≤ 60 s with installing")
    if card is not None:
        cells = (str(card.weight.requests), f"{card.weight.kilobytes:.0f}")
        yield ("card from a code, in a browser", "", "", *cells, "≤ 50 kB until the first step")
        for each, reach, took in zip(servers.LINES, ("≤ 5 s", "≤ 1 s"), card.first_text_ms, strict=True):
            yield (f"   its first text, {each.name} (wall)", f"{took:.0f}", "", "", "", reach)


def graph_lines(environment: dict[str, str]) -> Iterator[Line]:
    for name, found, reach in json.loads(python(environment, "-m", "tests.benchmarks.graph")):
        yield (name, found, "", "", "", reach)


def ledger_lines(corpora: Corpora) -> Iterator[Line]:
    """The bars of the ledger and of holdings, with so many people as BENCH_PEOPLE says, and of a skillslab with BENCH_YEARS."""
    people = os.environ.get("BENCH_PEOPLE", "25000")
    environment = corpora.filled("people", "--people", people)
    lxp(environment, "load_skillslab_benchmark", "--years", os.environ.get("BENCH_YEARS", "10"))
    for module in ("ledger", "skillslab"):
        for name, found, reach in json.loads(python(environment, "-m", f"tests.benchmarks.{module}")):
            yield (name, found, "", "", "", reach)
    for name, found, reach in rivals.figures(environment):
        yield (name, found, "", "", "", reach)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lxp-bench.") as name:
        corpora = Corpora(Path(name))
        environment = corpora.filled("regio")
        if "BENCH_ESCO" in os.environ:  # a folder with ESCO's files
            lxp(environment, "import_esco", os.environ["BENCH_ESCO"])
        many_modules = corpora.filled("large", "--modules", "5000")
        graph = list(graph_lines(many_modules))  # before the workloads, which take the outcomes away at their end
        large = measured(many_modules)
        small = measured(environment)
        python_version, cores = platform.python_version(), os.cpu_count()
        sys.stdout.write(f"{corpora.database_name}, Python {python_version}, {cores} cores\n")
        sys.stdout.write(line(HEADINGS) + "\n" + "-" * (sum(WIDTHS) + 10) + "\n")
        for cells in chain(
            workload_lines(small, large),
            search_lines(corpora, small, large),
            graph,
            server_lines(corpora, environment),
            ledger_lines(corpora),
        ):
            sys.stdout.write(line(cells) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
