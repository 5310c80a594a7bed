"""Every kind of activity: taken, looked back at, printed, and missed calmly."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses.activities import registry
from courses.services.attempts import open_activity
from tests.factories.learning import row_of, take
from tests.factories.modules import (
    assignment,
    confirmation,
    lesson,
    make_module,
    page_of,
    quiz,
    reflection,
    single_question,
)
from tests.factories.people import make_organisation
from tests.factories.player import address_of, attempt_of, client_of, nothing_is_stored, page

pytestmark = pytest.mark.django_db


# ── every kind ───────────────────────────────────────────────────────────────────────────────────────────────

ALL_KINDS = {
    "lesson": (lesson(check=single_question("c1")), "Tekst van les-1", "Tekst van les-1"),
    "quiz": (quiz(intro="<p>Succes!</p>"), "Succes!", "Vraag v2?"),
    "reflection": (reflection(), "Wat neem je mee?", "Wat neem je mee?"),
    "confirmation": (confirmation(), "Lees dit protocol.", "Ik werk zo."),
    "assignment": (assignment(), "Controleert de naam.", "Controleert de naam."),
}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_can_be_taken_looked_back_at_and_printed(kind, rf):
    activity, on_screen, on_paper = ALL_KINDS[kind]
    attempt = attempt_of(activity)
    client = client_of(attempt.person)
    html = page(client, attempt)
    assert on_screen in html
    assert "data-missing-activity" not in html
    printed = client.get(reverse("courses:print", args=[attempt.uuid])).content.decode()
    assert on_paper in printed
    assert "data-missing-activity" not in printed
    request = rf.get("/")
    request.user = attempt.person
    opened = open_activity(attempt=attempt, row=row_of(attempt, 1), step_count=1, language="nl")
    assert str(opened.result_view(request)).strip() != ""


def test_paper_has_the_text_the_criteria_and_room_to_write_and_nothing_that_was_written():
    attempt = attempt_of(reflection(), confirmation(), assignment())
    take(attempt, 1, "write", {"text": ["Alleen voor mij."]})
    html = client_of(attempt.person).get(reverse("courses:print", args=[attempt.uuid])).content.decode()
    for words in ("Wat neem je mee?", "Lees dit protocol.", "Ik werk zo.", "Doe het.", "Controleert de naam."):
        assert words in html
    assert "Alleen voor mij." not in html
    assert html.count("icons.svg#square") == 1 + 2 * 2
    assert html.count('class="writelines"') == 4


PUBLIC = {
    "lesson": {"kind", "title", "minutes", "content"},
    "quiz": {"kind", "title", "minutes"},
    "reflection": {"kind", "title", "minutes", "prompt"},
    "confirmation": {"kind", "title", "minutes", "content", "statement"},
    "assignment": {"kind", "title", "minutes", "instructions"},
}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_only_public_fields_leave_the_server(kind):
    draft = page_of(make_module(make_organisation(), ALL_KINDS[kind][0]))
    shown = draft.body.stream_block.get_api_representation(draft.body)[0]["value"]
    assert set(shown) == PUBLIC[kind]
    words = " ".join(draft.body.stream_block.get_searchable_content(draft.body))
    assert draft.body[0].value["title"] in words
    for word in ("Vraag", "Goed", "Uitleg", "Controleert", "Succes"):
        assert word not in words


def test_a_kind_that_is_gone_says_so_calmly_and_stores_nothing(monkeypatch):
    attempt = attempt_of(reflection(), lesson())
    without = {kind: each for kind, each in registry.kinds().items() if kind != "reflection"}
    monkeypatch.setattr(registry, "kinds", lambda: without)
    monkeypatch.setattr(registry, "_owners", dict.fromkeys(without, "courses"))
    client = client_of(attempt.person)
    assert "data-missing-activity" in page(client, attempt)
    assert client.post(address_of(attempt, 1, "write"), {"text": "Hoi"}).status_code == 422
    assert nothing_is_stored()
