"""The forms of accounts whose labels are in our own words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _


class StartAppForm(ActivateTOTPForm):
    """The first code of an app."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["code"].label = _("Code from the app")


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey with a name."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["name"].label = _("Name of this device")
        self.fields["passwordless"].label = _("Log in with it without a password")
        self.fields["passwordless"].help_text = _("Your device then always asks for your finger, your face or a code.")


class ChangePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["name"].label = _("Name of this device")
