"""The other engines, by one setting; on PostgreSQL the same questions find the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from modelsearch.backends import get_search_backend

from lxp.search import consumer
from lxp.search.engines import search_engine
from tests.factories.modules import lesson, make_module, page_of
from tests.factories.people import make_organisation


def test_the_setting_names_the_engine() -> None:
    names = ["", "postgresql", "https://search.example:9200"]
    assert [search_engine(name, Path("/var"))["BACKEND"] for name in names] == [
        "lxp.search.whoosh",
        "lxp.search.postgresql",
        "wagtail.search.backends.opensearch2",
    ]


@pytest.mark.parametrize("name", ["https://search.example:9200"])
def test_the_client_of_opensearch_is_installed(name: str, settings: Any) -> None:
    settings.WAGTAILSEARCH_BACKENDS = {"default": search_engine(name, Path("/var"))}
    assert type(get_search_backend()).__name__ == "OpenSearch2SearchBackend"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="The engine of PostgreSQL.")
def test_postgresql_finds_the_same(settings: Any) -> None:
    settings.WAGTAILSEARCH_BACKENDS = {"default": search_engine("postgresql", settings.VAR_DIR)}
    cache.clear()
    owner = make_organisation()
    texts = {"Dagelijks": "Een katheter.", "Inbrengen": "De blaaskatheter.", "Pil": "Controleer de medicatie."}
    modules = {
        title: make_module(owner, lesson(content=[{"text": f"<p>{text}</p>"}]), title=title)
        for title, text in texts.items()
    }
    consumer.catch_up()

    def found(words: str) -> set[str]:
        html = Client().get("/nl/ontdekken/", {"q": words}).content.decode()
        return {title for title in texts if f">{title}</a>" in html}

    assert found("blaaskatheter") == found("katheters") == {"Dagelijks", "Inbrengen"}
    assert found("medicijnen") == {"Pil"}
    page_of(modules["Pil"]).delete()
    consumer.catch_up()
    cache.clear()
    assert (found("medicijnen"), found("niets")) == (set(), set())
