"""The editor as a whole: what the choosers offer, the menu, the way back to the site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from lxp.editor import filters
from lxp.editor.scope import scope_of

HIDDEN_FROM_AUTHORS = {"help", "settings"}
HIDDEN_REPORTS = {"page-types-usage"}
HIDDEN_PANELS = {"user_objects_in_workflow_moderation", "recent_edits", "locked_pages"}

filters.narrow()


@hooks.register("construct_page_chooser_queryset")
def choosable_pages(pages: Any, request: HttpRequest) -> Any:
    return pages if request.user.is_superuser else scope_of(request).choosable(pages)


@hooks.register("construct_main_menu")
def tidy_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in HIDDEN_FROM_AUTHORS]


@hooks.register("construct_reports_menu")
def tidy_reports(request: HttpRequest, items: list[MenuItem]) -> None:
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in HIDDEN_REPORTS]


@hooks.register("construct_homepage_panels")
def tidy_home(request: HttpRequest, panels: list[Any]) -> None:
    """Wagtail's panels of "your" pages ask who touched a page once, also in an organisation that this person left."""
    if not request.user.is_superuser:
        panels[:] = [panel for panel in panels if getattr(panel, "name", "") not in HIDDEN_PANELS]


@hooks.register("construct_homepage_summary_items", order=1000)
def no_summary(request: HttpRequest, items: list[Any]) -> None:
    if not request.user.is_superuser:
        items.clear()


@hooks.register("register_admin_menu_item")
def back_to_site() -> MenuItem:
    return MenuItem(_("To the site"), reverse("lxp:home"), name="to-site", icon_name="home", order=9900)


@hooks.register("insert_global_admin_css")
def editor_stylesheet() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("lxp/css/editor.css"))
