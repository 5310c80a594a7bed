"""What every test of the platform needs: nothing kept from the test before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Limits and public pages are counted and kept in the cache."""
    cache.clear()
    yield
    cache.clear()
