"""The boundary around hosted blocks: passes, policies, hosts, and who gets nothing. A browser tries the rest in the journey."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session as StoredSession
from django.core import signing
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from courses.activities import runtime
from courses.activities.base import Usage
from courses.activities.stores import MemoryStore
from courses.models import ProgressEvent
from lxp import plugin_manager
from lxp.models import Organisation, Role, User
from plugins.xblocks import policies
from plugins.xblocks.models import Draft, LearnerState
from plugins.xblocks.tokens import SALT, DraftPass, LearnerPass, address_of
from tests.factories.people import make_member, make_organisation
from tests.plugins.xblocks.hosted import BLOCK, Frame, address_of_block, block, frame_for, make_block_module, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def frame(learner: User, organisation: Organisation) -> Frame:
    return frame_for(learner, make_block_module(organisation, "lxp-practice", {"max_attempts": 9}))


def everything(address: str) -> list[str]:
    return [address, f"{address}h/answer", f"{address}r/public/practice.js"]


def test_the_pages_of_the_editor_show_frames_of_ours_only_and_stand_in_none(client: Client) -> None:
    policy = dict(part.split(" ", 1) for part in client.get("/admin/")["Content-Security-Policy"].split("; "))

    assert policy == {
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
        "frame-src": "'self'",
    }


def test_a_frame_works_without_cookies_and_gives_none(frame: Frame) -> None:
    response = frame.open()

    assert response.status_code == 200
    assert dict(response.cookies) == {}
    assert dict(frame.post("answer", {"number": 1}).cookies) == {}


def test_a_session_opens_no_frame(frame: Frame, client: Client) -> None:
    client.force_login(frame.attempt.person)

    assert client.get("/p/xblocks/f/wrong/").status_code == 404


def test_the_page_of_a_frame_has_no_origin_and_no_other_host(frame: Frame) -> None:
    response = frame.open()
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    nonce = policy["script-src"].split("'nonce-")[1].split("'")[0]

    assert policy == {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{nonce}' 'unsafe-eval' {policies.RETURN_FALSE}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "media-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-scripts allow-forms",
    }
    assert f'<script nonce="{nonce}">window.practiceWasHere' in response.content.decode()
    assert (response["Referrer-Policy"], response["Cache-Control"]) == ("no-referrer", "no-store")


def test_what_a_handler_or_a_file_answers_never_runs_on_our_host(frame: Frame) -> None:
    for address in (f"{frame.address}h/page", f"{frame.address}r/public/practice.js"):
        response = frame.browser.get(address)
        assert response.status_code == 200
        assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Credentials" not in response


def test_a_handler_answers_a_browser_that_asks_ahead(frame: Frame) -> None:
    response = frame.browser.options(f"{frame.address}h/answer", HTTP_ORIGIN="null")

    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (204, "*")
    assert response["Access-Control-Allow-Methods"] == "GET, POST"
    assert frame.browser.delete(f"{frame.address}h/answer").status_code == 405


def test_only_public_files_of_the_package_are_given(frame: Frame) -> None:
    for name in ("practice.py", "public/../practice.py", "public/..%2fpractice.py", "/etc/passwd", "public/none.js"):
        assert frame.browser.get(f"{frame.address}r/{name}").status_code == 404


def test_the_pass_of_one_learner_writes_nothing_of_another(frame: Frame, organisation: Organisation) -> None:
    colleague = frame_for(make_member(organisation), frame.attempt.module)
    frame.answer("answer", {"number": 1})

    assert LearnerState.objects.get().person == frame.attempt.person
    assert ProgressEvent.objects.filter(attempt=colleague.attempt).count() == 0
    other = colleague.attempt.person
    stolen = address_of(LearnerPass(other.uuid, frame.attempt.uuid, UUID(BLOCK), "nl", sign_in(other)))
    assert [Client().get(address).status_code for address in everything(stolen)] == [404, 404, 404]


@pytest.mark.parametrize("change", ["person", "attempt", "block"])
def test_a_pass_for_what_is_not_there_opens_nothing(frame: Frame, change: str) -> None:
    visit = sign_in(frame.attempt.person)
    known = {"person": frame.attempt.person.uuid, "attempt": frame.attempt.uuid, "block": UUID(BLOCK), change: uuid4()}
    address = address_of(LearnerPass(known["person"], known["attempt"], known["block"], "nl", visit))

    assert [Client().get(each).status_code for each in everything(address)] == [404, 404, 404]
    assert ProgressEvent.objects.count() == 0


def test_a_forged_pass_opens_nothing(frame: Frame) -> None:
    token = frame.address.split("/")[4]
    body, moment, signature = token.split(":")
    values = ["learner", frame.attempt.person.uuid.hex, frame.attempt.uuid.hex, UUID(BLOCK).hex, "nl", 1]
    forged = [
        f"{body}:{moment}:{signature[::-1]}",
        f"{body[::-1]}:{moment}:{signature}",
        signing.dumps(values, salt="another"),
        signing.dumps(values, salt=SALT, key="another"),
    ]

    for each in forged:
        assert [Client().get(address).status_code for address in everything(f"/p/xblocks/f/{each}/")] == [404, 404, 404]


def test_an_old_pass_is_refused_with_what_to_do(frame: Frame) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        page, answer = frame.open(), frame.post("answer", {"number": 1})

    words = "Deze pagina stond lang open. Open de pagina opnieuw om verder te gaan. Wat je eerder deed, is bewaard."
    assert (page.status_code, answer.status_code) == (410, 410)
    assert words in page.content.decode()
    assert json.loads(answer.content) == {"error": words}
    assert ProgressEvent.objects.count() == 0


@pytest.mark.parametrize("how", ["signs out", "chooses another password", "lets it run out"])
def test_a_pass_dies_with_the_sign_in_in_which_it_was_given(frame: Frame, how: str) -> None:
    person, browser, elsewhere = frame.attempt.person, Client(), Client()
    sign_in(person, elsewhere)
    given = Frame(frame.attempt, address_of_block(frame.attempt, UUID(BLOCK), sign_in(person, browser)))
    assert given.open().status_code == 200

    if how == "signs out":
        browser.logout()
    elif how == "chooses another password":
        person.set_password("iets heel anders 8")
        person.save()
    else:
        StoredSession.objects.filter(pk=browser.session.session_key).update(expire_date=timezone.now())
    answers = [Client().get(each) for each in everything(given.address)]

    words = "Je bent uitgelogd. Log in en open de module opnieuw. Wat je eerder deed, is bewaard."
    assert [each.status_code for each in answers] == [410, 410, 410]
    assert words in answers[0].content.decode()
    assert ProgressEvent.objects.count() == 1  # of opening it before


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("nl", "ltr")])
def test_a_frame_and_its_refusal_go_in_the_direction_of_their_language(
    frame: Frame, language: str, direction: str
) -> None:
    person = frame.attempt.person
    browser = Client()
    address = address_of(LearnerPass(person.uuid, frame.attempt.uuid, UUID(BLOCK), language, sign_in(person, browser)))
    shown = Client().get(address)
    browser.logout()
    refused = Client().get(address)

    assert (shown.status_code, refused.status_code) == (200, 410)
    beginning = f'<html lang="{language}" dir="{direction}">'
    assert [beginning in each.content.decode() for each in (shown, refused)] == [True, True]


def test_frames_with_a_host_of_their_own_are_found_there_only(frame: Frame) -> None:
    visit = sign_in(frame.attempt.person)
    with override_settings(XBLOCKS_ORIGIN="https://blokken.example", BASE_URL="https://leren.example"):
        address = address_of(LearnerPass(frame.attempt.person.uuid, frame.attempt.uuid, UUID(BLOCK), "nl", visit))
        assert address.startswith("https://blokken.example/p/xblocks/f/")
        there = Client(SERVER_NAME="blokken.example").get(address, secure=True)
        here = Client(SERVER_NAME="leren.example").get(address, secure=True)

    assert (there.status_code, here.status_code) == (200, 404)
    assert "frame-ancestors https://leren.example;" in there["Content-Security-Policy"]
    assert "X-Frame-Options" not in there


def test_where_it_is_off_nothing_opens_and_what_was_done_stays(frame: Frame, organisation: Organisation) -> None:
    frame.answer("answer", {"number": 1})
    plugin_manager.switch(plugin="xblocks", organisation=organisation, on=False, by=None)

    assert [Client().get(address).status_code for address in everything(frame.address)] == [404, 404, 404]
    assert LearnerState.objects.count() == 1
    plugin_manager.switch(plugin="xblocks", organisation=organisation, on=True, by=None)
    assert frame.answer("answer", {"number": 1})["tries"] == 2


def test_a_block_that_is_no_longer_allowed_gives_no_files(frame: Frame) -> None:
    with override_settings(XBLOCKS_ALLOWED=[]):
        assert frame.browser.get(f"{frame.address}r/public/practice.js").status_code == 404


def test_the_player_shows_the_frame_without_an_origin(frame: Frame, client: Client) -> None:
    client.force_login(frame.attempt.person)
    response = client.get(f"/leren/{frame.attempt.uuid}/1/")
    html = response.content.decode()

    assert 'sandbox="allow-scripts allow-forms"' in html
    assert "allow-same-origin" not in html
    assert "frame-src 'self'" in response["Content-Security-Policy"]


def test_a_form_of_the_player_calls_no_handler(frame: Frame, client: Client) -> None:
    client.force_login(frame.attempt.person)
    address = f"/leren/{frame.attempt.uuid}/{BLOCK}/ask/"
    response = client.post(address, {"call": "answer", "number": "3"})

    assert response.status_code == 422
    assert ProgressEvent.objects.count() == 0


# ── drafts of authors ────────────────────────────────────────────────────────────────────────────────────────────


def start(author: User, client: Client, content: str = "{}", block_type: str = "lxp-practice") -> dict[str, str]:
    client.force_login(author)
    response = client.post("/p/xblocks/concept/", {"type": block_type, "content": content})
    assert response.status_code == 200
    return json.loads(response.content)  # type: ignore[no-any-return]


def test_an_author_changes_content_in_the_blocks_own_view(organisation: Organisation, client: Client) -> None:
    author = make_member(organisation, Role.AUTHOR)
    begun = start(author, client, '{"question": "Oud"}')
    browser = Client()

    assert "value='Oud'" in browser.get(begun["frame"]).content.decode()
    saved = browser.post(f"{begun['frame']}h/studio_submit", '{"question": "Nieuw"}', content_type="application/json")
    assert json.loads(saved.content) == {"result": "success"}
    assert json.loads(json.loads(client.get(begun["content"]).content)["content"]) == {"question": "Nieuw"}
    assert ProgressEvent.objects.count() == 0


def test_only_its_author_reads_a_draft(organisation: Organisation, client: Client) -> None:
    begun = start(make_member(organisation, Role.AUTHOR), client)

    client.force_login(make_member(organisation, Role.AUTHOR))
    assert client.get(begun["content"]).status_code == 404
    client.logout()
    asked = client.get(begun["content"])
    assert (asked.status_code, asked["Location"].startswith(reverse("account_login"))) == (302, True)


def test_a_preview_changes_no_content(organisation: Organisation) -> None:
    author = make_member(organisation, Role.AUTHOR)
    draft = Draft.objects.create(person=author, block_type="lxp-practice", content={"question": "Oud"})
    address = address_of(DraftPass(author.uuid, draft.uuid, "student_view", "nl", sign_in(author)))
    browser = Client()
    answer = browser.post(f"{address}h/answer", '{"number": 1}', content_type="application/json")
    refused = browser.post(f"{address}h/studio_submit", '{"question": "X"}', content_type="application/json")

    assert (answer.status_code, refused.status_code) == (200, 409)
    draft.refresh_from_db()
    assert (draft.content, draft.tried["user_state"]["tries"]) == ({"question": "Oud"}, 1)


def test_the_preview_beside_the_editor_shows_the_block_to_its_author(organisation: Organisation) -> None:
    author, browser = make_member(organisation, Role.AUTHOR), Client()
    sign_in(author, browser)
    request = RequestFactory().get("/")
    request.user, request.session = author, browser.session
    usage = Usage(UUID(BLOCK), "Doe mee", 1, 1, "nl", "nl")
    content = block("lxp-practice", {"question": "Voorbeeld?"})["value"]
    shown = [
        runtime.view(
            runtime.build("xblocks_lxp_practice", content, usage, None, MemoryStore()), "learner_view", request
        )
        for _ in range(2)
    ]
    address = shown[0].split('src="')[1].split('"')[0]

    assert "Voorbeeld?" in Client().get(address).content.decode()
    assert Draft.objects.count() == 1
    request.user = AnonymousUser()
    nobody = runtime.build("xblocks_lxp_practice", content, usage, None, MemoryStore())
    assert "<iframe" not in runtime.view(nobody, "learner_view", request)


@pytest.mark.parametrize("role", ["", Role.COORDINATOR, Role.ASSESSOR])
def test_who_writes_nothing_begins_no_draft(organisation: Organisation, client: Client, role: str) -> None:
    client.force_login(make_member(organisation, *([role] if role else [])))

    assert client.post("/p/xblocks/concept/", {"type": "lxp-practice", "content": "{}"}).status_code == 404
    assert Draft.objects.count() == 0


def test_an_author_elsewhere_and_a_type_that_is_not_allowed_begin_none(
    organisation: Organisation, client: Client
) -> None:
    client.force_login(make_member(make_organisation("maasdal"), Role.AUTHOR))
    assert client.post("/p/xblocks/concept/", {"type": "lxp-practice", "content": "{}"}).status_code == 404
    client.force_login(make_member(organisation, Role.AUTHOR))
    assert client.post("/p/xblocks/concept/", {"type": "survey", "content": "{}"}).status_code == 404
    assert client.post("/p/xblocks/concept/", {"type": "poll", "content": "[1]"}).status_code == 422
    assert Draft.objects.count() == 0
