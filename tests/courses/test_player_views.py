"""The player's pages: they take what is theirs, refuse the rest without a trace, and lead on."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Attempt, ProgressEvent
from lxp.models import Role, User
from tests.factories.learning import answer_quiz, choice, question_of, row_of, state_of, take
from tests.factories.modules import (
    assignment,
    confirmation,
    lesson,
    make_attempt,
    make_module,
    quiz,
    reflection,
    single_question,
)
from tests.factories.people import PASSWORD, make_member
from tests.factories.player import FETCH, address_of, attempt_of, client_of, nothing_is_stored, page

pytestmark = pytest.mark.django_db


# ── what is forged ───────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_of_an_attempt_is_there_for_another_person():
    attempt = attempt_of(lesson(), reflection())
    stranger = client_of(make_member(attempt.organisation, *Role.values))
    for name in ("resume", "result", "print"):
        assert stranger.get(reverse(f"courses:{name}", args=[attempt.uuid])).status_code == 404
    assert stranger.get(reverse("courses:play", args=[attempt.uuid, 1])).status_code == 404
    for name in ("again", "update"):
        assert stranger.post(reverse(f"courses:{name}", args=[attempt.uuid])).status_code == 404
    block = row_of(attempt, 1).block_id
    assert stranger.post(reverse("courses:position", args=[attempt.uuid, block]), {"anchor": "x"}).status_code == 404
    assert stranger.post(address_of(attempt, 1, "finish")).status_code == 404
    assert stranger.post(address_of(attempt, 1, "finish"), headers=FETCH).status_code == 404
    assert nothing_is_stored()
    assert Attempt.objects.get().resume_block_id is None


def test_ids_that_do_not_belong_together_are_not_found():
    attempt = attempt_of(lesson())
    other = make_attempt(attempt.person, make_module(attempt.organisation, reflection()))
    client = client_of(attempt.person)
    wrong = [
        (attempt.uuid, row_of(other, 1).block_id, "write"),
        (other.uuid, row_of(attempt, 1).block_id, "finish"),
        (uuid4(), row_of(attempt, 1).block_id, "finish"),
        (attempt.uuid, uuid4(), "finish"),
    ]
    for arguments in wrong:
        answer = client.post(reverse("courses:handle", args=arguments), {"text": "Hoi"})
        assert (answer.status_code, answer.headers.get("Location")) == (404, None)
    assert client.get(reverse("courses:play", args=[attempt.uuid, 2])).status_code == 404
    assert client.get(reverse("courses:play", args=[attempt.uuid, 0])).status_code == 404
    assert nothing_is_stored()


def test_what_is_no_handler_is_refused():
    attempt = attempt_of(lesson(), quiz())
    client = client_of(attempt.person)
    names = [
        "record",
        "reduce",
        "handle",
        "result",
        "learner_view",
        "state",
        "__init__",
        "_scopes",
        "upgrade",
        "finish2",
    ]
    for name in names:
        for position in (1, 2):
            answer = client.post(address_of(attempt, position, name), {"name": "finished", "payload": "{}"})
            assert (name, answer.status_code) == (name, 422)
    assert nothing_is_stored()


def test_a_handler_of_another_kind_is_refused():
    attempt = attempt_of(lesson(), reflection())
    assert client_of(attempt.person).post(address_of(attempt, 1, "write"), {"text": "Hoi"}).status_code == 422
    assert nothing_is_stored()


def test_handlers_are_only_posted_to():
    attempt = attempt_of(lesson())
    client = client_of(attempt.person)
    for method in ("get", "head", "put", "delete", "patch"):
        assert getattr(client, method)(address_of(attempt, 1, "finish")).status_code == 405
    assert nothing_is_stored()


def test_a_learner_cannot_sign_an_own_assignment_by_a_form():
    attempt = attempt_of(assignment())
    client = client_of(attempt.person)
    for name in ("assessed", "sign", "record"):
        assert client.post(address_of(attempt, 1, name), {"is_competent": "true"}).status_code == 422
    assert nothing_is_stored()


MALFORMED = [
    {"event": "no-uuid"},
    {"event": "x" * 36},
    {"device": "a\x00b", "sequence": "1"},
    {"device": "phone", "sequence": "²"},
    {"device": "phone", "sequence": "-1"},
    {"device": "phone", "sequence": "9" * 400},
    {"device": "x" * 41, "sequence": "1"},
    {"device": "", "sequence": "7"},
    {"client_time": "0001-01-01T00:00:00+14:00"},
    {"client_time": "9999-12-31T23:59:59-14:00"},
    {"client_time": "2026-13-45T99:00:00Z"},
    {"client_time": "2026-01-01T00:00:00"},
    {"client_time": "yesterday\x00"},
]


def test_an_act_with_a_malformed_identity_is_taken_without_it():
    attempt = attempt_of(reflection())
    client = client_of(attempt.person)
    for number, values in enumerate(MALFORMED):
        answer = client.post(address_of(attempt, 1, "write"), {"text": f"Hoi {number}", **values})
        assert (values, answer.status_code) == (values, 302)
        event = ProgressEvent.objects.latest("pk")
        found = (event.device, event.sequence, event.client_time, event.payload)
        assert (values, *found) == (values, "", 0, None, {"text": f"Hoi {number}"})
    assert ProgressEvent.objects.count() == len(MALFORMED)


def test_text_with_nul_is_stored_without_it():
    attempt = attempt_of(reflection())
    client_of(attempt.person).post(address_of(attempt, 1, "write"), {"text": "voor\x00na"})
    assert state_of(attempt, 1).data["text"] == "voorna"


def test_bytes_that_are_no_text_are_no_fault():
    attempt = attempt_of(reflection())
    form = "application/x-www-form-urlencoded"
    answer = client_of(attempt.person).post(address_of(attempt, 1, "write"), b"text=caf%E9+%ff%fe&event=%C3%28", form)
    assert answer.status_code == 302
    assert state_of(attempt, 1).data["text"].startswith("caf")


def test_text_that_cannot_be_taken_is_refused_with_words():
    attempt = attempt_of(reflection())
    client = client_of(attempt.person)
    for text in ("", "   ", "\x00", "x" * 5001, "x" * 1_000_000):
        answer = client.post(address_of(attempt, 1, "write"), {"text": text})
        assert (text[:9], answer.status_code) == (text[:9], 422)
        assert 'role="alert"' in answer.content.decode()
    assert nothing_is_stored()


def test_an_answer_that_is_none_is_refused_and_leaves_nothing():
    number = {"type": "numeric", "id": "n", "prompt": "Hoeveel?", "answer": 2, "unit": "ml"}
    attempt = attempt_of(quiz(questions=[number, single_question()]))
    client = client_of(attempt.person)
    for answer in ("\x00", "x" * 1_000_000, "2\x00", "9" * 400, "NaN", "1e999999999"):
        for place in (1, 2):
            values = {"question": question_of(attempt, 1, place)["id"], "round": "1", "answer": answer}
            assert client.post(address_of(attempt, 1, "answer"), values).status_code == 422
    assert nothing_is_stored()


def test_a_round_that_is_not_this_one_takes_nothing():
    attempt = attempt_of(quiz())
    client = client_of(attempt.person)
    for number in ("0", "2", "x", "²", "9" * 50, ""):
        values = {**choice(question_of(attempt, 1)), "round": number}
        assert client.post(address_of(attempt, 1, "answer"), values).status_code in (302, 422)
    assert nothing_is_stored()


# ── what was typed stays ─────────────────────────────────────────────────────────────────────────────────────


def test_a_refused_text_comes_back_in_its_field():
    attempt = attempt_of(reflection())
    words = "<script>" + "lang verhaal " * 400
    answer = client_of(attempt.person).post(address_of(attempt, 1, "write"), {"text": words})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "&lt;script&gt;lang verhaal lang verhaal" in html
    assert "<script>lang" not in html


def test_a_script_gets_only_the_reason():
    attempt = attempt_of(reflection())
    answer = client_of(attempt.person).post(address_of(attempt, 1, "write"), {"text": ""}, headers=FETCH)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'id="activity-error"' in html
    assert "<html" not in html


# ── the session is over ──────────────────────────────────────────────────────────────────────────────────────


def sign_in(client: Client, person: User, following: str) -> Any:
    values = {"login": person.email, "password": PASSWORD, "next": following}
    return client.post(reverse("account_login"), values, follow=True)


def test_a_script_hears_that_the_session_is_over_and_nothing_is_kept():
    attempt = attempt_of(lesson())
    client = Client()
    answer = client.post(address_of(attempt, 1, "finish"), headers=FETCH)
    assert (answer.status_code, answer.content) == (401, b"")
    assert "unsent_act" not in client.session
    assert nothing_is_stored()


def test_what_was_sent_after_the_session_was_over_is_stored_after_signing_in():
    attempt = attempt_of(lesson(), reflection())
    client, event = Client(), uuid4()
    values = {"text": "Dit mag niet weg.", "event": str(event)}
    answer = client.post(address_of(attempt, 2, "write"), values)
    following = reverse("courses:play", args=[attempt.uuid, 2])
    assert answer.url == f"/account/login/?next={following}"
    assert nothing_is_stored()
    answer = sign_in(client, attempt.person, following)
    assert "Dit mag niet weg." in answer.content.decode()
    assert state_of(attempt, 2).data["text"] == "Dit mag niet weg."
    client.get(following)
    client.post(address_of(attempt, 2, "write"), values)
    assert ProgressEvent.objects.count() == 1


def test_it_is_not_stored_for_another_person_who_signs_in():
    attempt = attempt_of(reflection())
    other = make_attempt(make_member(attempt.organisation), attempt.module)
    client = Client()
    client.post(address_of(attempt, 1, "write"), {"text": "Van mij."})
    assert sign_in(client, other.person, reverse("courses:play", args=[attempt.uuid, 1])).status_code == 404
    assert "Van mij." not in page(client, other)
    client.post(reverse("account_logout"))
    sign_in(client, attempt.person, reverse("courses:play", args=[attempt.uuid, 1]))
    assert nothing_is_stored()


def test_what_cannot_be_taken_after_signing_in_comes_back_with_its_reason():
    attempt = attempt_of(reflection())
    client = Client()
    client.post(address_of(attempt, 1, "write"), {"text": "z" * 5001, "event": "x" * 36})
    answer = sign_in(client, attempt.person, reverse("courses:play", args=[attempt.uuid, 1]))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in html
    assert "z" * 5001 in html
    assert nothing_is_stored()


def test_an_endless_text_is_not_kept_in_a_session():
    attempt = attempt_of(reflection())
    client = Client()
    answer = client.post(address_of(attempt, 1, "write"), {"text": "x" * 1_000_000})
    assert answer.status_code == 302
    assert "unsent_act" not in client.session


def test_a_form_with_an_old_token_is_refused_and_leads_back_to_its_page():
    attempt = attempt_of(reflection())
    client = client_of(attempt.person, enforce_csrf_checks=True)
    back = f"http://testserver/leren/{attempt.uuid}/1/"
    answer = client.post(address_of(attempt, 1, "write"), {"text": "Hoi"}, headers={"Referer": back})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert f'href="/leren/{attempt.uuid}/1/"' in html
    assert nothing_is_stored()
    answer = client.post(address_of(attempt, 1, "write"), headers={"Referer": "https://elsewhere.example/x"})
    assert answer.status_code == 403
    assert "elsewhere" not in answer.content.decode()


# ── going on ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_finishing_leads_on_and_the_last_one_to_the_result():
    attempt = attempt_of(lesson(), confirmation())
    client = client_of(attempt.person)
    assert client.post(address_of(attempt, 1, "finish")).url == f"/leren/{attempt.uuid}/2/"
    answer = client.post(address_of(attempt, 2, "confirm"), {"agree": "1"}, headers=FETCH)
    assert (answer.status_code, answer.headers["X-Next"]) == (204, f"/leren/{attempt.uuid}/klaar/")
    html = client.get(answer.headers["X-Next"]).content.decode()
    assert attempt.version.title in html


def bar_of(client: Client, attempt: Attempt, position: int) -> str:
    """The buttons under an activity."""
    return page(client, attempt, position).partition('id="actionbar"')[2]


def test_after_a_failed_quiz_the_main_button_tries_again_as_long_as_there_are_tries():
    attempt = attempt_of(quiz(rounds=2), lesson())
    client = client_of(attempt.person)
    answer_quiz(attempt, 1, wrong=2)
    bar = bar_of(client, attempt, 1)
    assert '<button class="btn" type="submit" form="quiz-retry">Doe de toets opnieuw</button>' in bar
    assert bar.count('class="btn"') == 1
    assert f'href="/leren/{attempt.uuid}/2/">Ga eerst verder' in page(client, attempt)
    take(attempt, 1, "new_round", {"round": ["2"]})
    answer_quiz(attempt, 1, wrong=2, number=2)
    bar = bar_of(client, attempt, 1)
    assert "quiz-retry" not in bar
    assert f'<a class="btn" href="/leren/{attempt.uuid}/2/">' in bar


def test_an_open_attempt_says_what_is_left():
    attempt = attempt_of(lesson(), reflection(is_required=False), confirmation())
    take(attempt, 1, "finish")
    answer = client_of(attempt.person).get(reverse("courses:result", args=[attempt.uuid]))
    assert [step.title for step in answer.context["left"]] == ["Akkoord"]
    assert f'<a class="btn" href="/leren/{attempt.uuid}/3/">' in answer.content.decode()


def test_a_visitor_is_sent_to_sign_in():
    attempt = attempt_of(lesson())
    for name, arguments in (("play", [attempt.uuid, 1]), ("resume", [attempt.uuid]), ("my_learning", [])):
        address = reverse(f"courses:{name}", args=arguments)
        assert Client().get(address).url == f"/account/login/?next={address}"
    assert UUID(str(attempt.uuid)) == attempt.uuid
