"""The menu: one line of what somebody does, and behind one entry of it what is for who manages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lxp.models import Role
from tests.factories.people import make_member, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def menu_of(role: str) -> tuple[str, str]:
    """The HTML of the main menu before and after the word that opens what is for who manages."""
    client = Client()
    client.force_login(make_member(make_organisation("linde"), role, language="en"))
    html = client.get(reverse("lxp:home")).content.decode()
    before, _word, behind = html.partition('<nav class="nav"')[2].partition("</nav>")[0].partition("Manage")
    return before, behind


def test_what_an_administrator_manages_stands_behind_one_entry():
    before, behind = menu_of(Role.ADMINISTRATOR)
    people, discover = f'href="{reverse("lxp:people")}"', f'href="{reverse("catalogue:discover")}"'
    assert [people in before, people in behind] == [False, True]
    assert [discover in before, discover in behind] == [True, False]


def test_who_manages_nothing_has_no_such_entry():
    before, behind = menu_of(Role.AUTHOR)
    assert (f'href="{reverse("catalogue:discover")}"' in before, behind) == (True, "")
