"""What the tests of plugins share: an installation that is made once."""

from __future__ import annotations

import pytest

from tests.plugins.testdummy.stage import Stage


@pytest.fixture(scope="session")
def prepared_stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """An installation with a migrated database; copy it before changing it."""
    return Stage.prepare(tmp_path_factory.mktemp("prepared") / "stage")
