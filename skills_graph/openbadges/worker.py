"""The process that canonicalises documents from outside: it reads them from its input, and it can be killed."""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

# The library would load what it needs to fetch contexts. This process fetches nothing, and starts twice as fast without.
sys.modules |= dict.fromkeys(("aiohttp", "requests"))  # type: ignore[arg-type]

from skills_graph.openbadges.canonical import canonicalise  # noqa: E402 - the line above must come first
from skills_graph.openbadges.exceptions import RefusedError  # noqa: E402 - the same

MEMORY_BYTES = 512 * 1024 * 1024


def main() -> None:
    """Answer a list of documents with the canonical form of each, or with the first refusal. The argument says how many
    seconds of a processor it may take; then the system kills it."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer: dict[str, Any]
    try:
        answer = {"canonical": [canonicalise(document) for document in json.load(sys.stdin)]}
    except RefusedError as refusal:
        answer = {"code": refusal.code, "details": refusal.details}
    except (MemoryError, RecursionError):
        answer = {"code": "too_complex", "details": {}}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
