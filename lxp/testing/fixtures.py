"""Fixtures for the tests of a plugin."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lxp.testing.world import World, make_world


@pytest.fixture
def plugin_world(db: None) -> Callable[[str], World]:
    """`plugin_world("canteen")`: organisations with and without a plugin, and their people."""
    return make_world
