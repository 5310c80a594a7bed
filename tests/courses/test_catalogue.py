"""The catalogue: who finds what, narrowed by facets that count right; and the page of a course."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale

from content.api import HomePage, TopicPage
from courses.models import Module
from courses.services import catalogue as catalogue_service
from courses.services.catalogue import Search
from courses.views import catalogue
from lxp.models import Organisation, User
from tests.factories.modules import (
    assignment,
    lesson,
    make_course,
    make_module,
    make_page,
    page_of,
    publish,
    quiz,
    translate,
)
from tests.factories.people import make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Organisation:
    return make_organisation("linde", name="De Linde")


def discover(client: Client | None = None, interface: str = "nl", **query: Any) -> Any:
    with translation.override(interface):
        address = reverse("catalogue:discover")
    answer = (client or Client()).get(address, query)
    assert answer.status_code == 200
    return answer


def titles(answer: Any) -> list[str]:
    html = answer.content.decode()
    return re.findall(r'<h2 class="card__title"><a [^>]*>([^<]+)</a>', html)


def options(answer: Any, name: str) -> dict[str, int]:
    facet = next((each for each in answer.context["facets"] if each.name == name), None)
    return {option.value: option.count for option in facet.options} if facet else {}


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# ── who finds what ───────────────────────────────────────────────────────────────────────────────────────────


def test_everybody_finds_exactly_what_is_for_them(owner):
    chosen, maker, outside = make_organisation(), make_organisation(), make_organisation()
    make_module(owner, lesson(), title="Openbaar", sharing="public")
    make_module(owner, lesson(), title="Coalitie", sharing="coalition")
    make_module(owner, lesson(), title="Gekozen", sharing="chosen", shared_with=[chosen])
    make_module(owner, lesson(), title="Intern", sharing="organisation")
    make_module(owner, lesson(), title="Samen", sharing="organisation", co_owners=[maker])
    page_of(make_module(owner, lesson(), title="Weg", sharing="public")).unpublish()
    make_page(owner, lesson(), title="Concept", sharing="public")
    publish(page_of(make_module(owner, lesson(), title="Ingetrokken", sharing="public")), sharing="organisation")
    expected = {
        None: {"Openbaar"},
        make_person(): {"Openbaar"},
        make_member(outside): {"Openbaar", "Coalitie"},
        make_member(chosen): {"Openbaar", "Coalitie", "Gekozen"},
        make_member(maker): {"Openbaar", "Coalitie", "Samen"},
        make_member(owner): {"Openbaar", "Coalitie", "Gekozen", "Intern", "Samen", "Ingetrokken"},
    }
    for person, found in expected.items():
        answer = discover(client_of(person) if person else None)
        assert set(titles(answer)) == found
        assert answer.context["count"] == len(found)
        assert sum(options(answer, "organisation").values()) >= len(found)
        listed = Search(person or AnonymousUser()).listed()
        assert set(Module.objects.filter(pk__in=list(listed)).values_list("current_version__title", flat=True)) == found


def test_what_one_may_not_find_has_no_page_either(owner):
    module = make_module(owner, lesson(), sharing="organisation")
    address = page_of(module).get_url()
    assert Client().get(address).status_code == 404
    assert client_of(make_member(make_organisation())).get(address).status_code == 404
    assert client_of(make_member(owner)).get(address).status_code == 200


def test_counts_of_one_person_are_never_shown_to_another(owner):
    make_module(owner, lesson(), title="Intern", sharing="organisation")
    assert discover(client_of(make_member(owner))).context["count"] == 1
    assert discover().context["count"] == 0
    assert discover(client_of(make_member(make_organisation()))).context["count"] == 0


# ── facets ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def three(owner) -> list[Module]:
    other = make_organisation("maas", name="Maas")
    return [
        make_module(owner, lesson(), title="Kort", study_minutes=15, audiences=["staff", "volunteers"]),
        make_module(owner, lesson(), assignment(), title="Midden", study_minutes=16, audiences=["staff"]),
        make_module(other, assignment(), title="Lang", study_minutes=61, audiences=["caregivers"], co_owners=[owner]),
    ]


def test_facets_count_what_ticking_them_leaves(three):
    answer = discover()
    assert answer.context["count"] == 3
    assert options(answer, "audience") == {"staff": 2, "volunteers": 1, "caregivers": 1}
    assert options(answer, "time") == {"15": 1, "60": 1, "long": 1}
    assert options(answer, "form") == {"online": 2, "workplace": 2}
    assert options(answer, "organisation") == {"linde": 3, "maas": 1}
    assert options(answer, "language") == {"nl": 3}


def test_values_of_one_facet_add_and_facets_narrow_each_other(three):
    answer = discover(audience=["staff"], time=["15", "long"])
    assert titles(answer) == ["Kort"]
    assert options(answer, "audience") == {"staff": 1, "volunteers": 1, "caregivers": 1}
    assert options(answer, "time") == {"15": 1, "60": 1, "long": 0}
    assert options(answer, "form") == {"online": 1}
    assert [chip["label"] for chip in answer.context["chips"]] != []
    assert len(answer.context["chips"]) == 3


def test_ticking_each_value_leaves_as_many_as_it_says(three):
    for name in ("audience", "time", "form", "organisation", "language"):
        for value, count in options(discover(), name).items():
            assert discover(**{name: value}).context["count"] == count


def test_facets_follow_what_is_published(owner):
    module = make_module(owner, lesson(), study_minutes=15)
    publish(page_of(module), quiz(), assignment(), study_minutes=120, audiences=["volunteers"])
    assert set(module.facets.values_list("name", "value")) == {
        ("audience", "volunteers"),
        ("form", "online"),
        ("form", "workplace"),
        ("language", "nl"),
        ("organisation", "linde"),
        ("time", "long"),
    }
    assert options(discover(), "time") == {"long": 1}


def test_topics_are_a_facet_in_the_language_of_the_reader(owner):
    topic = TopicPage(title="Wondzorg", slug="wondzorg", locale=Locale.objects.get(language_code="nl"))
    HomePage.objects.get(locale__language_code="nl").add_child(instance=topic)
    english = topic.copy_for_translation(Locale.objects.get(language_code="en"))
    english.title = "Wound care"
    english.save_revision().publish()
    make_module(owner, lesson(), title="Wond", topic=topic)
    make_module(owner, lesson(), title="Anders")
    key = str(topic.translation_key)
    for language, label in (("nl", "Wondzorg"), ("en", "Wound care")):
        answer = discover(interface=language, theme=key)
        assert titles(answer) == ["Wond"]
        facet = next(each for each in answer.context["facets"] if each.name == "theme")
        assert [option.label for option in facet.options] == [label]


def test_forged_values_are_ignored(owner):
    make_module(owner, lesson(), sharing="public")
    for name in ("audience", "time", "form", "organisation", "theme", "language", "nonsense"):
        for value in ("\x00", "' OR 1=1 --", "é" * 2000, "<script>", "", "%", "[]"):
            answer = discover(**{name: value})
            assert (name, value, answer.context["count"]) == (name, value, 1)
            assert answer.context["chips"] == []
            assert "<script>" not in answer.content.decode().replace('<script type="module"', "")


def test_a_value_that_could_be_but_is_not_leaves_nothing_and_a_way_back(three):
    answer = discover(organisation="bestaat-niet")
    assert answer.context["count"] == 0
    assert reverse("catalogue:discover") in answer.content.decode()


def test_a_hundred_values_are_no_fault(three):
    assert discover(organisation=[f"x{number}" for number in range(100)]).context["count"] == 0


# ── words, order, pages ──────────────────────────────────────────────────────────────────────────────────────


def test_all_words_must_be_in_title_or_summary(owner):
    make_module(owner, lesson(), title="Wondzorg", summary="Voor thuis.")
    make_module(owner, lesson(), title="Wond", summary="Zorg voor een wond.")
    assert set(titles(discover(q="wond"))) == {"Wondzorg", "Wond"}
    assert titles(discover(q="WOND thuis")) == ["Wondzorg"]
    assert titles(discover(q="wond zorg thuis")) == ["Wondzorg"]
    assert titles(discover(q="huis wondzorgs")) == []
    for odd in ("%", "_", "\x00", "wond\x00zorg", "'; --", "x" * 5000):
        assert discover(q=odd).status_code == 200
    assert titles(discover(q="%")) == []


def test_words_with_and_without_a_space_are_counted_apart(owner):
    make_module(owner, lesson(), title="Wond en zorg")
    assert discover(q="wond zorg").context["count"] == 1
    assert discover(q="wondzorg").context["count"] == 0
    assert discover(q="wond zorg").context["count"] == 1


def test_the_order_is_newest_shortest_or_by_title(owner):
    for title, minutes in (("B", 10), ("C", 5), ("A", 20)):
        make_module(owner, lesson(), title=title, study_minutes=minutes)
    assert titles(discover()) == ["A", "C", "B"]
    assert titles(discover(sort="short")) == ["C", "B", "A"]
    assert titles(discover(sort="title")) == ["A", "B", "C"]
    assert titles(discover(sort="-pk; DROP")) == ["A", "C", "B"]


def test_a_page_beyond_what_is_kept_is_made_again(owner, monkeypatch):
    monkeypatch.setattr(catalogue, "CARDS_PER_PAGE", 2)
    monkeypatch.setattr(catalogue_service, "KEPT_ENTRIES", 3)
    made = {make_module(owner, lesson(), title=f"Module {number}").current_version.title for number in range(5)}
    found = [titles(discover(p=number)) for number in (1, 2, 3)]
    assert [len(each) for each in found] == [2, 2, 1]
    assert {title for each in found for title in each} == made


def test_pages_hold_everything_once_and_keep_the_question(owner, monkeypatch):
    monkeypatch.setattr(catalogue, "CARDS_PER_PAGE", 3)
    made = {make_module(owner, lesson(), title=f"Module {number}").current_version.title for number in range(4)}
    found = [titles(discover(p=number, audience="staff")) for number in (1, 2)]
    assert [len(each) for each in found] == [3, 1]
    assert {*found[0], *found[1]} == made
    assert "audience=staff&amp;p=2" in discover(audience="staff").content.decode()
    assert titles(discover(p="99", audience="staff")) == found[1]
    for odd in ("x", "-1", "0", "9" * 30, "\x00"):
        assert len(titles(discover(p=odd))) in (3, 1)


# ── languages ────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_english_reader_finds_dutch_modules_too_with_their_language_marked(owner):
    make_module(owner, lesson(), title="Alleen Nederlands")
    both = make_module(owner, lesson(), title="Handhygiëne")
    translate(page_of(both), title="Hand hygiene").get_latest_revision().publish()
    answer = discover(interface="en")
    assert titles(answer) == ["Hand hygiene", "Alleen Nederlands"]
    html = answer.content.decode()
    assert '<html lang="en"' in html
    assert html.count('lang="nl" dir="ltr">Alleen Nederlands') == 1
    assert 'lang="nl" dir="ltr">Hand hygiene' not in html
    assert options(answer, "language") == {"nl": 2, "en": 1}
    assert titles(discover()) == ["Handhygiëne", "Alleen Nederlands"]


def test_a_dutch_module_opens_in_the_english_interface(owner):
    module = make_module(owner, lesson(), title="Alleen Nederlands")
    answer = discover(interface="en")
    address = re.findall(r'<h2 class="card__title"><a href="([^"]+)"', answer.content.decode())[0]
    assert address.startswith("/en/")
    page = Client().get(address)
    html = page.content.decode()
    assert page.status_code == 200
    assert '<html lang="en"' in html
    assert 'lang="nl"' in html
    assert module.current_version.title in html


# ── courses ──────────────────────────────────────────────────────────────────────────────────────────────────


def kinds(answer: Any) -> dict[str, int]:
    return {each["value"]: each["count"] for each in answer.context["kinds"]}


def test_courses_stand_beside_modules_and_can_be_shown_alone(owner):
    module = make_module(owner, lesson(), title="Module", study_minutes=300)
    make_course(owner, {"title": "Begin", "modules": [module]}, title="Cursus")
    answer = discover()
    assert titles(answer) == ["Cursus", "Module"]
    assert kinds(answer) == {"": 2, "module": 1, "course": 1}
    assert (titles(discover(kind="course")), titles(discover(kind="module"))) == (["Cursus"], ["Module"])
    assert kinds(discover(kind="course")) == {"": 2, "module": 1, "course": 1}
    assert options(answer, "organisation") == {"linde": 2}
    assert titles(discover(organisation="linde", language="nl")) == ["Cursus", "Module"]
    assert titles(discover(sort="title")) == ["Cursus", "Module"]


def test_where_there_are_no_courses_nobody_chooses_between_kinds(owner):
    make_module(owner, lesson())
    answer = discover()
    assert (answer.context["kinds"], "1 module" in answer.content.decode()) == ([], True)


def test_a_reader_finds_the_courses_that_are_for_them(owner):
    module = make_module(owner, lesson(), title="Module")
    for sharing in ("public", "coalition", "organisation"):
        make_course(owner, {"title": "Begin", "modules": [module]}, title=f"Cursus {sharing}", sharing=sharing)
    expected = {
        None: {"Cursus public"},
        make_member(make_organisation()): {"Cursus public", "Cursus coalition"},
        make_member(owner): {"Cursus public", "Cursus coalition", "Cursus organisation"},
    }
    for person, found in expected.items():
        answer = discover(client_of(person) if person else None, kind="course")
        assert set(titles(answer)) == found
        assert kinds(answer)["course"] == answer.context["count"] == len(found)


def test_a_course_that_is_taken_offline_leaves_the_catalogue(owner):
    course = make_course(owner, {"title": "Begin", "modules": [make_module(owner, lesson(), title="Module")]})
    assert len(titles(discover())) == 2
    course.pages.get().unpublish()
    assert titles(discover()) == ["Module"]


def test_the_address_of_the_list_of_courses_leads_to_the_catalogue(owner):
    answer = Client().get("/nl/ontdekken/cursussen/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/nl/ontdekken/?kind=course")


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_with_courses_takes_three_queries(owner, count, django_assert_num_queries):
    for _number in range(count):
        make_course(owner, {"title": "Begin", "modules": [make_module(owner, lesson())]})
    discover()
    client = Client()
    with django_assert_num_queries(3):  # stamp, modules, courses
        answer = discover(client)
    assert len(titles(answer)) == 2 * count


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/nl/ontdekken/?q=wond", {"en": "/en/discover/?q=wond", "tr": "/tr/ontdekken/?q=wond"}),
        ("/en/discover/", {"nl": "/nl/ontdekken/", "ar": "/ar/ontdekken/"}),
        ("/nl/dat-is-er-niet/", {"en": "/en/dat-is-er-niet/"}),
    ],
)
def test_each_language_leads_to_the_same_page_at_the_address_that_it_has_there(owner, here, there):
    html = Client().get(here).content.decode()
    links = dict(re.findall(r'<a href="([^"]+)" lang="\w+" hreflang="(\w+)"', html))
    found = {language: address for address, language in links.items()}
    assert {language: found.get(language) for language in there} == there
