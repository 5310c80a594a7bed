"""How people come in: accounts are made by an organisation, not by signing up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """Keeps sign-up closed; sends mail in the reader's language, in our own words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "cannot_remove_primary_email": _("We write to this address. Choose another one first."),
        "duplicate_email": _("This address is in your account already."),
        "email_password_mismatch": _("E-mail address and password do not belong together. Try again, or take a code."),
        "email_taken": _("This address belongs to another account already."),
        "enter_current_password": _("This is not your password. Type the one that you use now."),
        "incorrect_code": _("This code is not right. Look in your mail and try again."),
        "incorrect_password": _("This password is not right. Try again."),
        "invalid_password_reset": _("This link does not work any more. Ask for a new one."),
        "max_email_addresses": _("You can have at most %d addresses. Remove one first."),
        "rate_limited": _("This was tried many times in a short while. Wait five minutes."),
        "too_many_login_attempts": _("This was tried many times in a short while. Wait five minutes."),
        "unknown_email": _("We do not know this e-mail address."),
        "unverified_primary_email": _("Confirm this address first. Then we can write to it."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Says in our own words what a second step could not do."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("You log in with a second step. Stop using it first; then you can add an address."),
        "cannot_delete_authenticator": _("Your organisation asks for a second step. Add another one first."),
        "cannot_generate_recovery_codes": _("First add a passkey or an app. Then you can make recovery codes."),
        "incorrect_code": _("This code is not right. Take the newest code of the app."),
        "unverified_email": _("First confirm your e-mail address. Then you can add a second step."),
    }
