"""What the tests of plugins share: an installation that is made once."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from lxp import plugin_incidents
from tests.plugins.testdummy.stage import Stage


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a plugin is not slow; the test of slowness says for itself what is."""
    monkeypatch.setattr(plugin_incidents, "SLOW_SECONDS", settings.PLUGIN_SECONDS)


@pytest.fixture(scope="session")
def prepared_stage(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Stage:
    """An installation with a migrated database; copy it before changing it."""
    folder = tmp_path_factory.mktemp("prepared") / "stage"
    if connection.vendor != "sqlite":
        return Stage.prepare(folder)
    folder.mkdir()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "lxp.sqlite3")])  # what the tests begin with is migrated
    return Stage(folder)
