"""The rules for a password of AUTH_PASSWORD_VALIDATORS, said in our own words: Django's Dutch says "uw"."""

from __future__ import annotations

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.utils.translation import gettext, ngettext


class LongEnough(MinimumLengthValidator):
    """Length is what makes a password safe, so it comes with a hint how to remember one."""

    def get_error_message(self) -> str:
        return ngettext(
            "This password is too short. Take at least %(count)d character.",
            "This password is too short. Take at least %(count)d characters.",
            self.min_length,
        ) % {"count": self.min_length}

    def get_help_text(self) -> str:
        return ngettext(
            "At least %(count)d character. Four words that you remember make a good password.",
            "At least %(count)d characters. Four words that you remember make a good password.",
            self.min_length,
        ) % {"count": self.min_length}


class NotYourName(UserAttributeSimilarityValidator):
    """Who knows somebody must not be able to guess."""

    def get_error_message(self) -> str:
        return gettext("This password is too much like your name or address. Choose another one.")

    def get_help_text(self) -> str:
        return gettext("Not your own name or e-mail address.")


class NotKnown(CommonPasswordValidator):
    """The twenty thousand passwords that are tried first."""

    def get_error_message(self) -> str:
        return gettext("Many people use this password. Choose another one.")

    def get_help_text(self) -> str:
        return gettext("No password that many people use.")
