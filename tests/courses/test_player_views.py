"""The player's pages: they take what is theirs, refuse the rest without a trace, and give nothing away."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.activities import registry
from courses.models import ActivityState, AssessmentRequest, Attempt, ProgressEvent
from courses.services.attempts import open_activity
from courses.services.catalogue import Search, cards
from lxp.models import Role, User
from tests.factories.learning import answer_quiz, choice, question_of, row_of, state_of, take
from tests.factories.modules import (
    assignment,
    confirmation,
    lesson,
    make_attempt,
    make_module,
    page_of,
    quiz,
    reflection,
    single_question,
)
from tests.factories.people import PASSWORD, make_member, make_organisation

pytestmark = pytest.mark.django_db
FETCH = {"X-Requested-With": "fetch"}


def attempt_of(*activities: dict[str, Any], **fields: Any) -> Attempt:
    owner = make_organisation()
    return make_attempt(make_member(owner), make_module(owner, *activities, **fields))


def client_of(person: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(person)
    return client


def address_of(attempt: Attempt, position: int, handler: str) -> str:
    return reverse("courses:handle", args=[attempt.uuid, row_of(attempt, position).block_id, handler])


def page(client: Client, attempt: Attempt, position: int = 1) -> str:
    answer = client.get(reverse("courses:play", args=[attempt.uuid, position]))
    assert answer.status_code == 200
    return answer.content.decode()


def nothing_is_stored() -> bool:
    counts = [model.objects.count() for model in (ProgressEvent, ActivityState, AssessmentRequest)]
    return counts == [0, 0, 0] and not Attempt.objects.completed().exists()


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


def test_a_withdrawn_attempt_says_so_and_is_not_shown_as_finished():
    attempt = attempt_of(lesson())
    Attempt.objects.update(withdrawn_at=timezone.now())
    client = client_of(attempt.person)
    answer = client.post(address_of(attempt, 1, "finish"))
    assert answer.status_code == 422
    assert attempt.version.title in answer.content.decode()
    answer = client.get(reverse("courses:result", args=[attempt.uuid]))
    assert answer.status_code == 200
    assert "courses/result.html" not in [template.name for template in answer.templates]


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
    assert SECRETS[0] not in str(cards(Search(secretive.person).ordered()))


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


def test_a_visitor_is_sent_to_sign_in():
    attempt = attempt_of(lesson())
    for name, arguments in (("play", [attempt.uuid, 1]), ("resume", [attempt.uuid]), ("my_learning", [])):
        address = reverse(f"courses:{name}", args=arguments)
        assert Client().get(address).url == f"/account/login/?next={address}"
    assert UUID(str(attempt.uuid)) == attempt.uuid
