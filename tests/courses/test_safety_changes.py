"""A safety change: who is under way takes the newest version first, and loses nothing on the way there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.activities.stores import Act
from courses.exceptions import OutdatedVersionError
from courses.models import Attempt, ProgressEvent
from courses.services.attempts import move_to_current
from tests.factories.learning import answer_quiz, choice, event_uuid, question_of, row_of, state_of, take
from tests.factories.modules import (
    confirmation,
    lesson,
    make_attempt,
    make_module,
    page_of,
    publish,
    quiz,
    reflection,
)
from tests.factories.people import PASSWORD, make_member, make_organisation

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 1, 2, 9, 30, tzinfo=UTC)
FETCH = {"X-Requested-With": "fetch"}
NEW_TEXT = [{"text": "<p>De dosering is gehalveerd.</p>"}]
TAKE_IT = "Neem de nieuwe versie"


def outdated_attempt(*activities: dict[str, Any], change: dict[str, Any] | None = None, done: int = 0) -> Attempt:
    """Under way, with the first `done` lessons finished, when a safety change came: a lesson more, unless told."""
    owner = make_organisation()
    module = make_module(owner, *activities)
    attempt = make_attempt(make_member(owner), module)
    for position in range(1, done + 1):
        take(attempt, position, "finish")
    note = "De dosering is veranderd."
    publish(page_of(module), *activities, change or lesson("nieuw"), significance="safety", change_note=note)
    return Attempt.objects.select_related("person", "module", "version").get(pk=attempt.pk)


def client_of(attempt: Attempt) -> Client:
    client = Client()
    client.force_login(attempt.person)
    return client


def handler(attempt: Attempt, position: int, name: str) -> str:
    return reverse("courses:handle", args=[attempt.uuid, row_of(attempt, position).block_id, name])


def play(attempt: Attempt, position: int) -> str:
    return reverse("courses:play", args=[attempt.uuid, position])


def update(attempt: Attempt) -> str:
    return reverse("courses:update", args=[attempt.uuid])


# ── the server ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_old_version_takes_no_more_answers_and_says_what_to_do():
    attempt = outdated_attempt(lesson(), lesson("les-2"), done=1)
    with pytest.raises(OutdatedVersionError) as refusal:
        take(attempt, 2, "finish")
    assert str(refusal.value) == (
        f"Er is een veiligere versie van “{attempt.version.title}”. Neem de nieuwe versie, en antwoord dan nog een keer."
    )
    assert ProgressEvent.objects.count() == 1
    assert attempt.states.count() == 1
    assert Attempt.objects.get().version.number == 1


def test_after_a_substantive_change_the_old_version_still_takes_answers(time_machine):
    attempt = make_attempt(make_member(owner := make_organisation()), make_module(owner, lesson(), lesson("les-2")))
    publish(page_of(attempt.module), lesson(), lesson("les-2"), lesson("les-3"), significance="substantive")
    attempt = Attempt.objects.get()
    assert attempt.must_move is False
    time_machine.move_to(NOW, tick=False)
    take(attempt, 1, "finish")
    assert state_of(attempt, 1).completed_at == NOW


def test_a_safety_change_followed_by_another_change_still_has_to_be_taken():
    attempt = outdated_attempt(lesson(), lesson("les-2"))
    publish(page_of(attempt.module), lesson(), lesson("les-2"), quiz(), significance="substantive")
    with pytest.raises(OutdatedVersionError):
        take(attempt, 1, "finish")


def test_what_did_not_change_stays_done_in_the_newest_version(time_machine):
    time_machine.move_to(NOW, tick=False)
    attempt = outdated_attempt(lesson(), lesson("les-2"), done=1)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    moved = move_to_current(attempt=attempt)
    assert (moved.version.number, moved.must_move) == (2, False)
    assert state_of(moved, 1).completed_at == NOW
    take(moved, 2, "finish")
    take(moved, 3, "finish")
    assert Attempt.objects.completed().get() == moved


@pytest.mark.parametrize(
    ("before", "after", "act", "data"),
    [
        (lesson(), lesson(content=NEW_TEXT), "finish", {}),
        (confirmation(), confirmation(text="<p>Lees dit nieuwe protocol.</p>"), "confirm", {"agree": ["on"]}),
        (confirmation(), confirmation(statement="Ik werk voortaan zo."), "confirm", {"agree": ["on"]}),
    ],
    ids=["lesson", "text to confirm", "statement"],
)
def test_a_text_that_a_safety_change_rewrote_is_read_again_before_it_counts(before, after, act, data):
    owner = make_organisation()
    module = make_module(owner, before, lesson("les-2"), lesson("les-3"))
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, act, data)
    take(attempt, 2, "finish")
    done_at = state_of(attempt, 2).completed_at
    publish(page_of(module), after, lesson("les-2"), lesson("les-3"), significance="safety")
    publish(page_of(module), after, lesson("les-2"), lesson("les-3"), title="Later", significance="substantive")
    moved = move_to_current(attempt=attempt)
    assert moved.version.number == 3
    assert (state_of(moved, 1).completed_at, state_of(moved, 1).data) == (None, {})
    assert state_of(moved, 2).completed_at == done_at
    assert list(moved.events.order_by("pk").values_list("name", flat=True))[2:] == ["restarted"]
    take(moved, 3, "finish")
    assert Attempt.objects.completed().exists() is False
    take(moved, 1, act, data)
    assert Attempt.objects.completed().get() == moved


def test_after_a_substantive_change_what_asks_the_same_stays_done_though_its_text_changed():
    owner = make_organisation()
    module = make_module(owner, lesson(), confirmation(), lesson("les-2"))
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, "finish")
    take(attempt, 2, "confirm", {"agree": ["on"]})
    changed = [lesson(content=NEW_TEXT), confirmation(text="<p>Lees dit nieuwe protocol.</p>"), lesson("les-2")]
    publish(page_of(module), *changed, significance="substantive")
    moved = move_to_current(attempt=attempt)
    assert [state_of(moved, position).completed_at is not None for position in (1, 2)] == [True, True]


def test_an_act_that_was_stored_before_the_change_and_arrives_again_is_no_fault():
    owner = make_organisation()
    attempt = make_attempt(make_member(owner), make_module(owner, reflection(), lesson()))
    act = Act(uuid=event_uuid(1), device="phone", sequence=1)
    take(attempt, 1, "write", {"text": ["Eerst"]}, act=act)
    publish(page_of(attempt.module), reflection(), lesson("les-2"), significance="safety")
    take(attempt, 1, "write", {"text": ["Eerst"]}, act=act)
    assert ProgressEvent.objects.count() == 1


def test_who_finished_before_the_change_is_asked_nothing():
    owner = make_organisation()
    module = make_module(owner, lesson())
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, "finish")
    publish(page_of(module), lesson(), lesson("les-2"), significance="safety")
    finished = Attempt.objects.get()
    assert finished.must_move is False
    assert TAKE_IT not in client_of(finished).get(play(finished, 1)).content.decode()


# ── the player ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_player_shows_what_changed_and_one_way_on_instead_of_the_old_text():
    attempt = outdated_attempt(lesson(), lesson("les-2"))
    html = client_of(attempt).get(play(attempt, 1)).content.decode()
    assert "Tekst van les-1." not in html
    assert "De dosering is veranderd." in html
    assert f'action="{update(attempt)}"' in html
    assert (html.count(TAKE_IT), html.count("Neem de nieuwe versie</button>")) == (1, 1)
    bar = html.partition('id="actionbar"')[2]
    assert 'class="btn"' in bar
    assert "Naar les" not in bar


def test_taking_the_new_version_leads_back_to_the_spot():
    attempt = outdated_attempt(lesson(), lesson("les-2"), done=1)
    client = client_of(attempt)
    client.get(play(attempt, 2))
    answer = client.post(update(attempt), follow=True)
    assert answer.redirect_chain[-1][0] == play(attempt, 2)
    assert "Tekst van les-2." in answer.content.decode()
    assert Attempt.objects.get().version.number == 2


def test_the_page_of_the_module_offers_only_the_new_version():
    attempt = outdated_attempt(lesson())
    html = client_of(attempt).get(page_of(attempt.module).get_url()).content.decode()
    assert html.count(f'action="{update(attempt)}"') == 1
    assert f'href="{reverse("courses:resume", args=[attempt.uuid])}"' not in html


def test_the_old_version_is_not_printed():
    attempt = outdated_attempt(lesson())
    answer = client_of(attempt).get(reverse("courses:print", args=[attempt.uuid]))
    assert (answer.status_code, answer.url) == (302, reverse("courses:resume", args=[attempt.uuid]))


# ── what was typed ───────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_typed_is_shown_with_the_refusal_and_again_in_the_new_version():
    attempt = outdated_attempt(reflection())
    client = client_of(attempt)
    answer = client.post(handler(attempt, 1, "write"), {"text": "Lang over nagedacht."})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Lang over nagedacht." in html
    assert f'action="{update(attempt)}"' in html
    html = client.post(update(attempt), follow=True).content.decode()
    assert "Lang over nagedacht.</textarea>" in html
    assert "stuur het nog een keer" in html
    assert ProgressEvent.objects.exists() is False
    client.post(handler(attempt, 1, "write"), {"text": "Lang over nagedacht."})
    assert state_of(attempt, 1).data["text"] == "Lang over nagedacht."


def test_a_choice_is_filled_in_again_and_not_sent_by_itself():
    attempt = outdated_attempt(quiz())
    client, question = client_of(attempt), question_of(attempt, 1)
    values = choice(question, right=False)
    assert client.post(handler(attempt, 1, "answer"), values).status_code == 422
    html = client.post(update(attempt), follow=True).content.decode()
    chosen = next(line for line in html.split("<label") if f'value="{values["answer"][0]}"' in line)
    assert "checked" in chosen
    assert ProgressEvent.objects.exists() is False


def test_a_script_gets_the_reason_and_the_button_and_the_form_stays():
    attempt = outdated_attempt(reflection())
    answer = client_of(attempt).post(handler(attempt, 1, "write"), {"text": "Hoi"}, headers=FETCH)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="activity-error"' in html
    assert 'id="actionbar"><div class="wrap"><div class="actionbar__in">' in html
    assert f'action="{update(attempt)}"' in html
    assert "<textarea" not in html
    assert ProgressEvent.objects.exists() is False


def test_what_waited_for_signing_in_waits_on_for_the_new_version():
    attempt = outdated_attempt(reflection())
    client = Client()
    client.post(handler(attempt, 1, "write"), {"text": "Van voor het inloggen."})
    values = {"login": attempt.person.email, "password": PASSWORD, "next": play(attempt, 1)}
    html = client.post(reverse("account_login"), values, follow=True).content.decode()
    assert TAKE_IT in html
    html = client.post(update(attempt), follow=True).content.decode()
    assert "Van voor het inloggen.</textarea>" in html
    assert ProgressEvent.objects.exists() is False


# ── a quiz that was not passed, whose module changed ─────────────────────────────────────────────────────────


def test_another_try_of_a_quiz_waits_for_the_new_version_too():
    attempt = make_attempt(make_member(owner := make_organisation()), make_module(owner, quiz()))
    answer_quiz(attempt, 1, wrong=2)
    publish(page_of(attempt.module), quiz(), lesson(), significance="safety")
    with pytest.raises(OutdatedVersionError):
        take(Attempt.objects.get(), 1, "new_round", {"round": ["2"]})
    moved = move_to_current(attempt=attempt)
    take(moved, 1, "new_round", {"round": ["2"]})
    assert state_of(moved, 1).data["started"] == [2]
