"""What accounts say to people is in our own words, also where the library that runs them would speak."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from tests.factories.people import PASSWORD, make_member, make_organisation

pytestmark = pytest.mark.django_db


def sent_to(address: str, mailoutbox: list[EmailMessage]) -> EmailMessage:
    (mail,) = mailoutbox
    assert mail.to == [address]
    return mail


def test_a_wrong_password_is_said_kindly(client: Client) -> None:
    response = client.post(reverse("account_login"), {"login": "els@maasdal.example", "password": "mis"})

    assert "E-mailadres en wachtwoord horen niet bij elkaar." in response.content.decode()


def test_a_code_comes_by_a_short_mail_and_without_a_second_notice(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    make_member(make_organisation("maasdal"), email="els@maasdal.example")

    response = client.post(reverse("account_request_login_code"), {"email": "els@maasdal.example"}, follow=True)

    mail = sent_to("els@maasdal.example", mailoutbox)
    assert mail.subject == "Je code om in te loggen"
    assert mail.body.startswith("Hallo,")
    assert "Typ hem op de pagina die je open hebt." in mail.body
    assert "We hebben een code gestuurd naar" in response.content.decode()
    assert not list(get_messages(response.wsgi_request))


def test_an_unknown_address_gets_a_mail_that_says_so(client: Client, mailoutbox: list[EmailMessage]) -> None:
    client.post(reverse("account_reset_password"), {"email": "wie@elders.example"})

    assert sent_to("wie@elders.example", mailoutbox).subject == "We kennen dit e-mailadres niet"


def test_the_rules_for_a_password_are_in_our_words(client: Client) -> None:
    client.force_login(make_member(make_organisation("maasdal"), email="els@maasdal.example", first_name="Elisabeth"))
    address = reverse("account_change_password")

    asked = client.get(address).content.decode()
    short = client.post(address, {"password1": "kort", "password2": "kort"}).content.decode()
    own_name = client.post(address, {"password1": "elisabeth1", "password2": "elisabeth1"}).content.decode()
    known = client.post(address, {"password1": "qwertyuiop", "password2": "qwertyuiop"}).content.decode()

    assert "Minstens 10 tekens." in asked
    assert "Uw wachtwoord" not in asked
    assert "Dit wachtwoord is te kort. Neem minstens 10 tekens." in short
    assert "lijkt te veel op je naam" in own_name
    assert "Veel mensen gebruiken dit wachtwoord." in known


def test_a_second_step_is_asked_for_in_our_words(client: Client) -> None:
    client.force_login(make_member(make_organisation("maasdal"), email="els@maasdal.example"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    app = client.get(reverse("mfa_activate_totp")).content.decode()
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "0"}).content.decode()
    passkey = client.get(reverse("mfa_add_webauthn")).content.decode()

    assert "Code uit de app" in app
    assert "Deze code klopt niet. Neem de nieuwste code uit de app." in wrong
    assert "Naam van dit apparaat" in passkey
    assert "achtwoordloos" not in passkey
