"""Somebody who gets a digest, and a package that has something to say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from lxp import plugin_manager
from lxp.models import User
from tests.factories.notices import MORNING, Teller, news
from tests.factories.people import make_member, make_organisation


@pytest.fixture
def teller(monkeypatch: pytest.MonkeyPatch) -> Iterator[Teller]:
    teller = Teller()
    plugin_manager.manager.register(teller, name="test-teller")
    monkeypatch.setattr(plugin_manager, "CORE_APPS", (*plugin_manager.CORE_APPS, "test-teller"))
    yield teller
    plugin_manager.manager.unregister(name="test-teller")


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(clock: Any, teller: Teller) -> User:
    person = make_member(
        make_organisation("linde"), email="anna@linde.example", date_joined=MORNING - timedelta(days=90)
    )
    teller.items[person.email] = [news()]
    return person
