"""What the start of an installation says to who operates it."""

from __future__ import annotations

from typing import Any

from lxp.checks import production_is_complete

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def test_production_says_when_mail_goes_nowhere_and_the_issuer_has_no_host(settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.ISSUER_HOST = "django.core.mail.backends.filebased.EmailBackend", ""
    assert production_is_complete(None) == []  # a demo may
    settings.IS_DEMO = False
    assert [each.id for each in production_is_complete(None)] == ["lxp.W003", "lxp.W004"]
    settings.EMAIL_BACKEND, settings.ISSUER_HOST = SMTP, "bewijs.example"
    assert production_is_complete(None) == []
