"""What the page of a module tells its readers of what it proves."""

from __future__ import annotations

import pytest
from django.test import Client

from courses.api import activities_of
from lxp.models import Role, User
from skills_graph.services.outcomes import save_outcome
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.modules import lesson, make_module, page_of, publish, quiz
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


def test_what_is_of_an_own_framework_is_named_to_its_organisation_only(client: Client) -> None:
    owner = make_organisation()
    module = make_module(owner, lesson(), quiz())
    shared = make_competency("Wond verbinden", code="WV-1")
    own = make_competency(
        "Alleen van ons", framework=make_framework("eigen", owner=owner, scale=shared.framework.scale)
    )
    activities = activities_of(page_of(module).get_latest_revision_as_object())
    for competency in (shared, own):
        block_id = activities[1]["block_id"]
        save_outcome(
            module=module, activities=activities, competency=competency, level=1, kind="test", block_id=block_id
        )
    publish(page_of(module))
    path = page_of(module).get_url()

    def named(person: User | None) -> tuple[bool, bool]:
        client.logout()
        if person is not None:
            client.force_login(person)
        html = client.get(path).content.decode()
        return shared.title in html, own.title in html

    assert named(make_member(owner, Role.AUTHOR)) == (True, True)
    assert named(make_member(make_organisation())) == (True, False)
    assert named(None) == (True, False)
