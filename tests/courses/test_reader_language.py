"""Words carry their language only where it is not the reader's, and a reader of any language can open the player."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.factories.modules import lesson, make_attempt, make_module
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_player_opens_in_each_language(client: Client, language: str) -> None:
    organisation = make_organisation()
    learner = make_member(organisation, language=language)
    attempt = make_attempt(learner, make_module(organisation, lesson()))
    client.force_login(learner)

    response = client.get(reverse("courses:play", args=[attempt.uuid, 1]))

    assert response.status_code == 200
    assert '<article class="prose" lang="nl">' in response.content.decode()


@pytest.mark.parametrize(("language", "marked"), [("nl", 0), ("en", 2)])
def test_a_card_marks_the_language_of_its_words_only_for_who_reads_another(
    client: Client, language: str, marked: int
) -> None:
    make_module(make_organisation(), lesson())

    with translation.override(language):
        html = client.get(reverse("catalogue:discover")).content.decode()

    card = html[html.index('<li class="card') :]
    assert card[: card.index("</li>")].count('lang="nl"') == marked
