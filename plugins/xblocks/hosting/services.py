"""The services that a block may ask for: words in its reader's language, who the reader is, and settings."""

from __future__ import annotations

import gettext as catalogues
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from xblock.core import XBlock
from xblock.reference.user_service import UserService, XBlockUser

DOMAINS = ("text", "django")
FOLDERS = ("translations", "conf/locale", "locale")
SCRIPTS = "public/js/translations/{locale}/text.js"


@dataclass(frozen=True)
class Reader:
    """Who looks at a block: a pseudonym that says nothing elsewhere; a name and address only where they are allowed."""

    pseudonym: str
    name: str = ""
    email: str = ""

    @property
    def number(self) -> int:
        """The same pseudonym for blocks that want a number."""
        return int(self.pseudonym[:12], 16)


class People(UserService):
    """The service `user`. Nobody is staff here: what a teacher of Open edX sees is not shown to learners."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def get_current_user(self) -> XBlockUser:
        reader = self.reader
        user = XBlockUser(
            is_current_user=True, emails=[reader.email] if reader.email else [], full_name=reader.name or None
        )
        user.opt_attrs = {
            "edx-platform.anonymous_user_id": reader.pseudonym,
            "edx-platform.is_authenticated": True,
            "edx-platform.user_id": reader.number,
            "edx-platform.user_is_staff": False,
            "edx-platform.user_role": "student",
            "edx-platform.username": reader.pseudonym[:12],
        }
        return user


class Words:
    """The service `i18n`: the catalogues that come with the block's package, and English where it has none."""

    def __init__(self, block: XBlock) -> None:
        self.package = files(block.unmixed_class.__module__.partition(".")[0])
        locale = translation.to_locale(translation.get_language() or "en")
        self.locales = list(dict.fromkeys([locale, locale.partition("_")[0]]))
        self.catalogue = self._catalogue()

    def _catalogue(self) -> catalogues.NullTranslations:
        for folder in FOLDERS:
            for domain in DOMAINS:
                place = str(self.package.joinpath(folder))
                found = catalogues.translation(domain, place, self.locales, fallback=True)
                if isinstance(found, catalogues.GNUTranslations):
                    return found
        return catalogues.NullTranslations()

    def gettext(self, message: str) -> str:
        return self.catalogue.gettext(message) if message else message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.catalogue.ngettext(singular, plural, number)

    ugettext, ungettext = gettext, ngettext

    def strftime(self, moment: datetime, style: str) -> str:
        """edX knows a few styles by name; the rest is a pattern of Python."""
        names = {"SHORT_DATE": "SHORT_DATE_FORMAT", "LONG_DATE": "DATE_FORMAT", "TIME": "TIME_FORMAT"}
        return date_format(moment, names.get(style, "DATETIME_FORMAT")) if style.isupper() else moment.strftime(style)

    def get_javascript_i18n_catalog_url(self, block: XBlock) -> str | None:
        for locale in self.locales:
            path = SCRIPTS.format(locale=locale)
            if Path(str(self.package.joinpath(path))).is_file():
                return str(block.runtime.local_resource_url(block, path))
        return None


class Settings:
    """The service `settings`: a block gets its own defaults."""

    def get_settings_bucket(self, block: XBlock, default: Any = None) -> Any:
        return {} if default is None else default
