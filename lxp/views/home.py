"""The start address, and the home of a learner: panels that packages and plugins add."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language_from_request

from lxp import plugin_manager
from lxp.home import HomeItem, arrange
from lxp.http import SignedInRequest
from lxp.models import User


def start(request: HttpRequest) -> HttpResponse:
    """`/` leads a member home and a visitor to the home page in their language."""
    if isinstance(request.user, User):
        return redirect("lxp:home")
    return redirect(f"/{get_language_from_request(request)}/")


@login_required
def home(request: HttpRequest) -> HttpResponse:
    person = cast("SignedInRequest", request).user
    plugins = plugin_manager.plugins_on(person.organisations)
    items = plugin_manager.call("home_items", expects=HomeItem, plugins=plugins, person=person, request=request)
    panels = plugin_manager.call("home_panels", expects=SafeString, plugins=plugins, person=person, request=request)
    now = timezone.localtime()
    context = {"home": arrange(items, now.date()), "panels": panels, "hour": now.hour, "today": now.date()}
    return render(request, "lxp/home.html", context)
