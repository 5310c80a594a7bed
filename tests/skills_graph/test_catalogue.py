"""The catalogue narrowed by what modules prove: counted right, shown to nobody who may not know of it, at a constant cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from courses.api import Module
from courses.services.narrowing import Facet
from lxp.models import Organisation, User
from lxp.search import consumer
from skills_graph.models import Competency, DraftOutcome
from tests.factories.frameworks import make_competency, make_framework, make_scale
from tests.factories.modules import lesson, make_page, publish, quiz
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def owner() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def competencies() -> list[Competency]:
    framework = make_framework()
    labels = {"nl": "Wond verbinden", "en": "Dress a wound"}
    return [make_competency("Wond", framework=framework, labels=labels), make_competency("Tillen", framework=framework)]


def proving(owner: Organisation, *competencies: Competency, asks: tuple[Competency, ...] = (), **fields: Any) -> Module:
    page = make_page(owner, lesson(), quiz(), **fields)
    for competency in competencies:
        DraftOutcome.objects.create(module=page.module, competency=competency, level=1, kind="test")
    for competency in asks:
        DraftOutcome.objects.create(
            module=page.module, competency=competency, level=1, kind="declaration", is_entry=True
        )
    return publish(page)


def client_of(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def discover(person: User | None = None, language: str = "nl", **query: Any) -> Any:
    answer = client_of(person).get({"nl": "/nl/ontdekken/", "en": "/en/discover/"}[language], query)
    assert answer.status_code == 200
    return answer


def facet_of(answer: Any) -> Facet | None:
    return next((each for each in answer.context["facets"] if each.name == "competence"), None)


def options(answer: Any) -> dict[str, int]:
    facet = facet_of(answer)
    return {option.label: option.count for option in facet.options} if facet else {}


# ── what it counts ───────────────────────────────────────────────────────────────────────────────────────────


def test_modules_are_narrowed_by_what_they_prove_in_the_words_of_the_reader(owner, competencies):
    wound, lifting = competencies
    proving(owner, wound, lifting, title="Beide")
    proving(owner, wound, title="Wond")
    assert options(discover()) == {"Wond verbinden": 2, "Tillen": 1}
    assert options(discover(language="en")) == {"Dress a wound": 2, "Tillen": 1}
    answer = discover(competence=[str(lifting.uuid)])
    assert answer.context["count"] == 1
    assert [chip["label"] for chip in answer.context["chips"]] == ["Tillen"]
    assert discover(competence=[str(wound.uuid), str(lifting.uuid)]).context["count"] == 2
    assert discover(competence=str(lifting.uuid), time="long").context["count"] == 0


def test_what_a_module_asks_and_what_an_older_version_proved_do_not_count(owner, competencies):
    wound, lifting = competencies
    module = proving(owner, wound, asks=(lifting,))
    assert options(discover()) == {"Wond verbinden": 1}
    DraftOutcome.objects.filter(module=module).delete()
    publish(module.pages.get(), title="Zonder bewijs")
    assert options(discover()) == {}


def test_other_facets_narrow_it(owner, competencies):
    wound, lifting = competencies
    proving(owner, wound, study_minutes=10)
    proving(owner, lifting, study_minutes=90)
    assert options(discover(time="15")) == {"Wond verbinden": 1}


# ── who may know ─────────────────────────────────────────────────────────────────────────────────────────────


def test_what_only_a_hidden_module_proves_shows_to_nobody_else(owner, competencies):
    wound, lifting = competencies
    proving(owner, wound, sharing="organisation")
    proving(owner, lifting)
    assert options(discover(make_member(owner))) == {"Wond verbinden": 1, "Tillen": 1}
    for person in (None, make_member(make_organisation())):
        assert options(discover(person)) == {"Tillen": 1}
        answer = discover(person, competence=str(wound.uuid))
        assert (answer.context["count"], answer.context["chips"], options(answer)) == (0, [], {"Tillen": 1})
        assert "Wond verbinden" not in discover(person, competence_q="verbinden").content.decode()


def test_a_competency_of_an_organisations_own_framework_is_for_that_organisation_only(owner):
    own = make_competency("Huisregels van Linde", framework=make_framework("own", owner=owner))
    proving(owner, own, title="Openbaar")
    consumer.catch_up()
    member, outsider = make_member(owner), make_member(make_organisation())
    assert options(discover(member)) == {"Huisregels van Linde": 1}
    assert discover(member, competence=str(own.uuid)).context["count"] == 1
    for person in (None, outsider):
        assert options(discover(person)) == {}
        for asked in ({"competence": str(own.uuid)}, {"competence_q": "huisregels"}, {"q": "huisregels"}):
            answer = discover(person, **asked)
            html = answer.content.decode()
            assert (asked, "Huisregels van" in html) == (asked, False)
            assert answer.context["count"] == (1 if "competence_q" in asked else 0)


# ── many ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def many(owner) -> list[Competency]:
    framework = make_framework("many", scale=make_scale("of-many"))
    made = [make_competency(f"Vaardigheid {number:02}", framework=framework) for number in range(12)]
    proving(owner, *made)
    proving(owner, *made[4:])
    return made


def test_of_many_the_most_frequent_show_and_others_are_looked_up(many):
    answer = discover()
    facet = facet_of(answer)
    assert (len(facet.options), facet.more) == (8, 4)
    assert {option.count for option in facet.options} == {2}
    assert 'name="competence_q"' in answer.content.decode()
    assert options(discover(competence_q="vaardigheid 02")) == {"Vaardigheid 02": 1}
    chosen = discover(competence=str(many[3].uuid), competence_q="02")
    assert options(chosen) == {"Vaardigheid 03": 1, "Vaardigheid 02": 1}
    assert facet_of(chosen).options[0].is_chosen is True


@pytest.mark.parametrize("words", ["bestaat niet", "%", "' OR 1=1 --", "<script>", "x" * 300, "🦽", "تمريض"])
def test_words_that_no_skill_has_say_so_and_keep_the_modules(many, words):
    answer = discover(competence_q=words)
    assert (answer.context["count"], options(answer)) == (2, {})
    assert "<script>x" not in answer.content.decode()
    assert answer.content.decode().count('name="competence_q"') == 1


@pytest.mark.parametrize("count", [1, 6])
def test_it_takes_the_same_queries_for_any_number(owner, count, django_assert_num_queries):
    framework = make_framework()
    for _number in range(count):
        proving(owner, *(make_competency(framework=framework) for _each in range(count)))
    discover()
    with django_assert_num_queries(4):  # stamp; what was looked up, its names; modules
        answer = discover(competence_q="competency", sort="title")
    assert (answer.context["count"], len(facet_of(answer).options)) == (count, min(count * count, 8))


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_module_is_found_by_what_it_proves_in_the_language_of_its_page(owner, competencies):
    wound, _lifting = competencies
    proving(owner, wound, title="Naamloos")
    consumer.catch_up()
    assert discover(q="verbinden").context["count"] == 1
    assert discover(q="dress").context["count"] == 0
    consumer.rebuild()
    cache.clear()
    assert discover(q="verbinden").context["count"] == 1


@pytest.mark.parametrize("count", [1, 4])
def test_taking_in_asks_for_the_words_of_all_modules_at_once(owner, competencies, count, django_assert_num_queries):
    for _number in range(count):
        proving(owner, *competencies)
    pages = [module.pages.get() for module in Module.objects.all()]
    with django_assert_num_queries(1):
        type(pages[0]).prepare_to_index(pages)
        assert [page.added_words for page in pages] == [["Tillen", "Wond verbinden"]] * count
