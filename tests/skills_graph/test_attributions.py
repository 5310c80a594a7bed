"""The sentence that the publisher of a framework asks for stands wherever its skills show: once, and nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lxp.models import Role
from skills_graph.models import DraftOutcome
from skills_graph.services.profiles import add_profile
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.modules import lesson, make_module, page_of, quiz
from tests.factories.people import make_member, make_organisation
from tests.factories.skills import prove

pytestmark = pytest.mark.django_db
SENTENCE = "This service uses somebody’s classification."


def test_it_stands_on_every_page_that_names_such_a_skill(client: Client) -> None:
    owner = make_organisation()
    author = make_member(owner, Role.AUTHOR)
    theirs = make_competency("Van hen", framework=make_framework("theirs", attribution=SENTENCE))
    page = page_of(make_module(owner, lesson(), quiz()))
    DraftOutcome.objects.create(module=page.module, competency=theirs, level=1, kind="test")
    page.save_revision().publish()
    prove(author, theirs, issuer=owner)
    add_profile(uri="https://example.org/nurse", title="ward nurse", framework=theirs.framework)
    client.force_login(author)
    for address in (
        page.get_url(),
        reverse("skills_graph:portfolio"),
        reverse("skills_graph:why", args=[theirs.uuid]),
        reverse("skills_graph:comparison") + "?q=nurse",
        reverse("skills_graph_editor:outcomes", args=[page.pk]),
    ):
        assert (address, client.get(address).content.decode().count(SENTENCE)) == (address, 1)


def test_where_nobody_asks_for_one_nothing_is_said(client: Client) -> None:
    person = make_member(make_organisation())
    prove(person, make_competency("Van ons"), issuer=make_organisation("linde"))
    client.force_login(person)
    assert "classification" not in client.get(reverse("skills_graph:portfolio")).content.decode()
