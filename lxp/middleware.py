"""What happens to every request: address, cache of public pages, language, organisation, second factor, permissions policy."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _

from lxp.models import Organisation, User
from lxp.permissions import SENSITIVE_ROLES

GetResponse = Callable[[HttpRequest], HttpResponse]
PUBLIC_CACHE_SECONDS = 300
COMPRESSION = 6
ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0+)?\s*(?:,|$))")
CSRF_FIELD = b"csrfmiddlewaretoken"
STAFF_PREFIXES = (settings.EDITOR_PREFIX, "/beheer/", "/beoordelen/", "/team/")
PLUGIN_PREFIX = "/p/"
ORGANISATION_KEY = "organisation"


def public_stamp() -> str:
    """The stamp of `PublicStamp`, read with the least work that works: this runs on every cached visit.

    Not its number: a change that is rolled back gives that to the next one, and what was kept meanwhile would count again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT stamp FROM lxp_publicstamp WHERE id = 1")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


class PublicPageCache:
    """Keeps public pages for visitors who are not signed in. A page asks for it with `response.is_public = True`.

    The key holds the public stamp, so that what is published is seen at the next visit, in every process. Pages are kept
    compressed, and sent so to a browser that can read it: they hold no secret that the length of an answer could give away.
    A visitor with a message waiting gets a page of their own.
    """

    personal_cookies = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._may_be_kept(request):
            return self.get_response(request)
        key = f"page:{public_stamp()}:{request.get_host()}:{request.get_full_path()}"
        kept = cache.get(key)
        if kept is None:
            response = self.get_response(request)
            if not self._is_for_everybody(response):
                return response
            patch_vary_headers(response, ["Accept-Encoding"])
            kept = gzip.compress(response.content, COMPRESSION, mtime=0), dict(response.headers)
            cache.set(key, kept, PUBLIC_CACHE_SECONDS)
        return self._answer(request, *kept)

    def _answer(self, request: HttpRequest, packed: bytes, headers: dict[str, str]) -> HttpResponse:
        if not ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
            return HttpResponse(gzip.decompress(packed), headers=headers)
        own = {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}
        return HttpResponse(packed, headers={**headers, **own})

    def _may_be_kept(self, request: HttpRequest) -> bool:
        if not settings.PUBLIC_CACHE or request.method != "GET":
            return False
        has_own_page = any(name in request.COOKIES for name in self.personal_cookies)
        return not has_own_page and get_language_from_path(request.path_info) is not None

    def _is_for_everybody(self, response: HttpResponse) -> bool:
        """Never what sets a cookie, and never a form with a token: that belongs to the cookie of one visitor."""
        if not getattr(response, "is_public", False) or response.status_code != 200 or response.cookies:
            return False
        return CSRF_FIELD not in response.content


class PagePolicy(CSPMiddleware):
    """What a browser may do on a page; in the editor, whose scripts stand in its pages, where frames and forms may lead."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(settings.EDITOR_PREFIX) and parts.config is None:
            parts.config = settings.EDITOR_POLICY
        return parts


class PermissionsPolicy:
    """Tells the browser which of its powers our pages never use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), payment=(), usb=()")
        return response


class AddressText:
    """Refuses an address with NUL in it before anything looks it up: there is none, and PostgreSQL takes no such text."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise BadRequest("NUL in an address")
        return self.get_response(request)


class AddressLanguage(LocaleMiddleware):
    """Leads an address that is not there to the same one with a language in front. Where a view of ours says that
    something is not there, nothing is looked for elsewhere: who posts to it must hear so, and not be sent on."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 404 and request.resolver_match is not None:
            response.headers.setdefault("Content-Language", translation.get_language())
            return response
        return super().process_response(request, response)


class ReaderLanguage:
    """On addresses without a language in front, the language is the one that the signed-in person chose.

    A visitor has one there that the screens speak: signing in with a Turkish telephone is in Dutch. Addresses of plugins keep
    the language of the visitor's browser, since some of them are for people who never sign in.
    """

    spoken = frozenset(code for code, _name in settings.STAFF_LANGUAGES)

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if get_language_from_path(request.path_info) is None:
            if isinstance(request.user, User):
                self._speak(request, request.user.language)
            elif translation.get_language() not in self.spoken and not request.path_info.startswith(PLUGIN_PREFIX):
                self._speak(request, settings.LANGUAGE_CODE)
        return self.get_response(request)

    def _speak(self, request: HttpRequest, language: str) -> None:
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


class CurrentOrganisation:
    """`request.organisation`: the organisation that manager and author screens work for, chosen by a visible switch.

    It is looked up when it is first used: an act of a learner never asks it. So test it with `if`, not with `is None`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.organisation = None  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES and isinstance(request.user, User):
            person = request.user
            request.organisation = SimpleLazyObject(lambda: self._chosen(request, person))  # type: ignore[attr-defined]
        return self.get_response(request)

    def _chosen(self, request: HttpRequest, person: User) -> Organisation | None:
        mine = person.organisations
        wanted = request.session.get(ORGANISATION_KEY)
        return next((each for each in mine if each.pk == wanted), mine[0] if mine else None)


class SecondFactor:
    """Sends people with sensitive roles to their security page where their organisation asks for a second factor."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = _second_step(request) if request.path_info.startswith(STAFF_PREFIXES) else None
        return refusal or self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_arguments: Any) -> HttpResponse | None:
        return _second_step(request) if getattr(view, "asks_second_factor", False) else None


def _second_step(request: HttpRequest) -> HttpResponse | None:
    """Where somebody goes whose organisation asks for a second factor that they do not have yet; None for all others."""
    person = request.user
    if not isinstance(person, User):
        return None
    asking = [each for each in person.organisations_with_role(*SENSITIVE_ROLES) if each.requires_second_factor]
    if not asking or is_mfa_enabled(person):
        return None
    messages.warning(request, _("Your organisation asks for a second step when you sign in. Set it up here."))
    return redirect("mfa_index")
