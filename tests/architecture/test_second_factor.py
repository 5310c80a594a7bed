"""Where an organisation asks for a second factor, no address of a plugin shows staff's work without it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from lxp.models import Role
from tests.factories.people import make_member
from tests.plugins.skillslab.lab import make_lab

# What everybody may open, or who learns; all the rest is for people with a role.
OPEN = {
    "skillslab": {
        "week", "session", "book", "wait", "offer", "confirm", "cancel", "leave", "mine", "booking_file",
        "calendar", "feed", "attend",
    },
    "volunteers": {"mine", "card", "module", "certificate_make", "certificate", "compose", "set", "set_end"},
    "xblocks": {"frame", "handler", "handler_suffix", "resource"},
}  # fmt: skip


def patterns_of(plugin: str) -> Iterator[URLPattern]:
    yield from import_module(f"plugins.{plugin}.urls").urlpatterns


@pytest.mark.parametrize("plugin", sorted(OPEN))
def test_every_address_of_staff_asks_for_it(plugin: str) -> None:
    without = {each.name for each in patterns_of(plugin) if not getattr(each.callback, "asks_second_factor", False)}
    assert without == OPEN[plugin]


@pytest.mark.django_db
def test_a_coordinator_without_one_is_led_to_it_and_books_all_the_same() -> None:
    organisation = make_lab().owner
    organisation.requires_second_factor = True
    organisation.save()
    client = Client()
    client.force_login(make_member(organisation, Role.COORDINATOR))
    assert client.get(reverse("skillslab:planned")).url == reverse("mfa_index")
    assert client.post(reverse("skillslab:planned")).url == reverse("mfa_index")
    assert client.get(reverse("skillslab:mine")).status_code == 200
