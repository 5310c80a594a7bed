"""OpenSearch by the setting: Wagtail's own backend with our fields. No server runs here: its answers are played, so these tests
say what we ask of it and what we do with an answer, and nothing about how well it finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from modelsearch.backends import get_search_backend
from opensearchpy import ConnectionError as ServerAwayError
from opensearchpy import NotFoundError, Transport
from wagtail.models import Page

from courses.models import ModulePage
from lxp.models import PluginIncident, SearchChange
from lxp.search import consumer, lookup, reader
from lxp.search.engines import search_engine
from tests.factories.modules import lesson, make_module, page_of
from tests.factories.people import make_member, make_organisation

ADDRESS = "https://search.example:9200"


class Server:
    """Keeps what is indexed by its title, and finds the pages whose title has the first word that is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.mappings: dict[str, Any] = {}
        self.titles: dict[str, str] = {}
        self.is_away = False

    def answer(self, method: str, url: str, headers: Any = None, params: Any = None, body: Any = None) -> Any:
        if self.is_away:
            raise ServerAwayError("N/A", "Connection refused", OSError())
        self.asked.append((method, url))
        if method == "PUT" and "_alias" not in url:
            self.mappings |= (body or {}).get("properties", {})
        if url.endswith("_bulk"):
            return self._bulk(body)
        if url.endswith("_search"):
            return {"hits": {"hits": self._hits(json.dumps(body))}}
        if "_doc/" in url and method == "DELETE" and self.titles.pop(url.rsplit("/", 1)[1], None) is None:
            raise NotFoundError(404, "not_found", {})
        return False if method == "HEAD" else {}

    def _bulk(self, body: Any) -> dict[str, Any]:
        lines = [json.loads(line) for line in (body if isinstance(body, str) else body.decode()).splitlines()]
        for act, document in zip(lines[::2], lines[1::2], strict=True):
            self.titles[act["index"]["_id"]] = document["title"]
        return {
            "errors": False,
            "items": [{"index": {"status": 201, "_id": act["index"]["_id"]}} for act in lines[::2]],
        }

    def _hits(self, asked: str) -> list[dict[str, Any]]:
        found = [key for key, title in self.titles.items() if title.split()[0].lower() in asked.lower()]
        return [{"_score": 1.0, "fields": {"pk": [key.rpartition(":")[2]]}} for key in found]


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """No index of the embedded engine is ever read or written meanwhile."""

    def refuse(*arguments: Any, **keywords: Any) -> Any:
        raise AssertionError("The embedded engine was asked.")

    settings.WAGTAILSEARCH_BACKENDS = {"default": search_engine(ADDRESS, settings.VAR_DIR)}
    played = Server()
    monkeypatch.setattr(Transport, "perform_request", lambda transport, *rest, **more: played.answer(*rest, **more))
    monkeypatch.setattr(reader, "snapshot", refuse)
    monkeypatch.setattr(consumer.WhooshIndex, "write", refuse)
    cache.clear()
    yield played
    assert (settings.VAR_DIR / "search").exists() is False


def test_the_index_has_our_fields_and_analyses_dutch(server: Server) -> None:
    backend = get_search_backend()
    assert type(backend).__module__ == "modelsearch.backends.opensearch2"
    fields = set(backend.mapping_class(ModulePage).get_mapping()["properties"])
    own = {"summary", "goals", "body", "added_words"}
    assert {f"courses_modulepage__{name}" for name in own} | {"title", "live_filter"} <= fields
    assert backend.settings["settings"]["analysis"]["analyzer"]["default"] == {"type": "dutch"}


@pytest.mark.django_db
def test_everything_around_the_engine_works_without_the_embedded_one(server: Server) -> None:
    owner = make_organisation()
    shown = make_module(owner, lesson(), title="Katheter")
    make_module(owner, lesson(), title="Katheter intern", sharing="organisation")
    call_command("index", "rebuild")
    assert {"Katheter", "Katheter intern"} <= set(server.titles.values())
    assert "courses_modulepage__added_words" in server.mappings
    answer = Client().get("/nl/ontdekken/", {"q": "katheter"})
    assert (answer.context["count"], answer.context["found"].is_without_index) == (1, False)
    member = Client()
    member.force_login(make_member(owner))
    assert member.get("/nl/ontdekken/", {"q": "katheter"}).context["count"] == 2
    assert Client().get("/nl/ontdekken/", {"q": "niets"}).context["count"] == 0
    assert lookup.near_words("kateter", Page) == []
    page_of(shown).delete()
    make_module(owner, lesson(), title="Wond")
    assert consumer.catch_up() != []
    assert (SearchChange.objects.count(), "Katheter" in server.titles.values()) == (0, False)
    assert "Wond" in server.titles.values()
    call_command("index", "status")


@pytest.mark.django_db
def test_while_the_server_is_away_titles_are_looked_through_and_changes_wait(server: Server) -> None:
    make_module(make_organisation(), lesson(), title="Katheter")
    server.is_away = True
    answer = Client().get("/nl/ontdekken/", {"q": "katheter"})
    assert (answer.context["count"], answer.context["found"].is_without_index) == (1, True)
    waiting = SearchChange.objects.count()
    with pytest.raises(ServerAwayError):
        consumer.catch_up()
    assert (SearchChange.objects.count(), PluginIncident.objects.get().hook) == (waiting, "search.catch_up")
    server.is_away = False
    call_command("index", "rebuild")
    cache.clear()
    assert Client().get("/nl/ontdekken/", {"q": "katheter"}).context["found"].is_without_index is False
