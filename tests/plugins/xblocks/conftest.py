"""What the tests of hosted blocks share: an organisation that has them on, and a learner."""

from __future__ import annotations

import importlib.metadata

import pytest

from lxp import plugin_manager
from lxp.models import Organisation, User
from plugins.xblocks.packages import GROUP
from tests.conftest import is_missing
from tests.factories.people import make_member, make_organisation

NEEDED = {"poll", "drag-and-drop-v2", "lxp-practice"}


@pytest.fixture(autouse=True, scope="session")
def _blocks_are_installed() -> None:
    """Packages of others, only for tests: they come with `make install-dev`."""
    if not {each.name for each in importlib.metadata.entry_points(group=GROUP)} >= NEEDED:
        is_missing("The packages xblock-poll, xblock-drag-and-drop-v2 and lxp-testdummy (make install-dev)")


@pytest.fixture
def organisation(db: None) -> Organisation:
    made = make_organisation("heuvelzorg")
    plugin_manager.switch(plugin="xblocks", organisation=made, on=True, by=None)
    return made


@pytest.fixture
def learner(organisation: Organisation) -> User:
    return make_member(organisation)
