"""Roles of volunteers, what each asks, and taking back what was confirmed after a card changed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from content.api import card_in, cards_of
from courses.api import Module
from lxp.http import asks_second_factor
from lxp.models import Organisation
from plugins.volunteers.exceptions import RevocationRefusedError, RoleRefusedError
from plugins.volunteers.forms.roles import ItemForm, RevokeForm, RoleForm
from plugins.volunteers.models import RoleItem, VolunteerRole
from plugins.volunteers.services.confirming import counting, revoke_confirmations, seen_of
from plugins.volunteers.services.roles import ask_of_role, drop_item, retire_role, save_role
from plugins.volunteers.views.working_for import coordinator


def _role(organisation: Organisation, role_uuid: UUID) -> VolunteerRole:
    rows = VolunteerRole.objects.filter(organisation=organisation, retired_at__isnull=True)
    return get_object_or_404(rows.select_related("organisation"), uuid=role_uuid)


@asks_second_factor
@login_required
def roles(request: HttpRequest) -> HttpResponse:
    """All roles with what they ask, and the cards that are asked."""
    person, organisation = coordinator(request)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = save_role(organisation=organisation, title=form.cleaned_data["title"], by=person)
        except RoleRefusedError as refusal:
            form.add_error("title", str(refusal))
        else:
            messages.success(request, _("The role is there. Say now what it asks."))
            return redirect("volunteers:role", made.uuid)
    rows = VolunteerRole.objects.filter(organisation=organisation, retired_at__isnull=True).annotate(
        people=Count("assignments", filter=Q(assignments__ended_at__isnull=True), distinct=True),
        things=Count("items", distinct=True),
    )
    asked = RoleItem.objects.filter(role__organisation=organisation, role__retired_at__isnull=True)
    keys = {key for key in asked.values_list("card_uuid", flat=True) if key is not None}
    context = {
        "organisation": organisation,
        "roles": rows,
        "form": form,
        "cards": cards_of(language=get_language() or "nl", keys=keys) if keys else [],
    }
    return render(request, "volunteers/roles.html", context, status=422 if form.errors else 200)


@asks_second_factor
@login_required
def role(request: HttpRequest, role_uuid: UUID) -> HttpResponse:
    """One role: its name, and what it asks."""
    person, organisation = coordinator(request)
    found = _role(organisation, role_uuid)
    cards = cards_of(language=get_language() or "nl")
    modules = list(Module.objects.published().found_by(organisation).select_related("current_version"))
    modules.sort(key=lambda each: str(each).casefold())
    name, item = RoleForm(initial={"title": found.title}), ItemForm(cards=cards, modules=modules)
    if request.method == "POST" and "title" in request.POST:
        name = RoleForm(request.POST)
        if name.is_valid():
            try:
                save_role(organisation=organisation, title=name.cleaned_data["title"], by=person, role=found)
            except RoleRefusedError as refusal:
                name.add_error("title", str(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect("volunteers:role", found.uuid)
    elif request.method == "POST":
        item = ItemForm(request.POST, cards=cards, modules=modules)
        if item.is_valid():
            ask_of_role(role=found, by=person, **item.asked())
            messages.success(request, _("The role asks this from now on."))
            return redirect("volunteers:role", found.uuid)
    titles = {each.translation_key: each.title for each in cards}
    names = {each.pk: str(each) for each in modules}
    rows = [
        (each, titles.get(each.card_uuid) if each.card_uuid else names.get(each.module_id))
        for each in found.items.all()
    ]
    context = {"organisation": organisation, "role": found, "rows": rows, "name_form": name, "item_form": item}
    return render(request, "volunteers/role.html", context, status=422 if name.errors or item.errors else 200)


@asks_second_factor
@login_required
@require_POST
def item_drop(request: HttpRequest, role_uuid: UUID, item_id: int) -> HttpResponse:
    person, organisation = coordinator(request)
    found = _role(organisation, role_uuid)
    item = get_object_or_404(RoleItem.objects.select_related("role__organisation"), role=found, pk=item_id)
    drop_item(item=item, by=person)
    messages.success(request, _("The role asks this no more. What was confirmed stays."))
    return redirect("volunteers:role", found.uuid)


@asks_second_factor
@login_required
@require_POST
def role_retire(request: HttpRequest, role_uuid: UUID) -> HttpResponse:
    person, organisation = coordinator(request)
    found = _role(organisation, role_uuid)
    retire_role(role=found, by=person)
    messages.success(request, _("Nobody has the role %(role)s any more.") % {"role": found})
    return redirect("volunteers:roles")


@asks_second_factor
@login_required
def revoke(request: HttpRequest, card_uuid: UUID) -> HttpResponse:
    """Whose confirmation of a card counts, seen before it is taken back."""
    person, organisation = coordinator(request)
    asked = RoleItem.objects.filter(role__organisation=organisation, card_uuid=card_uuid)
    card = card_in(card_uuid, get_language() or "nl") if asked.exists() else None
    if card is None:
        raise Http404
    form, status = RevokeForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            seen = request.POST.get("seen", "")
            try:
                made = revoke_confirmations(
                    organisation=organisation, card=card, reason=form.cleaned_data["reason"], seen=seen, by=person
                )
            except RevocationRefusedError as refusal:
                form.add_error(None, str(refusal))
            else:
                count = made.confirmations.count()
                words = ngettext(
                    "%(count)s volunteer reads this card again.", "%(count)s volunteers read this card again.", count
                )
                messages.success(request, words % {"count": count})
                return redirect("volunteers:roles")
    rows = counting(organisation=organisation, card_uuid=card_uuid)
    context = {"organisation": organisation, "card": card, "rows": rows, "seen": seen_of(rows), "form": form}
    return render(request, "volunteers/revoke.html", context, status=status)
