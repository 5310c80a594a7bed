"""Plugins: on or off for one organisation, for its administrators; what they did wrong, for the operators."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lxp import plugin_discovery, plugin_manager
from lxp.http import SignedInRequest
from lxp.models import Organisation, PluginIncident, PluginSwitch, User
from lxp.permissions import may
from lxp.views.organisations import administered

INCIDENTS_PER_PAGE = 50


def _switch(request: HttpRequest, organisation: Organisation, by: User) -> None:
    """What the form asks, and a message about it."""
    name, on = request.POST.get("plugin", ""), request.POST.get("on") == "1"
    try:
        plugin_manager.switch(plugin=name, organisation=organisation, on=on, by=by)
    except plugin_manager.UnknownPluginError as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(plugin)s is on now.") if on else _("%(plugin)s is off now.")
        messages.success(request, words % {"plugin": plugin_manager.title_of(name)})


@login_required
def plugins(request: HttpRequest) -> HttpResponse:
    """Switch plugins on and off for one organisation."""
    administrator, organisation = administered(request)
    if request.method == "POST":
        _switch(request, organisation, administrator)
        return redirect("lxp:plugins")
    on_here = plugin_manager.plugins_on([organisation])
    stopped = {row.plugin: row for row in PluginSwitch.objects.stopped().filter(organisation=organisation)}
    rows = [
        {"name": name, "title": plugin_manager.title_of(name), "is_on": name in on_here, "stopped": stopped.get(name)}
        for name in plugin_manager.installed()
    ]
    return render(request, "lxp/plugins.html", {"organisation": organisation, "rows": rows})


def _named(plugin: str) -> str:
    """A plugin as people know it, with the name by which commands know it; only that where it is not here."""
    title = str(plugin_manager.title_of(plugin))
    return title if title == plugin else f"{title} ({plugin})"


@login_required
def incidents(request: HttpRequest) -> HttpResponse:
    """What plugins did wrong, where one is off by itself, and the button that switches it on again."""
    person = cast("SignedInRequest", request).user
    if not may(person, "installation.operate", None):
        raise PermissionDenied
    if request.method == "POST":
        organisation = get_object_or_404(Organisation, slug=request.POST.get("organisation", ""))
        _switch(request, organisation, person)
        return redirect("lxp:incidents")
    page = Paginator(PluginIncident.objects.all(), INCIDENTS_PER_PAGE).get_page(request.GET.get("p"))
    rows = [{"row": row, "title": _named(row.plugin)} for row in page.object_list]
    stopped = [
        {"row": row, "title": plugin_manager.title_of(row.plugin)}
        for row in PluginSwitch.objects.stopped().select_related("organisation")
    ]
    quarantined = sorted(plugin_discovery.quarantined.items())
    context = {"page": page, "rows": rows, "stopped": stopped, "quarantined": quarantined}
    return render(request, "lxp/incidents.html", context)
