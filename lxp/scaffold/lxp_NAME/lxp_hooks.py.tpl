"""Everything that this plugin adds to LXP; docs/hooks.md has all hooks. Each takes those arguments that it needs."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.home import HomeItem, HomeKind
from lxp.hookspecs import hookimpl
from lxp.models import Erasure, Role, User
from lxp.navigation import NavigationItem
from lxp.person_data import ExportPart
from lxp_NAME.models import Message

MOST_ON_HOME = 3


@hookimpl
def urls() -> str:
    return "lxp_NAME.urls"


@hookimpl
def navigation_items(person: User, request: HttpRequest) -> list[NavigationItem]:
    address = reverse("NAME:messages")
    return [NavigationItem("NAME", _("ENGLISH"), address, "message-circle", 90)]


@hookimpl
def home_items(person: User, request: HttpRequest) -> list[HomeItem]:
    """What somebody is asked to do: here an administrator, to write where today has no message yet."""
    administered = person.organisations_with_role(Role.ADMINISTRATOR)
    places = [each for each in administered if "NAME" in each.plugins]
    today = Message.objects.filter(organisation__in=places).of_day(timezone.localdate())
    written = set(today.values_list("organisation", flat=True)) if places else set()
    return [
        HomeItem(
            kind=HomeKind.ASKED,
            title=_("No message for today yet"),
            action=_("Write one"),
            url=reverse("NAME:messages"),
            text=_("Your colleagues read it on their home."),
            organisation=each,
        )
        for each in places
        if each.pk not in written
    ]


@hookimpl
def home_panels(person: User, request: HttpRequest) -> list[str]:
    """What is only good to know, and asks nothing, stands in a panel."""
    today = Message.objects.visible_to(person).of_day(timezone.localdate()).select_related("organisation")
    found = list(today[:MOST_ON_HOME])
    return [render_to_string("NAME/panel.html", {"found": found}, request)] if found else []


@hookimpl
def person_export(person: User) -> list[ExportPart]:
    rows = Message.objects.filter(author=person).values("text", "day")
    return [ExportPart("NAME_messages", _("Messages that you wrote"), rows)]


@hookimpl
def person_erase(person: User, erasure: Erasure) -> None:
    """A message is the organisation's and stays; who wrote it does not."""
    Message.objects.filter(author=person).update(author=None)
