"""Putting right what is wrong: who fails stops nobody else, and is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command

from lxp import plugin_manager
from lxp.hookspecs import hookimpl
from lxp.models import PluginIncident
from lxp.reconciliation import ReconciliationError, in_turn, reconcile

pytestmark = pytest.mark.django_db


class Failing:
    """Stands for a package of ours whose state is broken."""

    @hookimpl
    def reconcile(self) -> list[str]:
        raise ValueError("broken state")


class Working:
    @hookimpl
    def reconcile(self) -> list[str]:
        return ["Put the last one right."]


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(plugin_manager, "CORE_APPS", (*plugin_manager.CORE_APPS, "failing", "working"))
    for name, package in (("working", Working()), ("failing", Failing())):
        plugin_manager.manager.register(package, name=name)
    yield
    for name in ("working", "failing"):
        plugin_manager.manager.unregister(name=name)


def test_a_package_that_fails_stops_no_other_and_is_named(packages: None) -> None:
    with pytest.raises(ReconciliationError, match="failing failed") as error:
        reconcile()
    assert "Put the last one right." in error.value.done
    assert PluginIncident.objects.get(plugin="failing").hook == "reconcile"


def test_the_command_says_what_was_done_and_ends_with_a_fault(packages: None, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(CommandError, match="failing failed"):
        call_command("reconcile")
    assert "Put the last one right." in capsys.readouterr().out


def test_a_step_that_fails_does_not_stop_the_next() -> None:
    seen: list[str] = []

    def first() -> list[str]:
        raise ValueError("the first")

    def second() -> list[str]:
        seen.append("second")
        return ["Second."]

    with pytest.raises(ExceptionGroup) as group:
        in_turn(first, second)
    assert [str(each) for each in group.value.exceptions] == ["the first"]
    assert seen == ["second"]
    assert in_turn(second) == ["Second."]
