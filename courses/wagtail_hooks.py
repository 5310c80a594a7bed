"""Modules and courses in the editor: the menu of authors, their screens, and linking to modules of others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses.models import Module, ModulePage
from courses.views import writing
from lxp.editor.addresses import admit
from lxp.editor.scope import linkable
from lxp.models import User

admit("courses_editor:modules", "courses_editor:modules_results", "courses_editor:start")


@linkable
def shared_modules(person: User) -> Any:
    """A course may take in every live module that its author can find in the catalogue."""
    found = Module.objects.published().visible_to(person)
    return ModulePage.objects.live().filter(module__in=found)


@hooks.register("register_admin_urls")
def editor_addresses() -> list[Any]:
    addresses = [
        path("modules/", writing.ModuleIndex.as_view(), name="modules"),
        path("modules/results/", writing.ModuleIndex.as_view(results_only=True), name="modules_results"),
        path("modules/nieuw/", writing.module_start, name="start"),
    ]
    return [path("", include((addresses, "courses_editor")))]


@hooks.register("register_admin_menu_item")
def modules_item() -> MenuItem:
    return MenuItem(_("Modules"), reverse("courses_editor:modules"), name="modules", icon_name="list-ul", order=10)


@hooks.register("register_admin_menu_item")
def new_module_item() -> MenuItem:
    return MenuItem(_("New module"), reverse("courses_editor:start"), name="new-module", icon_name="plus", order=20)


@hooks.register("construct_homepage_panels")
def modules_panel(request: HttpRequest, panels: list[Any]) -> None:
    if writing.writing_for(request):
        panels.append(writing.ModulePanel(request))
