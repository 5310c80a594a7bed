"""The skills graph in the editor: the outcomes of a module, beside its page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses.api import ModulePage
from lxp.editor.addresses import admit, own_page
from lxp.editor.scope import EditorScope
from lxp.models import User
from skills_graph.models import DraftOutcome
from skills_graph.views import writing
from skills_graph.views.authority import organisation_for


def own_outcome(scope: EditorScope, value: str) -> bool:
    pages = ModulePage.objects.filter(pk__in=scope.own_pages().values("pk"))
    return DraftOutcome.objects.filter(pk=value, module__in=pages.values("module")).exists()


admit("skills_graph_editor:outcomes", "skills_graph_editor:find", page_id=own_page)
admit("skills_graph_editor:outcome", page_id=own_page, outcome_id=own_outcome)


@hooks.register("register_admin_urls")
def editor_addresses() -> list[Any]:
    addresses = [
        path("modules/<int:page_id>/bewijs/", writing.outcomes, name="outcomes"),
        path("modules/<int:page_id>/bewijs/zoeken/", writing.find, name="find"),
        path("modules/<int:page_id>/bewijs/<int:outcome_id>/", writing.outcome, name="outcome"),
    ]
    return [path("", include((addresses, "skills_graph_editor")))]


class AuthorityItem(MenuItem):
    """Only for who may give authority in the organisation that they work for now."""

    def is_shown(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and organisation_for(request) is not None


@hooks.register("register_admin_menu_item")
def authority_item() -> MenuItem:
    return AuthorityItem(
        _("Who may assess"), reverse("skills_graph:authority"), name="authority", icon_name="group", order=300
    )
