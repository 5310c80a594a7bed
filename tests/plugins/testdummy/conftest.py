"""What the tests of the outsider's plugin share: organisations with and without it, and faults that end with the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from lxp import plugin_discovery, plugin_manager
from lxp.models import Organisation
from tests.conftest import is_missing
from tests.factories.people import make_organisation
from tests.plugins.testdummy.stage import Stage


@pytest.fixture(autouse=True, scope="session")
def _plugin_is_installed() -> None:
    if "testdummy" not in plugin_discovery.found:
        is_missing("The package lxp-testdummy (make install-dev)")


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def faults() -> Iterator[dict[str, str]]:
    """Places that fail, and how; see the README of the plugin."""
    from lxp_testdummy.faults import faults as places  # noqa: PLC0415 - only where the plugin is installed

    yield places
    places.clear()


@pytest.fixture
def with_it(db: None) -> Organisation:
    """An organisation that has the plugin on."""
    organisation = make_organisation("heuvelzorg")
    plugin_manager.switch(plugin="testdummy", organisation=organisation, on=True, by=None)
    return organisation


@pytest.fixture
def without_it(db: None) -> Organisation:
    return make_organisation("maasdal")


@pytest.fixture(scope="session")
def written_stage(prepared_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> tuple[Stage, dict[str, Any]]:
    """An installation in which a module with a poll was published and taken, and what `scenes.write_all` said of it."""
    stage = prepared_stage.copy(tmp_path_factory.mktemp("written") / "stage")
    return stage, stage.play("write_all", schema=2)


@pytest.fixture
def stage(prepared_stage: Stage, tmp_path: Path) -> Stage:
    """An installation for scenes in processes of their own."""
    return prepared_stage.copy(tmp_path / "stage")
