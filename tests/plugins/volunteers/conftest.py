"""What the tests of volunteers share."""

from __future__ import annotations

import pytest

from tests.plugins.volunteers.circle import Circle, make_circle


@pytest.fixture
def circle(db: None) -> Circle:
    return make_circle()
