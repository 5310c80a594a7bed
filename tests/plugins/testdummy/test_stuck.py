"""A plugin that hangs where nothing can interrupt it: in the threads of a web server, each page comes in time all the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from lxp import plugin_budget, plugin_incidents
from lxp.models import Organisation, PluginIncident, PluginSwitch
from lxp.testing.faults import implementations, replaced
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 60


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """What the plugin waits for, in one step that Python cannot interrupt; everything else has all the time it needs."""
    hangs = ("home_panels", "urls:/p/testdummy/")
    monkeypatch.setattr(plugin_incidents, "seconds_for", lambda where: 0.2 if where in hangs else PATIENCE_SECONDS)
    event = threading.Event()
    yield event
    event.set()
    for thread in threading.enumerate():
        if thread.name == "plugin-testdummy":
            thread.join(PATIENCE_SECONDS)


def in_the_server(person: Any, paths: list[str]) -> list[tuple[int, str]]:
    """What pages answer in a thread of a web server."""
    found: list[tuple[int, str]] = []

    def serve() -> None:
        client = Client(raise_request_exception=False)
        client.force_login(person)
        for path in paths:
            response = client.get(path)
            found.append((response.status_code, response.content.decode()))
        connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    return found


def test_a_page_comes_without_the_part_that_hangs(with_it: Organisation, gate: threading.Event) -> None:
    person = make_member(with_it, language="nl")
    with replaced(implementations("testdummy")["home_panels"], lambda *_: gate.wait(PATIENCE_SECONDS)):
        pages = in_the_server(person, ["/mijn/", "/mijn/"])

    assert [status for status, _text in pages] == [200, 200]
    assert 'data-testdummy="home_panels"' not in pages[0][1]
    assert "/p/testdummy/?from=home" in pages[0][1]
    assert "/p/testdummy/?from=home" not in pages[1][1]  # not asked at all while it has not come back
    summaries = set(PluginIncident.objects.values_list("summary", flat=True))
    assert "stopped after 0.2 seconds" in summaries
    assert any("an earlier call has not come back" in each for each in summaries)
    assert plugin_budget.is_stuck("testdummy")
    assert PluginSwitch.objects.get().fault_count == 1  # one call that hangs is one fault, however often it is missed


def test_a_page_of_the_plugin_that_hangs_gives_way_to_a_calm_one(with_it: Organisation, gate: threading.Event) -> None:
    person = make_member(with_it)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lxp_testdummy.views.answer", lambda *_: gate.wait(PATIENCE_SECONDS))
        ((status, text),) = in_the_server(person, ["/p/testdummy/"])

    assert (status, 'href="/mijn/"' in text) == (500, True)


def test_what_works_is_asked_in_the_same_way(with_it: Organisation) -> None:
    ((status, text),) = in_the_server(make_member(with_it), ["/mijn/"])

    assert status == 200
    assert 'data-testdummy="home_panels"' in text
    assert not PluginIncident.objects.exists()
