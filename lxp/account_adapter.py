"""How people come in: accounts are made by an organisation, not by signing up."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lxp.models import UrgentKind
from lxp.notices.urgent import tell_at_once

CHANGES = {
    "email_changed": _("We write to another address from now on"),
    "email_deleted": _("An address was taken out of your account"),
    "password_changed": _("Your password was changed"),
    "password_reset": _("Your password was changed"),
    "password_set": _("Your account has a password now"),
    "recovery_codes_generated": _("New recovery codes were made for your account"),
    "totp_activated": _("An app was added as your second step"),
    "totp_deactivated": _("The app of your second step was taken away"),
    "webauthn_added": _("A passkey was added to your account"),
    "webauthn_removed": _("A passkey was taken away from your account"),
}
NOT_YOU = _(
    "Was this you? Then you need not do anything. If not: change your password now, and tell your organisation."
)
LOOK = _("Look at my account")


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

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell at once what changed in the account, to the address that was ours until then where another took its place."""
        words = CHANGES.get(template_prefix.rpartition("/")[2])
        if words is not None:
            tell_at_once(
                person=user,
                kind=UrgentKind.SECURITY,
                key=str(uuid4()),  # each change is told, also the same one twice
                words=lambda: {"title": str(words), "text": str(NOT_YOU), "action": str(LOOK)},
                url=reverse("account_email"),
                address=email or "",
            )

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
