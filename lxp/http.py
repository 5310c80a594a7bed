"""Request types that say what our middleware adds, and what a view says to our middleware."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import activate, get_language

if TYPE_CHECKING:
    from lxp.models import Organisation, User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class SignedInRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User
    organisation: Organisation | None
    LANGUAGE_CODE: str


def asks_second_factor(view: View) -> View:
    """A view for a sensitive role at an address that is not all theirs: `SecondFactor` asks its reader for the second
    factor, where their organisation wants one. Everything below `/beheer/`, `/beoordelen/` and `/team/` asks by itself."""
    view.asks_second_factor = True  # type: ignore[attr-defined]
    return view


def asking_second_factor(patterns: list[URLPattern]) -> list[URLPattern]:
    """The same addresses, for people with sensitive roles alone: each asks for the second factor."""
    for pattern in patterns:
        asks_second_factor(pattern.callback)
    return patterns


def in_language_of_screens(view: View) -> View:
    """A page for visitors that has words only in the languages of our screens: another browser gets the first of these, from
    left to right, and not its own dates and direction around our words."""

    @wraps(view)
    def spoken(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponseBase:
        if get_language() not in dict(settings.STAFF_LANGUAGES):
            activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = get_language()
        return view(request, *arguments, **keywords)

    return cast("View", spoken)
