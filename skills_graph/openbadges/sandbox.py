"""Canonicalising what came from outside: in a process of its own, with little memory, that is killed when it works long."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from skills_graph.openbadges.canonical import check_words
from skills_graph.openbadges.exceptions import RefusedError

SECONDS = 5
# What a document costs is time of the processor, which a busy machine does not change; waiting has an end all the same.
WAITING_FACTOR = 4
# Things without an address of their own: the cost of telling them apart can grow without bound.
MOST_BLANK_NODES = 500

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


def canonicalise_in_sandbox(documents: Sequence[Mapping[str, Any]], *, seconds: int = SECONDS) -> list[str]:
    """The canonical form of each document. Raises RefusedError, also when they need more than so many seconds of a processor,
    or too much memory."""
    for document in documents:
        check_words(document)
    if any(_blank_nodes(document) > MOST_BLANK_NODES for document in documents):
        raise RefusedError("too_complex")
    environment = {"PYTHONPATH": str(_PACKAGE_ROOT), "PYTHONUTF8": "1", "PATH": os.defpath}
    try:
        done = subprocess.run(  # noqa: S603 - our own program and a number
            [sys.executable, "-m", "skills_graph.openbadges.worker", str(seconds)],
            input=json.dumps(documents).encode("utf-8"),
            capture_output=True,
            timeout=seconds * WAITING_FACTOR,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedError("too_complex") from error
    if done.returncode != 0:
        raise RefusedError("too_complex")
    answer = json.loads(done.stdout)
    if "code" in answer:
        raise RefusedError(answer["code"], **answer["details"])
    return [str(text) for text in answer["canonical"]]


def _blank_nodes(document: Mapping[str, Any]) -> int:
    """How many objects in the document have no address."""
    waiting: list[Any] = [document]
    count = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            count += "id" not in item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return count
