"""The guard of the editor: what is not this person's does not exist, whatever the view behind it would check."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.views.defaults import page_not_found
from wagtail.models import Page

from lxp.editor.addresses import is_admitted
from lxp.editor.scope import scope_of
from lxp.models import Role, User
from lxp.services.organisations import sync_groups

GetResponse = Callable[[HttpRequest], HttpResponse]
Look = Callable[..., HttpResponse | None]
EDIT = "wagtailadmin_pages:edit"
STARTS = ("wagtailadmin_choose_page", "wagtailadmin_explore_root")
_looks: dict[str, Look] = {}


def before(view_name: str) -> Callable[[Look], Look]:
    """Register who looks before a view of the editor that has no hook of its own, also for an operator: called with the request
    and the words of its path; what it answers is answered instead."""

    def register(look: Look) -> Look:
        _looks[view_name] = look
        return look

    return register


def refresh_groups(person: User) -> None:
    """Give the person the editor groups of today's memberships, where they differ: a role may end at midnight."""
    wanted: set[int | None] = set()
    for membership in person.current_memberships:
        if Role.AUTHOR in membership.roles:
            wanted.add(membership.organisation.authors_group_id)
        if Role.PUBLISHER in membership.roles:
            wanted.add(membership.organisation.publishers_group_id)
    if set(person.groups.values_list("pk", flat=True)) != wanted:
        sync_groups(person=person)


def _one_after_another(page_id: int, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Wagtail looks whether a page waits for approval, and later approves what waits: a second click came in between."""
    with transaction.atomic():  # SQLite has one that writes at a time; PostgreSQL waits for the row
        Page.objects.select_for_update(no_key=True).filter(pk=page_id).first()
        return view()


class EditorGuard:
    """Answers 404 for every address of the editor that names something of another organisation.

    Operators pass. Who writes for no organisation is refused; who is not signed in is sent to sign in by Wagtail.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, words: dict[str, Any]
    ) -> HttpResponse | None:
        person, match = request.user, request.resolver_match
        if not request.path_info.startswith(settings.EDITOR_PREFIX) or match is None:
            return None
        if not isinstance(person, User):
            return None
        guarded = None if person.is_superuser else self._guarded(request, person, match, view, arguments, words)
        look = _looks.get(match.view_name)
        return look(request, **words) if guarded is None and look is not None else guarded

    def _guarded(
        self, request: HttpRequest, person: User, match: ResolverMatch, view: Any, arguments: Any, words: dict[str, Any]
    ) -> HttpResponse | None:
        scope = scope_of(request)
        if not scope.organisations:
            raise PermissionDenied
        refresh_groups(person)
        if not is_admitted(scope, request, match):
            return page_not_found(request, Exception(), template_name="wagtailadmin/404.html")
        if match.view_name in STARTS and not words:
            return self._start(request, view)
        if match.view_name == EDIT and "action-workflow-action" in request.POST:
            return _one_after_another(words["page_id"], partial(view, request, *arguments, **words))
        return None

    def _start(self, request: HttpRequest, view: Any) -> HttpResponse | None:
        """Begin at one's own page: Wagtail begins at what all pages of a kind have in common, whosever they are."""
        start = scope_of(request).start(getattr(request, "organisation", None), getattr(request, "LANGUAGE_CODE", ""))
        return view(request, parent_page_id=start.pk) if start is not None else None
