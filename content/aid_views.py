"""Decision aids in the editor: every entry with how its page answered, and the own ones to change."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from content.aid_form import DecisionAidForm
from content.models import DecisionAid
from content.services.decision_aids import drop_aid, store_aid
from lxp.http import SignedInRequest
from lxp.models import Organisation, User
from lxp.permissions import EDITING_ROLES, may


def _breadcrumbs(title: str = "") -> list[dict[str, str]]:
    found = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    found.append({"url": reverse("content_editor:aids") if title else "", "label": _("Decision aids")})
    return [*found, {"url": "", "label": title}] if title else found


def _writer(request: HttpRequest) -> tuple[User, Organisation]:
    """Who writes, and for which of their organisations: the one that they work in now, where they write for that."""
    signed_in = cast("SignedInRequest", request)
    mine = signed_in.user.organisations_with_role(*EDITING_ROLES)
    if not mine:
        raise PermissionDenied
    return signed_in.user, next((each for each in mine if each == signed_in.organisation), mine[0])


def aids(request: HttpRequest) -> HttpResponse:
    """Every decision aid: what one organisation found is there for the cards of all."""
    person = cast("SignedInRequest", request).user
    mine = {each.pk for each in person.organisations_with_role(*EDITING_ROLES)}
    rows = [
        (each, person.is_superuser or each.organisation_id in mine)
        for each in DecisionAid.objects.select_related("organisation", "topic").filter(
            Q(topic__live=True) | Q(organisation__in=mine)
        )
    ]
    context = {"rows": rows, "may_add": bool(mine), "breadcrumbs_items": _breadcrumbs()}
    return render(request, "content/editor/aids.html", context)


def aid_add(request: HttpRequest) -> HttpResponse:
    """A new entry, of the organisation that one writes for."""
    person, organisation = _writer(request)
    return _edit(request, DecisionAid(organisation=organisation), person)


def aid(request: HttpRequest, aid_id: int) -> HttpResponse:
    """Change an entry, or take it out."""
    found = DecisionAid.objects.select_related("organisation").filter(pk=aid_id).first()
    person = cast("SignedInRequest", request).user
    if found is None or not may(person, "organisation.write", found.organisation):
        raise Http404
    if request.method == "POST" and "drop" in request.POST:
        drop_aid(aid=found, by=person)
        messages.success(request, _("“%(title)s” is taken out.") % {"title": found.title})
        return redirect("content_editor:aids")
    return _edit(request, found, person)


def _edit(request: HttpRequest, found: DecisionAid, person: User) -> HttpResponse:
    form = DecisionAidForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        store_aid(aid=form.save(commit=False), by=person)
        messages.success(
            request, _("“%(title)s” is stored. Its page is looked at within a week.") % {"title": found.title}
        )
        return redirect("content_editor:aids")
    title = found.title if found.pk else _("Add a decision aid")
    context = {"form": form, "aid": found, "heading": title, "breadcrumbs_items": _breadcrumbs(title)}
    return render(request, "content/editor/aid.html", context, status=422 if form.errors else 200)
