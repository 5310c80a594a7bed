"""The screen on which an author says what a module proves: by letters, by form, and without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from courses.models import ModulePage
from lxp.models import Organisation, Role, User
from skills_graph.models import Competency, DraftOutcome, Framework
from skills_graph.services.competency_search import find_competencies
from skills_graph.services.definitions import add_competency, add_relation, retire_competency
from tests.factories.editor import encoded, lesson_data, page_data
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.modules import assignment, lesson, make_module, page_of, quiz
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def author(owner: Organisation) -> User:
    return make_member(owner, Role.AUTHOR, language="en")


@pytest.fixture
def page(owner: Organisation) -> ModulePage:
    return page_of(make_module(owner, lesson(), quiz(), assignment()))


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(page: ModulePage, **query: Any) -> str:
    url = reverse("skills_graph_editor:outcomes", args=[page.pk])
    return url + "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else url


def labelled(nl: str, en: str, **fields: Any) -> Competency:
    return make_competency(nl, labels={"nl": nl, "en": en}, **fields)


def quiz_block(page: ModulePage) -> str:
    return next(str(each.id) for each in page.body if each.block_type == "quiz")


def text_of(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def test_three_letters_find_a_skill_in_either_language(page: ModulePage, author: User) -> None:
    labelled("Wond verbinden", "Dressing a wound")
    labelled("Medicijnen delen", "Handing out medicine")
    url = reverse("skills_graph_editor:find", args=[page.pk])
    for letters, title in (("ond", "Dressing a wound"), ("DRE", "Dressing a wound"), ("med", "Handing out medicine")):
        answer = client_of(author).get(url, {"q": letters}).json()
        assert [each["title"] for each in answer["found"]] == [title], letters
        assert answer["words"] == "1 skill found"
    assert client_of(author).get(url, {"q": "me"}).json() == {"words": "Type at least 3 letters.", "found": []}
    assert client_of(author).get(url, {"q": "xyz"}).json()["found"] == []


def test_what_begins_with_the_letters_comes_first_and_twenty_are_enough(owner: Organisation) -> None:
    framework = make_framework()
    titles = ["Thuis aankleden", "Steunkous aantrekken", "Aankleden", "Aankleden met hulp"]
    for title in titles:
        make_competency(title, framework=framework)
    found = [each.title for each in find_competencies(text="aan", organisations=[owner])]
    assert found == ["Aankleden", "Aankleden met hulp", "Thuis aankleden", "Steunkous aantrekken"]
    for number in range(25):
        make_competency(f"Aanraken {number}", framework=framework)
    assert len(find_competencies(text="aan", organisations=[owner])) == 20
    assert [each.title for each in find_competencies(text="kous aan", organisations=[owner])] == [
        "Steunkous aantrekken"
    ]


def test_what_the_reader_sees_comes_before_what_another_language_says(page: ModulePage, author: User) -> None:
    labelled("Handen schoonmaken", "Clean hands")
    labelled("Zorg overdragen", "Hand over care")
    url = reverse("skills_graph_editor:find", args=[page.pk])
    dutch = make_member(page.module.owner, Role.AUTHOR, language="nl")
    found = client_of(dutch).get(url, {"q": "han"}).json()["found"]
    assert [each["title"] for each in found] == ["Handen schoonmaken", "Zorg overdragen"]
    assert found[1]["detail"].startswith("Hand over care · ")
    found = client_of(author).get(url, {"q": "han"}).json()["found"]
    assert [each["title"] for each in found] == ["Hand over care", "Clean hands"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_search_is_two_queries(owner: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    framework = make_framework()
    for number in range(rows):
        make_competency(f"Wond {number}", framework=framework)
    find_competencies(text="wond", organisations=[owner])
    with django_assert_num_queries(2):  # whether the graph is still the same; the rows
        found = find_competencies(text="wond", organisations=[owner])
        assert [each.framework.scale.slug for each in found] == ["words"] * rows


def test_groups_withdrawn_ones_and_those_of_others_are_not_offered(owner: Organisation) -> None:
    framework = make_framework()
    make_competency("Wond groep", framework=framework, kind="group")
    make_competency("Wond van een ander", framework=make_framework("ander", owner=make_organisation("ander")))
    assert find_competencies(text="wond", organisations=[owner]) == []


def test_letters_anywhere_in_a_word_are_found_with_or_without_accents(owner: Organisation) -> None:
    framework = make_framework()
    for title in ("Blaaskatheter inbrengen", "Hygiëne", "Wond"):
        make_competency(title, framework=framework, code=f"Z-{title[0]}")

    def found(text: str) -> list[str]:
        return [each.title for each in find_competencies(text=text, organisations=[owner])]

    assert found("KATHETER") == ["Blaaskatheter inbrengen"]
    assert (found("hygiene"), found("HYGIË")) == (["Hygiëne"], ["Hygiëne"])
    assert found("z-h") == ["Hygiëne"]


def test_what_was_added_renamed_or_withdrawn_a_moment_ago_counts(owner: Organisation) -> None:
    framework = make_framework()
    wound = make_competency("Wond verbinden", framework=framework)
    assert find_competencies(text="wond", organisations=[owner]) == [wound]
    later = make_competency("Wond spoelen", framework=framework)
    assert find_competencies(text="wond", organisations=[owner]) == [later, wound]
    add_competency(framework=framework, uri=wound.uri, kind="skill", title="Letsel verbinden")
    assert find_competencies(text="wond", organisations=[owner]) == [later]
    retire_competency(competency=later)
    assert find_competencies(text="wond", organisations=[owner]) == []


def test_the_database_has_the_last_word(owner: Organisation) -> None:
    framework = make_framework()
    wound = make_competency("Wond verbinden", framework=framework)
    assert find_competencies(text="wond", organisations=[owner]) == [wound]
    Framework.objects.update(owner=make_organisation("ander"))  # behind the services, so what is in memory is too old
    assert find_competencies(text="wond", organisations=[owner]) == []


def test_a_percent_sign_is_no_wildcard(owner: Organisation) -> None:
    make_competency("Wond verbinden")
    assert find_competencies(text="%%%", organisations=[owner]) == []
    assert find_competencies(text="w_nd", organisations=[owner]) == []


def test_the_whole_way_without_javascript(page: ModulePage, author: User) -> None:
    skill = labelled("Wond verbinden", "Dressing a wound")
    client = client_of(author)
    assert "This module proves nothing yet." in text_of(client.get(address(page)))
    chosen = address(page, competency=skill.uuid)
    assert chosen in client.get(address(page, q="wond")).content.decode()
    form = client.get(chosen).content.decode()
    assert ("with help" in form, "1. Les-1" in form, "2. Toets" in form) == (True, True, True)
    values = {"purpose": "gives", "level": "2", "kind": "test", "activity": quiz_block(page)}
    assert client.post(chosen, values).headers["Location"] == address(page)
    row = DraftOutcome.objects.get()
    assert (row.competency, row.level, row.kind, str(row.block_id)) == (skill, 2, "test", quiz_block(page))
    shown = text_of(client.get(address(page)))
    assert ("Dressing a wound" in shown, "Level: with help · test · Toets" in shown) == (True, True)


def test_a_refusal_keeps_what_was_chosen(page: ModulePage, author: User) -> None:
    chosen = address(page, competency=make_competency("Wond").uuid)
    answer = client_of(author).post(chosen, {"purpose": "gives", "level": "4", "kind": "test", "activity": ""})
    text = text_of(answer)
    assert answer.status_code == 422
    assert "“Test” does not prove “teach others”, at most “with help”." in text
    assert re.findall(r'name="(\w+)" value="(\w+)"[^>]* checked', text) == [
        ("purpose", "gives"), ("level", "4"), ("kind", "test"),
    ]  # fmt: skip
    assert DraftOutcome.objects.exists() is False
    assert "Choose how people show it." in text_of(client_of(author).post(chosen, {"purpose": "gives", "level": "1"}))


def test_a_reserved_act_leads_to_its_parts(page: ModulePage, author: User) -> None:
    framework = make_framework()
    act = make_competency("Katheter", framework=framework, kind="reserved", rollup=0)
    theory = make_competency("Katheter: theorie", framework=framework)
    add_relation(source=theory, target=act, kind="broader", at=2, gives=3)
    chosen = address(page, competency=act.uuid)
    assert address(page, competency=theory.uuid) in client_of(author).get(chosen).content.decode()
    answer = client_of(author).post(chosen, {"purpose": "gives", "level": "3", "kind": "practical"})
    assert (answer.status_code, "Choose a part: Katheter: theorie." in text_of(answer)) == (422, True)


def test_an_outcome_is_changed_and_removed(page: ModulePage, author: User) -> None:
    client, skill = client_of(author), make_competency("Wond")
    client.post(address(page, competency=skill.uuid), {"purpose": "gives", "level": "1", "kind": "reading"})
    row = DraftOutcome.objects.get()
    own = reverse("skills_graph_editor:outcome", args=[page.pk, row.pk])
    assert ("kind", "reading") in re.findall(r'name="(\w+)" value="(\w+)"[^>]* checked', text_of(client.get(own)))
    client.post(own, {"purpose": "entry", "level": "2"})
    row.refresh_from_db()
    assert (row.is_entry, row.level) == (True, 2)
    client.post(own, {"remove": "1"})
    assert DraftOutcome.objects.exists() is False


def test_what_another_organisation_has_is_not_there(page: ModulePage, author: User) -> None:
    other = make_organisation("ander")
    theirs = make_competency("Hunne", framework=make_framework("hunne", owner=other))
    client = client_of(author)
    assert client.get(address(page, competency=theirs.uuid)).status_code == 404
    assert client.get(address(page, competency="geen")).status_code == 404
    their_page = page_of(make_module(other, lesson(), sharing="public"))
    assert client.get(address(their_page)).status_code == 404
    row = DraftOutcome.objects.create(module=their_page.module, competency=theirs, level=1, kind="reading")
    for number in (page.pk, their_page.pk):
        assert (
            client.post(reverse("skills_graph_editor:outcome", args=[number, row.pk]), {"remove": 1}).status_code == 404
        )
    assert DraftOutcome.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_screen_costs_the_same_for_any_number(
    page: ModulePage, author: User, rows: int, django_assert_num_queries: Any
) -> None:
    framework = make_framework()
    for number in range(rows):
        skill = make_competency(f"Wond {number}", framework=framework)
        DraftOutcome.objects.create(module=page.module, competency=skill, level=1, kind="reading")
    client = client_of(author)
    client.get(address(page))
    with django_assert_num_queries(18):
        client.get(address(page))


def test_the_editor_of_the_page_shows_it_in_a_tab(page: ModulePage, author: User) -> None:
    DraftOutcome.objects.create(module=page.module, competency=make_competency("Wond"), level=1, kind="reading")
    shown = text_of(client_of(author).get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    assert ("What it proves" in shown, "Level: know it" in shown, address(page) in shown) == (True, True, True)


def test_a_page_whose_proof_is_gone_cannot_go_to_review(page: ModulePage, author: User) -> None:
    skill = make_competency("Wond verbinden")
    DraftOutcome.objects.create(module=page.module, competency=skill, level=1, kind="test", block_id=quiz_block(page))
    data = page_data(page, lesson_data()) | {"action-submit": "1"}
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = client_of(author).post(edit, **encoded(data))
    assert "“Wond verbinden”: The activity that proves it is no longer in the module." in text_of(answer)
    assert ModulePage.objects.get(pk=page.pk).current_workflow_state is None


def test_the_page_of_a_module_says_what_it_proves(page: ModulePage, owner: Organisation) -> None:
    skill = labelled("Wond verbinden", "Dressing a wound")
    entry = labelled("Handen wassen", "Washing hands")
    DraftOutcome.objects.create(module=page.module, competency=skill, level=2, kind="test")
    DraftOutcome.objects.create(module=page.module, competency=entry, level=1, kind="declaration", is_entry=True)
    assert "aantonen" not in text_of(Client().get(page.get_url()))
    page.save_revision().publish()
    shown = text_of(Client().get(page.get_url()))
    assert "Wond verbinden: <strong>met hulp</strong>" in shown
    assert "Handen wassen: <strong>ken het</strong>" in shown
