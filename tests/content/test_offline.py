"""What a phone needs to keep explanations, and what takes it all off again."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories.cards import change_card, make_card, translate_card
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db
LANGUAGES = ["nl", "en", "tr", "pl", "ar", "uk"]


def test_the_worker_gives_what_was_saved(client: Client) -> None:
    answer = client.get("/sw.js")

    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "text/javascript; charset=utf-8",
        "no-cache",
    )
    assert "uitleg/bewaard/" in answer.content.decode()
    assert "unregister" not in answer.content.decode()
    assert dict(answer.cookies) == {}


def test_switched_off_the_worker_takes_itself_and_what_was_saved_away(client: Client, settings: Any) -> None:
    card = make_card(make_organisation("linde"))
    assert "<offline-save" in client.get(card.address_in("nl")).content.decode()
    settings.OFFLINE_CARDS = False

    worker, page = client.get("/sw.js").content.decode(), client.get(card.address_in("nl")).content.decode()

    assert 'caches.delete("uitleg")' in worker
    assert "registration.unregister()" in worker
    assert "offline-save" not in page
    assert "manifest" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_installs_the_pages_of_one_language(client: Client, language: str) -> None:
    facts = client.get(f"/{language}/uitleg/manifest.webmanifest").json()

    assert (facts["lang"], facts["start_url"], facts["scope"]) == (language, f"/{language}/uitleg/", f"/{language}/")
    assert facts["dir"] == ("rtl" if language == "ar" else "ltr")
    assert [icon["sizes"] for icon in facts["icons"]] == ["192x192", "512x512"]


def test_the_list_of_what_is_saved_is_the_same_for_everybody(client: Client) -> None:
    first, second = client.get("/ar/uitleg/bewaard/"), Client().get("/ar/uitleg/bewaard/")

    assert first.content == second.content
    assert dict(first.cookies) == {}


def test_a_phone_learns_what_was_withdrawn_or_changed_without_saying_what_it_kept(client: Client) -> None:
    linde = make_organisation("linde")
    card, other = make_card(linde), make_card(linde, title="Een kous uittrekken", slug="uit")
    arabic = translate_card(card, "ar")
    path = "/uitleg/kaarten.json"

    before = {code: client.get(f"/{code}{path}").json() for code in ("nl", "ar")}
    assert before["nl"][card.short_name] == [card.address_in("nl"), card.text_digest[:12]]
    assert before["ar"][card.short_name] == [arabic.address_in("ar"), arabic.text_digest[:12]]
    assert before["ar"][other.short_name] == [other.address_in("ar"), other.text_digest[:12]]

    other.unpublish()
    changed = change_card(card, intro="Zo helpt u.")
    answer = client.get(f"/nl{path}")
    assert answer.json() == {card.short_name: [card.address_in("nl"), changed.text_digest[:12]]}
    assert dict(answer.cookies) == {}


def test_switched_off_every_page_says_so(client: Client, settings: Any) -> None:
    off = '<meta name="uitleg-bewaren" content="uit">'
    assert off not in client.get("/nl/uitleg/").content.decode()
    settings.OFFLINE_CARDS = False
    cache.clear()

    assert off in client.get("/nl/uitleg/").content.decode()


def test_the_content_policy_stays_strict(client: Client) -> None:
    policy = client.get("/nl/uitleg/bewaard/").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
