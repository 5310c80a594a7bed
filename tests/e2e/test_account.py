"""Signing in by password, by e-mail, with an app and with a passkey; languages, organisations, signing out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from lxp.library_loader import DEMO_PASSWORD
from tests.e2e.conftest import OpenReader
from tests.e2e.demo import Demo
from tests.e2e.reader import Reader

EMMA, YARA, NOOR = "emma.erkens@vlier.example", "yara.mahamud@bergzicht.example", "noor.abdi@hofje.example"
AUTHOR_OF_HOSPITAL = "auteur@aldegond.example"
STEP_SECONDS = 30
MANY_VISITS = 8  # each of the web processes has answered by then

SignInHere = Callable[..., None]


def totp(secret: str, *, steps_ahead: int = 0) -> str:
    """The code that an authenticator app shows (RFC 6238, six digits, SHA-1)."""
    counter = struct.pack(">Q", int(time.time()) // STEP_SECONDS + steps_ahead)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def log_out(page: Page) -> None:
    page.locator("details.menu--avatar > summary").click()
    page.locator("form[action$='/logout/'] button").click()
    expect(page.locator("details.menu--avatar")).to_have_count(0)


def show_that_it_is_me(reader: Reader) -> None:
    """Important changes ask for the password once more."""
    reader.page.wait_for_url(re.compile("reauthenticate"))
    reader.check("is-it-you")
    reader.page.locator("main input[name=password]").fill(DEMO_PASSWORD)
    reader.page.locator("main input[name=password]").press("Enter")
    reader.page.wait_for_url(re.compile("/2fa/(totp|webauthn)"))


def test_a_wrong_password_is_told_kindly_and_the_right_one_opens(
    open_reader: OpenReader, sign_in_here: SignInHere, size: str
):
    reader = open_reader(size=size)
    page = reader.open("/mijn/").page
    sign_in_here(page, EMMA, "dit-is-het-niet")
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator("input[name=login]")).to_have_value(EMMA)
    reader.check("login-refused")
    sign_in_here(page, EMMA)
    expect(page).to_have_url(re.compile("/mijn/$"))
    log_out(page)
    reader.open("/mijn/")
    assert reader.path == "/account/login/"


def test_a_code_by_e_mail_opens_too(open_reader: OpenReader, demo: Demo):
    reader = open_reader()
    page = reader.open("/account/login/").page
    reader.send("a[href*='/login/code/']")
    reader.check("code-request")
    page.locator("main input[name=email]").fill(NOOR)
    page.locator("main form button[type=submit]").first.click()
    field = page.locator("main input[name=code]")
    expect(field).to_be_visible()
    reader.check("code-entry")
    text = demo.mails(NOOR)[-1].get_payload(decode=True)
    assert isinstance(text, bytes)
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text.decode(), re.MULTILINE)
    assert code is not None, text.decode()
    field.fill("AAA-AAA")
    page.locator("main form:has(input[name=code]) button[type=submit]").first.click()
    expect(page.locator(".errors")).to_be_focused()
    field.fill(code[1])
    page.locator("main form:has(input[name=code]) button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/mijn/$"))


def test_a_hospital_asks_its_author_for_a_second_step(open_reader: OpenReader, sign_in_here: SignInHere):
    reader = open_reader(size="desk")
    page = reader.open("/account/login/").page
    sign_in_here(page, AUTHOR_OF_HOSPITAL)
    page.wait_for_url(re.compile("/mijn/$"))
    reader.open("/admin/")
    assert reader.path == "/account/2fa/"
    expect(page.locator(".messages .callout--warn")).to_be_visible()
    reader.check("security")
    page.locator("a[href$='/totp/activate/']").click()
    show_that_it_is_me(reader)
    reader.check("app-setup")
    secret = page.locator(".secret").inner_text().strip()
    page.locator("input[name=code]").fill(totp(secret))
    page.locator("main form:has(input[name=code]) button[type=submit]").click()
    page.wait_for_url(re.compile("recovery-codes"))
    reader.check("recovery-codes")
    reader.open("/admin/")
    assert reader.path == "/admin/"
    reader.open("/mijn/")
    log_out(page)
    reader.open("/account/login/")
    sign_in_here(page, AUTHOR_OF_HOSPITAL)
    code = page.locator("main form[action$='/authenticate/'] input[name=code]")
    expect(code).to_be_visible()
    reader.check("second-step")
    code.fill("000000")
    code.press("Enter")
    expect(page.locator(".errors")).to_be_focused()
    code.fill(totp(secret, steps_ahead=1))
    code.press("Enter")
    page.wait_for_url(re.compile("/mijn/$"))


def add_authenticator(page: Page) -> None:
    """A phone with a fingerprint that always says yes, as Chromium plays it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_opens_without_a_password(open_reader: OpenReader, sign_in_here: SignInHere):
    reader = open_reader()
    page = reader.open("/account/login/").page
    add_authenticator(page)
    sign_in_here(page, EMMA)
    page.wait_for_url(re.compile("/mijn/$"))
    reader.open("/account/2fa/webauthn/add/")
    show_that_it_is_me(reader)
    reader.check("passkey-add")
    page.locator("input[name=name]").fill("Mijn telefoon")
    passwordless = page.locator("input[name=passwordless]")
    if not passwordless.is_checked():
        passwordless.check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile("/account/2fa/(?!webauthn/add)"))
    reader.open("/account/2fa/webauthn/").check("passkeys")
    expect(page.get_by_text("Mijn telefoon", exact=True)).to_be_visible()
    reader.open("/mijn/")
    log_out(page)
    reader.open("/account/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(re.compile("/mijn/$"))


def menu(page: Page) -> Any:
    page.locator("details.menu--avatar > summary").click()
    return page.locator(".menu__panel")


def test_organisation_and_language_stay_as_they_were_chosen(open_reader: OpenReader, size: str):
    reader = open_reader(YARA, size=size)
    page = reader.open("/mijn/").page
    for slug in ("mergelland", "bergzicht"):
        panel = menu(page)
        reader.check("person-menu", only=".menu__panel")
        panel.locator(f"button[name=organisation]:has([data-org={slug}])").click()
        expect(page.locator("html")).to_have_attribute("data-org", slug)
        for _visit in range(MANY_VISITS if slug == "mergelland" else 1):
            page.reload()
            expect(page.locator("html")).to_have_attribute("data-org", slug)
    for code in ("en", "nl"):
        menu(page).locator(f"[value={code}], a[hreflang={code}]").first.click()
        expect(page.locator("html")).to_have_attribute("lang", code)
        reader.open("/leren/")
        expect(page.locator("html")).to_have_attribute("lang", code)
    reader.open("/account/email/").check("email-addresses")
    reader.open("/account/password/change/").check("password-change")


def test_signing_out_elsewhere_counts_at_once(open_reader: OpenReader, sign_in: Callable[[str], Any]):
    lost = open_reader(state=sign_in(YARA))
    for _visit in range(MANY_VISITS):
        lost.open("/mijn/")
    here = open_reader(state=sign_in(YARA), size="desk")
    here.send(here.open("/account/sessions/").page.locator("main form button[type=submit]").last)
    for _visit in range(MANY_VISITS):
        lost.open("/mijn/")
        assert lost.path == "/account/login/"
    assert _is_in(here)


def _is_in(reader: Reader) -> bool:
    return reader.open("/mijn/").path == "/mijn/"
