"""No page gives an answer away before it was given."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Attempt
from courses.services.catalogue import Search
from tests.factories.learning import answer_quiz, choice, question_of, take
from tests.factories.modules import (
    lesson,
    page_of,
    quiz,
    single_question,
)
from tests.factories.player import FETCH, address_of, attempt_of, client_of, page

pytestmark = pytest.mark.django_db


# ── nothing is given away ────────────────────────────────────────────────────────────────────────────────────

SECRETS = ("GEHEIM", "31.4159", "31,4159")


def secret_questions() -> list[dict[str, Any]]:
    """One of every kind; all that may not be seen before answering has GEHEIM in it, or is the number."""
    options = [
        {"text": "Optie een", "right": True, "feedback": "GEHEIM ja"},
        {"text": "Optie twee", "feedback": "GEHEIM nee"},
        {"text": "Optie drie", "right": True, "feedback": "GEHEIM ook"},
    ]
    pairs = [{"left": f"links {place}", "right": f"rechts {place}"} for place in range(3)]
    found = [
        {"type": "single", "id": "s", "prompt": "Een?", "options": options[:2]},
        {"type": "multiple", "id": "m", "prompt": "Meer?", "options": options},
        {"type": "true_false", "id": "w", "prompt": "Waar?", "answer": True},
        {"type": "ordering", "id": "o", "prompt": "Volgorde?", "items": ["stap a", "stap b", "stap c"]},
        {"type": "numeric", "id": "n", "prompt": "Hoeveel?", "answer": 31.4159, "tolerance": 0.5, "unit": "ml"},
        {"type": "matching", "id": "p", "prompt": "Paren?", "pairs": pairs},
    ]
    return [{**each, "explanation": "<p>GEHEIM uitleg</p>"} for each in found]


@pytest.fixture
def secretive() -> Attempt:
    asked = secret_questions()
    activities = [
        lesson(check=asked[0]),
        lesson("les-2", check=asked[1]),
        quiz(questions=asked),
        quiz("twee", questions=asked[::-1]),
    ]
    return attempt_of(*activities, sharing="public")


def test_no_page_of_a_learner_or_visitor_gives_an_answer_away(secretive):
    client, visitor = client_of(secretive.person), Client()
    seen = [page(client, secretive, position) for position in (1, 2, 3, 4)]
    own = [reverse(f"courses:{name}", args=[secretive.uuid]) for name in ("print", "result")]
    seen += [client.get(address).content.decode() for address in own]
    for address in (page_of(secretive.module).get_url(), reverse("catalogue:discover"), "/nl/", "/mijn/", "/leren/"):
        seen += [each.get(address, follow=True).content.decode() for each in (client, visitor)]
    for html in seen:
        assert [secret for secret in SECRETS if secret in html] == []
    for html in seen[:5]:
        assert "data-result" not in html
        assert "callout--ok" not in html


def test_searching_and_the_api_give_no_answer_away(secretive):
    draft = page_of(secretive.module)
    block = draft.body.stream_block
    assert SECRETS[0] not in " ".join(block.get_searchable_content(draft.body))
    assert SECRETS[0] not in str(block.get_api_representation(draft.body))
    assert "Een?" not in str(block.get_api_representation(draft.body))
    search = Search(secretive.person)
    assert SECRETS[0] not in str(search.cards(search.listed()[:]))


def test_an_answer_to_one_question_gives_no_other_away(secretive):
    client = client_of(secretive.person)
    question = question_of(secretive, 3)
    client.post(address_of(secretive, 3, "answer"), choice(question, right=False))
    html = page(client, secretive, 3)
    assert (html.count("GEHEIM nee"), html.count("GEHEIM uitleg")) == (1, 1)
    assert "GEHEIM ook" not in html
    fetched = client.post(address_of(secretive, 3, "answer"), choice(question), headers=FETCH).content.decode()
    assert "GEHEIM ook" not in fetched


def test_a_practice_question_tells_about_what_was_chosen_until_it_is_right(secretive):
    client = client_of(secretive.person)
    question = question_of(secretive, 1)
    client.post(address_of(secretive, 1, "answer"), choice(question, right=False))
    html = page(client, secretive)
    assert "GEHEIM nee" in html
    assert "GEHEIM ja" not in html
    assert "GEHEIM uitleg" not in html
    client.post(address_of(secretive, 1, "answer"), choice(question))
    html = page(client, secretive)
    assert "GEHEIM ja" in html
    assert "GEHEIM uitleg" in html


def test_print_stays_without_answers_after_answering():
    attempt = attempt_of(lesson(check=single_question("c1")), quiz())
    take(attempt, 1, "answer", choice(question_of(attempt, 1)))
    answer_quiz(attempt, 2, wrong=1)
    html = client_of(attempt.person).get(reverse("courses:print", args=[attempt.uuid])).content.decode()
    assert "Vraag v1?" in html
    for word in ("Uitleg", "Ja v1", "Nog niet v1", "data-result", "checked"):
        assert word not in html


def test_the_result_explains_mistakes_and_not_what_was_right():
    attempt = attempt_of(quiz(pass_percent=50))
    answer_quiz(attempt, 1, wrong=1)
    html = client_of(attempt.person).get(reverse("courses:result", args=[attempt.uuid])).content.decode()
    assert "Uitleg v1" in html
    assert "Uitleg v2" not in html
    assert re.search(r"50\s", html)
