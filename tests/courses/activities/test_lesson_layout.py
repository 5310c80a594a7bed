"""The text of a lesson stands below itself, on a phone too."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.modules import lesson, make_attempt, make_module
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


def test_the_text_of_a_lesson_flows_and_is_no_row_of_a_list_of_lessons(client: Client) -> None:
    organisation = make_organisation()
    learner = make_member(organisation)
    attempt = make_attempt(learner, make_module(organisation, lesson("les-1")))
    client.force_login(learner)

    html = client.get(reverse("courses:play", args=[attempt.uuid, 1])).content.decode()

    around = html[: html.index("Tekst van les-1")].rsplit("<article", 1)[1]
    assert '<div class="flow">' in around
    assert 'class="flow lesson"' not in around
