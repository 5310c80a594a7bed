"""What this plugin does that no other does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from lxp.models import Role
from lxp.testing import World
from lxp_NAME.models import Message
from lxp_NAME.services import write_message


@pytest.fixture
def world(plugin_world: Callable[[str], World]) -> World:
    return plugin_world("NAME")


def test_who_works_there_reads_what_an_administrator_wrote(world: World) -> None:
    administrator = world.client(world.person(world.ours, Role.ADMINISTRATOR))
    today = timezone.localdate()

    answer = administrator.post("/p/NAME/", {"text": "Soep van de dag", "day": today.isoformat()})

    assert answer.status_code == 302
    assert "Soep van de dag" in world.client(world.member).get("/p/NAME/").content.decode()
    assert "Soep van de dag" in world.client(world.member).get("/mijn/").content.decode()
    assert "Soep van de dag" not in world.client(world.other).get("/p/NAME/").content.decode()


def test_an_administrator_is_asked_for_a_message_until_there_is_one(world: World) -> None:
    administrator = world.person(world.ours, Role.ADMINISTRATOR)
    asked = "Nog geen bericht voor vandaag"

    assert asked in world.client(administrator).get("/mijn/").content.decode()
    assert asked not in world.client(world.member).get("/mijn/").content.decode()
    write_message(organisation=world.ours, text="Soep", day=timezone.localdate(), by=administrator)
    assert asked not in world.client(administrator).get("/mijn/").content.decode()


def test_only_administrators_write_and_remove(world: World) -> None:
    with pytest.raises(PermissionDenied):
        write_message(organisation=world.ours, text="Nee", day=timezone.localdate(), by=world.member)
    message = Message.objects.create(organisation=world.ours, text="Blijft", author=world.administrator)

    assert world.client(world.member).post(f"/p/NAME/{message.pk}/weg/").status_code == 403
    assert list(Message.objects.values_list("text", flat=True)) == ["Blijft"]
    assert world.client(world.administrator).post(f"/p/NAME/{message.pk}/weg/").status_code == 302
    assert not Message.objects.exists()
