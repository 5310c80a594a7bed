"""Kinds of equipment, their pieces, and the labels to stick on these."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lxp.qr import qr_code
from plugins.skillslab.exceptions import SetupRefusedError
from plugins.skillslab.forms.resources import KindForm, PiecesForm
from plugins.skillslab.models import EquipmentKind, Resource, Skillslab
from plugins.skillslab.services.resources.inventory import add_pieces, delete_kind, free_slug
from plugins.skillslab.views.setup import Desk, Work, looked_after, work_page


def _kind(lab: Skillslab, kind_slug: str) -> EquipmentKind:
    return get_object_or_404(EquipmentKind, skillslab=lab, slug=kind_slug)


@login_required
def kinds(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    """Every kind, with how many pieces there are and how many are out of order now."""
    _person, lab = looked_after(request, lab_uuid)
    now = timezone.now()
    in_use = Q(pieces__retired_at__isnull=True)
    broken = in_use & Q(pieces__outages__starts_at__lte=now, pieces__outages__ends_at__gt=now)
    rows = EquipmentKind.objects.filter(skillslab=lab).annotate(
        count=Count("pieces", filter=in_use, distinct=True), broken=Count("pieces", filter=broken, distinct=True)
    )
    return render(request, "skillslab/setup/kinds.html", {"lab": lab, "kinds": rows.order_by("name")})


@login_required
def kind(request: HttpRequest, lab_uuid: UUID, kind_slug: str) -> HttpResponse:
    """The pieces of one kind, by location."""
    _person, lab = looked_after(request, lab_uuid)
    found = _kind(lab, kind_slug)
    now = timezone.now()
    broken = Count("outages", filter=Q(outages__starts_at__lte=now, outages__ends_at__gt=now))
    rows = found.pieces.select_related("location").annotate(broken=broken)
    pieces = list(rows.order_by("retired_at", "location__name", "name", "pk"))
    context = {"lab": lab, "kind": found, "pieces": pieces, "can_delete": not pieces}
    return render(request, "skillslab/setup/kind.html", context)


def _new_kind(lab: Skillslab) -> EquipmentKind:
    return EquipmentKind(skillslab=lab)


@work_page(_new_kind, back="kinds")
def kind_add(desk: Desk[EquipmentKind]) -> Work:
    taken = set(EquipmentKind.objects.filter(skillslab=desk.lab).values_list("slug", flat=True))
    form = KindForm(desk.posted, instance=desk.found)

    def add() -> None:
        form.instance.slug = free_slug(taken, form.cleaned_data["name"])
        form.save()

    return Work(_("Add a kind of equipment"), form, add, _("The kind is added."))


@work_page(_kind, back="kind")
def kind_change(desk: Desk[EquipmentKind]) -> Work:
    form = KindForm(desk.posted, instance=desk.found)
    return Work(_("Change the name"), form, form.save, _("Saved."))


@login_required
@require_POST
def kind_delete(request: HttpRequest, lab_uuid: UUID, kind_slug: str) -> HttpResponse:
    """Only what nothing ever used."""
    person, lab = looked_after(request, lab_uuid)
    found = _kind(lab, kind_slug)
    try:
        delete_kind(kind=found, by=person)
    except SetupRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("skillslab:kind", lab.uuid, found.slug)
    messages.success(request, _("The kind is removed."))
    return redirect("skillslab:kinds", lab.uuid)


@work_page(_kind, back="kind")
def pieces_add(desk: Desk[EquipmentKind]) -> Work:
    """Several pieces in one go."""
    form = PiecesForm(desk.posted, skillslab=desk.lab)
    return Work(
        _("Add pieces: %(kind)s") % {"kind": desk.found},
        form,
        lambda: add_pieces(kind=desk.found, by=desk.person, **form.cleaned_data),
        _("The pieces are added."),
        lead=_("Each gets a number. Change one later to give it a name or code of its own."),
        action=_("Add"),
    )


@login_required
def labels(request: HttpRequest, lab_uuid: UUID, kind_slug: str) -> HttpResponse:
    """A sheet to print and cut: the scan code of each piece, to be read by people and by a camera."""
    _person, lab = looked_after(request, lab_uuid)
    found = _kind(lab, kind_slug)
    rows = found.pieces.filter(retired_at__isnull=True).exclude(scan_code="").select_related("location")
    pieces: list[Resource] = list(rows.order_by("location__name", "name", "pk"))
    context = {"lab": lab, "kind": found, "labels": [(each, qr_code(each.scan_code)) for each in pieces]}
    return render(request, "skillslab/setup/labels.html", context)
