"""Oneself beside a job that asks very much, or is named in another language: what one can do something about comes first."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from lxp.models import User
from skills_graph.models import Competency, Profile
from skills_graph.services.profiles import add_requirement
from tests.factories.frameworks import make_competency, make_framework, make_profile
from tests.factories.people import make_member, make_organisation
from tests.factories.skills import prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def carer(client: Client) -> User:
    person = make_member(make_organisation("here"), language="en")
    client.force_login(person)
    return person


def page_of(client: Client, profile: Profile) -> str:
    response = client.get(reverse("skills_graph:comparison"), {"profiel": str(profile.uuid)})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def asked_of(profile: Profile, count: int) -> list[Competency]:
    framework = make_framework()
    skills = [make_competency(f"Skill {number:02}", framework=framework) for number in range(count)]
    for skill in skills:
        add_requirement(profile=profile, competency=skill, level=2)
    return skills


@pytest.mark.parametrize(("count", "is_folded"), [(6, False), (7, True)])
def test_of_many_those_with_a_beginning_stand_first_and_the_rest_is_folded(
    client: Client, carer: User, count: int, is_folded: bool
) -> None:
    profile = make_profile("Nurse")
    skills = asked_of(profile, count)
    prove(carer, skills[-1], 1, issuer=carer.organisations[0])
    page = page_of(client, profile)
    assert f"You have 0 of the {count} skills" in page
    before, _fold, folded = page.partition(f"{count - 1} skills that no module teaches yet")
    assert (bool(folded), skills[-1].title in before, skills[0].title in before) == (is_folded, True, not is_folded)
    if is_folded:
        assert [skill.title in folded for skill in skills] == [True] * (count - 1) + [False]


def test_a_name_in_another_language_only_says_which(client: Client, carer: User) -> None:
    profile = make_profile("Nurse")
    Profile.objects.filter(pk=profile.pk).update(title="verpleegkundige", labels={"nl": "verpleegkundige"})
    dutch = make_competency("Wond verbinden", labels={"nl": "Wond verbinden"})
    both = make_competency("Luisteren", framework=dutch.framework, labels={"nl": "Luisteren", "en": "Listening"})
    for competency in (dutch, both):
        add_requirement(profile=profile, competency=competency, level=1)
    page = page_of(client, profile)
    assert '<h2 lang="nl">verpleegkundige</h2>' in page
    assert (' lang="nl">Wond verbinden</a>' in page, '">Listening</a>' in page) == (True, True)
    why = client.get(reverse("skills_graph:why", args=[dutch.uuid])).content.decode()
    assert '<h1 lang="nl">Wond verbinden</h1>' in why
