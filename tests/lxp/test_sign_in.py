"""Signing in: by password, e-mailed code, app and passkey; and what every page tells the browser."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from lxp.models import Role, User
from tests.factories.modules import lesson, make_attempt, make_module, page_of
from tests.factories.people import PASSWORD, join, make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str, password: str = PASSWORD, **values: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password, **values})


def is_signed_in(client: Client) -> bool:
    return client.get("/mijn/").status_code == 200


def with_app(person: User) -> str:
    """Give a person an authenticator app; returns its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    return secret


def code_of(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def code_in_mail() -> str:
    """The code stands alone on its line."""
    return re.findall(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", mail.outbox[-1].body, re.MULTILINE)[0]


# ── ways in ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["account_login", "account_request_login_code", "account_reset_password"])
def test_the_ways_in_are_open_to_visitors(name):
    assert Client().get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["account_email", "mfa_index", "usersessions_list", "account_change_password"])
def test_the_pages_of_ones_account_open_for_members_only(name):
    client = Client()
    assert client.get(reverse(name)).status_code == 302
    client.force_login(make_person())
    assert client.get(reverse(name)).status_code == 200


def test_the_pages_for_an_app_and_a_passkey_open_after_the_password_once_more():
    client, person = Client(), make_person()
    sign_in(client, person.email)
    following = reverse("mfa_activate_totp")
    asked = client.get(following).url
    assert asked.startswith(reverse("account_reauthenticate"))
    assert client.post(asked, {"password": PASSWORD, "next": following}).url == following
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn"):
        assert client.get(reverse(name)).status_code == 200


def test_a_passkey_can_be_asked_for_without_signing_in():
    answer = Client().get(reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    assert "request_options" in answer.json()


def test_nobody_signs_up_alone():
    values = {"email": "new@example.org", "password1": PASSWORD}
    assert Client().post(reverse("account_signup"), values).status_code == 200
    assert User.objects.exists() is False


@pytest.mark.parametrize("typed", ["mia@example.org", "MIA@Example.org", " mia@example.org "])
def test_the_right_password_signs_in_and_leads_on(typed):
    make_person("mia@example.org")
    client = Client()
    assert sign_in(client, typed, next="/leren/").url == "/leren/"
    assert is_signed_in(client)


def test_a_private_address_signs_in_as_the_same_person():
    person = make_person("werk@example.org")
    EmailAddress.objects.create(user=person, email="thuis@example.org", verified=True)
    client = Client()
    sign_in(client, "thuis@example.org")
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize("following", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_signing_in_never_leads_outside(following):
    person = make_person()
    assert sign_in(Client(), person.email, next=following).url == "/mijn/"


@pytest.mark.parametrize("email", ["mia@example.org", "nobody@example.org"])
def test_a_wrong_password_says_the_same_whether_the_address_exists_or_not(email):
    make_person("mia@example.org")
    client = Client()
    answer = sign_in(client, email, "wrong-password-1")
    html = answer.content.decode().replace(email, "")
    assert is_signed_in(client) is False
    known = sign_in(Client(), "mia@example.org", "wrong-password-1").content.decode().replace("mia@example.org", "")
    assert without_tokens(html) == without_tokens(known)


def without_tokens(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)


@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
def test_asking_for_a_mail_answers_the_same_whether_the_address_exists_or_not(name):
    make_person("mia@example.org")
    known, unknown = Client(), Client()
    answers = [
        client.post(reverse(name), {"email": email}, follow=True)
        for client, email in ((known, "mia@example.org"), (unknown, "nobody@example.org"))
    ]
    pages = [without_tokens(each.content.decode()) for each in answers]
    pages = [re.sub(r"(mia|nobody)@example\.org", "", page) for page in pages]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert pages[0] == pages[1]


def test_an_e_mailed_code_signs_in_once():
    person = make_person("mia@example.org")
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": person.email})
    assert [message.to for message in mail.outbox] == [["mia@example.org"]]
    code = code_in_mail()
    assert client.post(reverse("account_confirm_login_code"), {"code": "AAA-AAA"}).status_code == 200
    assert is_signed_in(client) is False
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert is_signed_in(client)
    other = Client()
    other.post(reverse("account_confirm_login_code"), {"code": code})
    assert is_signed_in(other) is False


def test_who_has_an_app_signs_in_with_its_code():
    person = make_person()
    secret = with_app(person)
    client = Client()
    assert sign_in(client, person.email).url.startswith(reverse("mfa_authenticate"))
    assert is_signed_in(client) is False
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert is_signed_in(client) is False
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_signed_in(client)


def test_an_inactive_person_does_not_get_in():
    person = make_person(is_active=False)
    client = Client()
    sign_in(client, person.email)
    assert is_signed_in(client) is False


# ── the second factor ────────────────────────────────────────────────────────────────────────────────────────

STAFF_PAGES = ("/admin/", "/beheer/mensen/", "/beoordelen/", "/team/")


@pytest.mark.parametrize("role", list(Role))
def test_sensitive_roles_need_a_second_factor_where_their_organisation_asks_it(role):
    aldegond = make_organisation("aldegond", requires_second_factor=True)
    person = make_member(aldegond, role)
    client = Client()
    client.force_login(person)
    for address in (*STAFF_PAGES, "/admin/pages/", "/beheer/plugins/", "/team/tabel/"):
        answer = client.get(address)
        assert (answer.status_code, answer.url) == (302, reverse("mfa_index"))
        assert client.post(address).url == reverse("mfa_index")
    assert client.get("/mijn/").status_code == 200
    assert client.get(reverse("mfa_index")).status_code == 200


def test_with_a_second_factor_the_pages_open():
    aldegond = make_organisation("aldegond", requires_second_factor=True)
    person = make_member(aldegond, Role.AUTHOR, Role.ASSESSOR, Role.ADMINISTRATOR)
    with_app(person)
    assert is_mfa_enabled(person)
    client = Client()
    client.force_login(person)
    assert [client.get(address).status_code for address in STAFF_PAGES] == [200, 200, 200, 200]


def test_learners_and_people_of_other_organisations_are_not_asked():
    aldegond, linde = make_organisation("aldegond", requires_second_factor=True), make_organisation("linde")
    person = make_member(aldegond)
    join(person, linde, Role.ASSESSOR, Role.ADMINISTRATOR)
    client = Client()
    client.force_login(person)
    assert client.get("/beoordelen/").status_code == 200
    join(person, aldegond, Role.ASSESSOR)
    assert client.get("/beoordelen/").url == reverse("mfa_index")


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_class_that_signs_in_from_one_address_is_let_in():
    for number in range(32):
        person = make_person(f"learner{number}@example.org")
        assert sign_in(Client(), person.email).status_code == 302


def test_mistakes_of_some_do_not_keep_others_out():
    people = [make_person(f"learner{number}@example.org") for number in range(7)]
    for person in people[:6]:
        for _try in range(4):
            sign_in(Client(), person.email, "wrong-password-1")
    client = Client()
    sign_in(client, people[6].email)
    assert is_signed_in(client)
    client = Client()
    sign_in(client, people[0].email)
    assert is_signed_in(client)


def test_guessing_at_one_account_is_slowed_and_other_accounts_stay_open():
    person, other = make_person(), make_person()
    for _try in range(12):
        sign_in(Client(), person.email, "wrong-password-1")
    client = Client()
    sign_in(client, person.email)
    assert is_signed_in(client) is False
    sign_in(client, other.email)
    assert is_signed_in(client)


def test_limits_count_the_visitor_behind_the_proxy_and_not_what_a_visitor_claims(monkeypatch):
    monkeypatch.setenv("LXP_SECRET_KEY", "only-for-this-test")
    assert import_module("lxp.config.settings.production").ALLAUTH_TRUSTED_PROXY_COUNT == 1


# ── what every page tells the browser ────────────────────────────────────────────────────────────────────────


def test_every_public_page_has_its_guards_also_the_refusals(monkeypatch):
    owner = make_organisation("linde")
    learner = make_member(owner)
    module = make_module(owner, lesson())
    attempt = make_attempt(learner, module)
    visitor, member = Client(raise_request_exception=False), Client(enforce_csrf_checks=True)
    member.force_login(learner)
    finish = reverse("courses:handle", args=[attempt.uuid, module.current_version.activities.get().block_id, "finish"])

    def broken(*arguments: object) -> None:
        raise RuntimeError("broken")

    answers = [
        visitor.get(address, follow=True) for address in ("/", "/nl/", "/en/", "/nl/linde/", page_of(module).get_url())
    ]
    answers += [
        visitor.get(reverse(name)) for name in ("account_login", "catalogue:discover", "lxp:alive", "account_signup")
    ]
    answers += [member.get(address) for address in ("/mijn/", "/leren/", f"/leren/{attempt.uuid}/1/", "/beoordelen/")]
    refused = [
        visitor.get("/nl/bestaat-niet/"),
        visitor.get(finish),
        member.post(finish),
        member.get(f"/leren/{attempt.uuid}/9/"),
    ]
    monkeypatch.setattr("courses.views.catalogue.Search.from_query", broken)
    refused.append(visitor.get(reverse("catalogue:discover")))
    assert [answer.status_code for answer in refused] == [404, 405, 403, 404, 500]
    for answer in (*answers, *refused):
        assert_guarded(answer)


def assert_guarded(answer: Any) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]


@override_settings(PUBLIC_CACHE=True)
def test_a_page_from_the_cache_has_its_guards_too_and_is_never_a_members():
    owner = make_organisation("linde")
    make_module(owner, lesson(), title="Voor iedereen")
    secret = make_module(owner, lesson(), title="Alleen intern", sharing="organisation")
    member, visitor = Client(), Client()
    member.force_login(make_member(owner))
    address = reverse("catalogue:discover")
    assert "Alleen intern" in member.get(address).content.decode()
    pages = [visitor.get(address) for _visit in range(2)]
    for answer in pages:
        assert_guarded(answer)
        assert "Alleen intern" not in answer.content.decode()
    assert pages[0].content == pages[1].content
    assert visitor.get(page_of(secret).get_url()).status_code == 404
    make_module(owner, lesson(), title="Net nieuw")
    assert "Net nieuw" in visitor.get(address).content.decode()


def test_pages_hold_no_script_and_no_style_of_their_own():
    owner = make_organisation("linde")
    module = make_module(owner, lesson())
    for address in ("/nl/", page_of(module).get_url(), reverse("catalogue:discover"), reverse("account_login")):
        html = Client().get(address, follow=True).content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html) == []
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=", html) == []
        assert [each for each in re.findall(r'(?:src|href)="(https?:[^"]+)"', html) if "testserver" not in each] == []


def test_cookies_are_out_of_reach_of_scripts_and_other_sites():
    client, person = Client(), make_person()
    sign_in(client, person.email)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (session["httponly"], session["samesite"]) == (True, "Lax")
