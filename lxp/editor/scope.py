"""What one person may touch in the editor: pages, files and people of the organisations they write for today."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from wagtail.models import Collection, CollectionMember, GroupPagePermission, Page

from lxp.models import Membership, Organisation, User
from lxp.permissions import EDITING_ROLES

LinkRule = Callable[[User], "QuerySet[Any]"]
_link_rules: list[LinkRule] = []


def linkable(rule: LinkRule) -> LinkRule:
    """Register pages of other organisations that a person may link to: `rule(person)` answers a queryset of pages."""
    _link_rules.append(rule)
    return rule


class EditorScope:
    """The part of the editor that is somebody's own. It asks today's memberships, and each question once."""

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def organisations(self) -> list[Organisation]:
        return self.person.organisations_with_role(*EDITING_ROLES)

    @cached_property
    def roots(self) -> list[Page]:
        """The pages of these organisations under which they write, one in each language."""
        groups = [pk for each in self.organisations for pk in (each.authors_group_id, each.publishers_group_id) if pk]
        places = GroupPagePermission.objects.filter(group__in=groups).values("page")
        return list(Page.objects.filter(pk__in=places).select_related("locale").order_by("path"))

    def start(self, organisation: Organisation | None, language: str) -> Page | None:
        """Where choosing a page begins: the current organisation's page, in the reader's language if it has one."""
        groups = [organisation.authors_group_id, organisation.publishers_group_id] if organisation else []
        places = set(GroupPagePermission.objects.filter(group__in=groups).values_list("page", flat=True))
        mine = [root for root in self.roots if root.pk in places] or self.roots
        return next((root for root in mine if root.locale.language_code == language), mine[0] if mine else None)

    def _own(self) -> Q:
        below = Q(pk__in=[])
        for root in self.roots:
            below |= Q(path__startswith=root.path)
        return below

    def _above(self) -> Q:
        paths = {
            root.path[:length] for root in self.roots for length in range(Page.steplen, len(root.path), Page.steplen)
        }
        return Q(path__in=paths)

    def _linkable(self) -> Q:
        found = self._own()
        for rule in _link_rules:
            found |= Q(pk__in=rule(self.person).values("pk"))
        return found

    def own_pages(self) -> QuerySet[Page]:
        """The pages that this person's organisations write."""
        return Page.objects.filter(self._own())

    def explorable_pages(self) -> QuerySet[Page]:
        """Own pages and what is above them."""
        return Page.objects.filter(self._own() | self._above())

    def linkable_pages(self) -> QuerySet[Page]:
        """Own pages, and pages of others that may be linked to."""
        return Page.objects.filter(self._linkable())

    def choosable(self, pages: QuerySet[Page]) -> QuerySet[Page]:
        """Of a list in the page chooser: what may be linked to, and the way down to it."""
        return pages.filter(self._linkable() | self._above())

    def browsable_pages(self) -> QuerySet[Page]:
        """Pages that the chooser may open: linkable ones, and what is above one's own."""
        return Page.objects.filter(self._linkable() | self._above())

    @cached_property
    def collection_ids(self) -> set[int]:
        """The collections of these organisations, with what is below them."""
        paths = Collection.objects.filter(pk__in=[each.collection_id for each in self.organisations])
        below = Q(pk__in=[])
        for path in paths.values_list("path", flat=True):
            below |= Q(path__startswith=path)
        return set(Collection.objects.filter(below).values_list("pk", flat=True))

    def own_files(self, model: type[Model]) -> QuerySet[Any]:
        """Pictures, films or attachments in these organisations' collections."""
        return model._default_manager.filter(collection__in=self.collection_ids)

    def colleagues(self) -> QuerySet[User]:
        """People who are or were a member of one of these organisations: all whose names an editor may show."""
        memberships = Membership.objects.of_staff().filter(organisation__in=self.organisations)
        return User.objects.filter(pk__in=memberships.values("person"))

    def may_use(self, model: type[Model], object_id: str | int) -> bool:
        """Whether content may point at this object: a page that may be linked to, or a file of one's own."""
        if issubclass(model, Page):
            return self.linkable_pages().filter(pk=object_id).exists()
        if issubclass(model, CollectionMember):
            return self.own_files(model).filter(pk=object_id).exists()
        return True


def scope_of(request: HttpRequest) -> EditorScope:
    """The scope of a request's person, made once."""
    scope = getattr(request, "editor_scope", None)
    if scope is None:
        scope = EditorScope(request.user)  # type: ignore[arg-type]
        request.editor_scope = scope  # type: ignore[attr-defined]
    return scope
