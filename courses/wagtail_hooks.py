"""Modules and courses in the editor: the menu of authors, their screens, and linking to modules of others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from courses.examples import words_of_examples
from courses.models import Module, ModulePage
from courses.services.pinning import pin_files
from courses.views import writing
from lxp.editor.addresses import admit
from lxp.editor.scope import linkable
from lxp.models import User

MOST_SENTENCES = 5

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


@hooks.register("before_edit_page")
def tell_what_is_still_the_example(request: HttpRequest, page: Page) -> None:
    """Before it is published, and when it is: sentences of the example that nobody changed."""
    is_asked = request.method == "GET" and isinstance(page, ModulePage)
    if not is_asked or not (page.live or page.current_workflow_state):
        return
    words = words_of_examples(list(page.get_latest_revision_as_object().body.raw_data))
    if words:
        shown = format_html_join("", "<li>{}</li>", ((each,) for each in words[:MOST_SENTENCES]))
        sentence = ngettext(
            "%(count)d sentence is still that of the example:",
            "%(count)d sentences are still those of the example:",
            len(words),
        )
        messages.warning(request, format_html("{}<ul>{}</ul>", sentence % {"count": len(words)}, shown))


@hooks.register("construct_homepage_panels")
def modules_panel(request: HttpRequest, panels: list[Any]) -> None:
    if writing.writing_for(request):
        panels.append(writing.ModulePanel(request))


@hooks.register("after_edit_page")
def copy_files_ahead(request: HttpRequest, page: Page) -> None:
    """An approval publishes inside a transaction, where copying a film would keep everybody waiting: the copies are made
    when a page is submitted."""
    if isinstance(page, ModulePage) and "action-submit" in request.POST:
        pin_files(page.body)
