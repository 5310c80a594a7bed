"""Credentials to check, and the standards' own examples, which are never copied into the repository."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from skills_graph.openbadges.keys import SigningKey

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHARED_DATA = Path(os.environ.get("LXP_SHARED_DATA", Path(__file__).parents[3].parent / "shared" / "data"))


@pytest.fixture
def shared_data() -> Path:
    """The folder with the W3C vectors and the samples of 1EdTech."""
    if not (SHARED_DATA / "w3c-vectors").is_dir():
        pytest.skip(f"The examples are not in {SHARED_DATA}; set LXP_SHARED_DATA to the folder with test data.")
    return SHARED_DATA


@pytest.fixture
def example_contexts(shared_data: Path) -> dict[str, Any]:
    """The context that only the examples of W3C use: it defines every term, so a real credential may not name it."""
    file = shared_data / "jsonld-contexts" / "credentials-examples-v2.jsonld"
    return {"https://www.w3.org/ns/credentials/examples/v2": json.loads(file.read_text(encoding="utf-8"))}


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def signing_key() -> SigningKey:
    return SigningKey(bytes(range(32)))
