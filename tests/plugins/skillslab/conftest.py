"""What the tests of the skillslab share."""

from __future__ import annotations

import pytest

from tests.plugins.skillslab.lab import Lab, make_lab


@pytest.fixture
def lab(db: None) -> Lab:
    return make_lab()
