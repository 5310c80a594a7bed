"""The plugin's activity in the editor: taken where the plugin is on, refused with words elsewhere, and never dropped."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import streamfield

from courses.models import ModulePage
from lxp import plugin_manager
from lxp.models import Organisation, PluginIncident, Role
from tests.factories.editor import encoded, page_data
from tests.factories.modules import make_page
from tests.factories.people import make_member
from tests.plugins.testdummy.polls import POLL, make_poll_page

pytestmark = pytest.mark.django_db


def poll_data(title: str = "Peiling") -> tuple[str, dict[str, Any]]:
    options: dict[str, Any] = {"count": "2"}
    for number in range(2):
        value = {"text": f"Antwoord {number}", "hint": ""}
        options[str(number)] = {"value": value, "deleted": "", "order": str(number), "id": "", "type": "item"}
    value = {"title": title, "minutes": 1, "question": "Wat vind je?", "options": options}
    return "testdummy_poll", {**value, "afterthought": "", "is_required": "on"}


def save(client: Client, page: ModulePage, *activities: tuple[str, Any], **fields: Any) -> Any:
    data = {**page_data(page, *activities, **fields), "action-publish": "1"}
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), **encoded(data))


def kinds_of(page: ModulePage) -> list[str]:
    return [item["type"] for item in ModulePage.objects.get(pk=page.pk).body.raw_data]


@pytest.fixture
def page(client: Client, with_it: Organisation) -> ModulePage:
    client.force_login(make_member(with_it, Role.AUTHOR, Role.PUBLISHER))
    return make_page(with_it)


def test_an_author_whose_organisation_has_the_plugin_uses_its_activity(client: Client, page: ModulePage) -> None:
    opened = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert "Complimenten en peilingen" in opened.content.decode()

    response = save(client, page, poll_data())

    assert response.status_code == 302
    assert kinds_of(page) == ["testdummy_poll"]
    assert ModulePage.objects.get(pk=page.pk).module.current_version.activities.get().kind == "testdummy_poll"


def test_an_author_elsewhere_reads_why_not(client: Client, without_it: Organisation) -> None:
    client.force_login(make_member(without_it, Role.AUTHOR, Role.PUBLISHER))
    page = make_page(without_it)
    before = kinds_of(page)

    response = save(client, page, poll_data("Onze peiling"))

    assert response.status_code == 200
    (refusal,) = response.context["form"].errors["body"].as_data()
    assert "Onze peiling" in str(refusal.message)
    assert "Complimenten en peilingen" in str(refusal.message)
    assert "Maasdal" in str(refusal.message)
    assert kinds_of(page) == before


def test_what_stands_on_a_page_stays_when_the_plugin_is_switched_off(client: Client, with_it: Organisation) -> None:
    client.force_login(make_member(with_it, Role.AUTHOR, Role.PUBLISHER))
    page = make_poll_page(with_it)
    plugin_manager.switch(plugin="testdummy", organisation=with_it, on=False, by=None)
    kept = streamfield([poll_data()])
    kept["0"]["id"] = POLL

    response = save(client, page, body=kept)

    assert response.status_code == 302
    assert kinds_of(page) == ["testdummy_poll"]


def test_a_page_opened_before_the_plugin_went_is_refused_and_not_robbed(client: Client, page: ModulePage) -> None:
    before = kinds_of(page)

    response = save(client, page, ("gone_puzzle", {"title": "Puzzel"}))

    assert response.status_code == 200
    assert "body" in response.context["form"].errors
    assert kinds_of(page) == before


def test_a_page_opened_before_the_plugin_came_back_is_taken(client: Client, page: ModulePage) -> None:
    stored = {
        "title": "Peiling",
        "minutes": 1,
        "question": "Wat vind je?",
        "options": [{"type": "item", "id": f"o{each}", "value": {"text": str(each), "hint": ""}} for each in range(2)],
        "afterthought": "",
        "is_required": True,
        "_schema": 2,
    }
    carried = json.dumps({"type": "testdummy_poll", "value": stored})

    response = save(client, page, ("missing_activity", carried))

    assert response.status_code == 302
    (item,) = ModulePage.objects.get(pk=page.pk).body.raw_data
    assert (item["type"], item["value"]) == ("testdummy_poll", stored)


def test_a_carried_activity_is_held_to_the_rules_of_its_kind(client: Client, page: ModulePage) -> None:
    before = kinds_of(page)
    forged = json.dumps({"type": "quiz", "value": {"title": "", "minutes": 1, "questions": []}})

    response = save(client, page, ("missing_activity", forged))

    assert response.status_code == 200
    assert kinds_of(page) == before


def test_a_check_that_fails_by_itself_stops_no_author(client: Client, page: ModulePage, faults: dict[str, str]) -> None:
    faults["poll.clean"] = "raise"

    response = save(client, page, poll_data())

    assert response.status_code == 302
    assert PluginIncident.objects.get().hook == "testdummy_poll.clean"
