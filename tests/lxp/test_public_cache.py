"""The cache of public pages: exact after every change, and never for or about one person."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from content.api import HomePage
from courses.models import ModulePage
from lxp.middleware import PublicPageCache
from lxp.models import Organisation
from tests.factories.modules import make_module, make_page
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
STAMP_ONLY = 1


@pytest.fixture(autouse=True)
def public_cache(settings: Any) -> Iterator[None]:
    settings.PUBLIC_CACHE = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation("linde")


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_page_is_made_once_and_then_costs_one_statement(client: Client, django_assert_num_queries: Any) -> None:
    made = client.get("/nl/")
    with django_assert_num_queries(STAMP_ONLY):
        kept = client.get("/nl/")
    assert kept.content == made.content
    assert kept.headers["Content-Security-Policy"] == made.headers["Content-Security-Policy"]
    assert kept.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("accepted", ["gzip, deflate, br", "br;q=1.0, gzip;q=0.8"])
def test_a_page_is_sent_compressed_to_who_can_read_it(client: Client, accepted: str) -> None:
    plain = client.get("/nl/")

    made, kept = (client.get("/nl/", headers={"Accept-Encoding": accepted}) for _visit in range(2))

    assert gzip.decompress(kept.content) == gzip.decompress(made.content) == plain.content
    assert (kept["Content-Encoding"], kept["Content-Length"]) == ("gzip", str(len(kept.content)))
    assert "Accept-Encoding" in plain["Vary"]
    assert len(kept.content) * 2 < len(plain.content)


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity, gzip; q=0.0"])
def test_a_page_is_sent_as_it_is_to_who_cannot(client: Client, accepted: str) -> None:
    client.get("/nl/", headers={"Accept-Encoding": "gzip"})

    response = client.get("/nl/", headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in response
    assert response.content.decode().startswith("<!doctype html>")


def test_what_is_published_is_there_at_once(client: Client) -> None:
    home = HomePage.objects.get(locale__language_code="nl")
    body(client, "/nl/")
    home.title = "Een heel nieuwe kop"
    home.save_revision().publish()
    assert "Een heel nieuwe kop" in body(client, "/nl/")


def test_what_was_kept_during_a_change_that_was_undone_never_counts(client: Client) -> None:
    def publish(title: str) -> None:
        home = HomePage.objects.get(locale__language_code="nl")
        home.title = title
        home.save_revision().publish()

    with transaction.atomic():
        publish("Ongedaan gemaakt")
        assert "Ongedaan gemaakt" in body(client, "/nl/")
        transaction.set_rollback(True)
    publish("Wat blijft")
    assert ("Wat blijft" in body(client, "/nl/"), "Ongedaan gemaakt" in body(client, "/nl/")) == (True, False)


def test_a_draft_changes_nothing(client: Client, django_assert_num_queries: Any) -> None:
    home = HomePage.objects.get(locale__language_code="nl")
    body(client, "/nl/")
    home.title = "Nog niet"
    home.save_revision()
    with django_assert_num_queries(STAMP_ONLY):
        assert "Nog niet" not in body(client, "/nl/")


def test_a_new_module_is_in_the_catalogue_and_on_cards_at_once(client: Client, organisation: Organisation) -> None:
    for url in ("/nl/", "/en/discover/", "/nl/linde/"):
        assert "Tillen zonder pijn" not in body(client, url)
    make_module(organisation, title="Tillen zonder pijn")
    for url in ("/nl/", "/en/discover/", "/nl/linde/"):
        assert "Tillen zonder pijn" in body(client, url)


def test_a_changed_title_is_on_every_card_at_once(client: Client, organisation: Organisation) -> None:
    module = make_module(organisation, title="Oude titel")
    assert "Oude titel" in body(client, "/nl/linde/")
    page = ModulePage.objects.get(module=module)
    page.title = "Nieuwe titel"
    page.save_revision().publish()
    shown = body(client, "/nl/linde/")
    assert ("Nieuwe titel" in shown, "Oude titel" in shown) == (True, False)


def test_what_is_unpublished_is_gone_at_once(client: Client, organisation: Organisation) -> None:
    module = make_module(organisation, title="Verdwijnt")
    page = ModulePage.objects.get(module=module)
    url = page.get_url()
    body(client, url)
    page.unpublish()
    assert client.get(url).status_code == 404
    assert "Verdwijnt" not in body(client, "/nl/linde/")


def test_a_module_that_is_no_longer_public_is_gone_at_once(client: Client, organisation: Organisation) -> None:
    module = make_module(organisation)
    page = ModulePage.objects.get(module=module)
    body(client, page.get_url())
    page.sharing = "organisation"
    page.save_revision().publish()
    assert client.get(page.get_url()).status_code == 404


def test_a_page_of_a_member_is_never_kept_and_a_member_never_gets_a_kept_one(organisation: Organisation) -> None:
    visitor, member = Client(), Client()
    member.force_login(make_member(organisation, first_name="Zoë", last_name="Uniek"))
    for url in ("/nl/", "/en/discover/", "/nl/linde/"):
        assert "Zoë Uniek" in body(member, url)
        assert "Zoë Uniek" not in body(visitor, url)
        assert "Zoë Uniek" in body(member, url)


def test_a_module_of_ones_own_organisation_reaches_no_visitor(organisation: Organisation) -> None:
    make_module(organisation, title="Alleen van ons", sharing="organisation")
    visitor, member = Client(), Client()
    member.force_login(make_member(organisation))
    for url in ("/en/discover/", "/nl/linde/"):
        assert "Alleen van ons" in body(member, url)
        assert "Alleen van ons" not in body(visitor, url)


def test_each_language_address_and_query_is_a_page_of_its_own(client: Client, organisation: Organisation) -> None:
    make_module(organisation, title="Wondzorg")
    make_module(organisation, title="Mondzorg")
    assert '<html lang="nl"' in body(client, "/nl/")
    assert '<html lang="en"' in body(client, "/en/")
    found = [body(client, f"/en/discover/?q={word}") for word in ("wond", "mond", "wond")]
    assert [("Wondzorg" in each, "Mondzorg" in each) for each in found] == [(True, False), (False, True), (True, False)]


def test_a_page_that_is_not_there_is_not_kept(client: Client, organisation: Organisation) -> None:
    page = make_page(organisation, title="Komt nog")
    url = f"/nl/linde/{page.slug}/"
    assert client.get(url).status_code == 404
    page.get_latest_revision().publish()
    assert "Komt nog" in body(client, url)


def test_head_gets_no_kept_body_and_leaves_none(client: Client) -> None:
    assert client.head("/nl/").content == b""
    made = client.get("/nl/").content
    assert made != b""
    assert client.head("/nl/").content == b""
    assert client.get("/nl/").content == made


# ── what the cache itself refuses ────────────────────────────────────────────────────────────────────────────


def visits(response: HttpResponse, method: str = "get", is_public: bool = True, url: str = "/nl/x/") -> int:
    """How often a page is made for two visits."""
    made = []

    def make(request: HttpRequest) -> HttpResponse:
        made.append(request)
        response.is_public = is_public  # type: ignore[attr-defined]
        return response

    kept = PublicPageCache(make)
    for _visit in range(2):
        kept(getattr(RequestFactory(), method)(url))
    return len(made)


def with_cookie() -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("seen", "1")
    return response


def test_a_public_page_is_made_once() -> None:
    assert visits(HttpResponse("x")) == 1


@pytest.mark.parametrize(
    ("response", "arguments"),
    [
        (HttpResponse("x"), {"is_public": False}),
        (HttpResponse("x"), {"method": "post"}),
        (HttpResponse("x"), {"method": "head"}),
        (HttpResponse("x"), {"url": "/mijn/"}),
        (HttpResponse("x", status=404), {}),
        (HttpResponse(status=302, headers={"Location": "/"}), {}),
        (with_cookie(), {}),
        (HttpResponse('<input name="csrfmiddlewaretoken" value="of one visitor">'), {}),
    ],
    ids=["not public", "post", "head", "no language", "not found", "redirect", "sets a cookie", "has a form token"],
)
def test_what_is_not_the_same_for_everybody_is_made_each_time(response: HttpResponse, arguments: Any) -> None:
    assert visits(response, **arguments) == 2


def test_a_visitor_with_a_session_or_a_message_gets_a_page_of_their_own(settings: Any) -> None:
    made = []

    def make(request: HttpRequest) -> HttpResponse:
        made.append(request)
        response = HttpResponse("x")
        response.is_public = True  # type: ignore[attr-defined]
        return response

    for cookie in (settings.SESSION_COOKIE_NAME, "messages"):
        request = RequestFactory().get("/nl/y/")
        request.COOKIES[cookie] = "of somebody"
        PublicPageCache(make)(request)
    PublicPageCache(make)(RequestFactory().get("/nl/y/"))
    assert len(made) == 3
