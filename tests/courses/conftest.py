"""What every test of courses needs: nothing kept from the test before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from lxp.models import Organisation
from tests.factories.people import make_organisation


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """A test that is rolled back gives its numbers to the next one: what was cached under them must go."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def owner(db: None) -> Organisation:
    """The organisation whose modules a test publishes."""
    return make_organisation("linde")
