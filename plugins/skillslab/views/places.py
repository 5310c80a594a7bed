"""Locations and rooms: what there is, when they are open, and when they are not."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lxp.models import Organisation
from plugins.skillslab.forms.periods import HoursForm, ReasonForm, day_name
from plugins.skillslab.forms.resources import LocationForm, PieceForm, RoomForm, SureForm
from plugins.skillslab.models import Closure, Location, Outage, Resource, Skillslab
from plugins.skillslab.services.resources.inventory import set_hours, set_retired, set_travel
from plugins.skillslab.services.resources.travel import renew_ways_to
from plugins.skillslab.views.setup import Desk, Work, ended, looked_after, work_page


def partners_of_lab(lab: Skillslab) -> list[Organisation]:
    return list(Organisation.objects.filter(pk__in=lab.partners.values("organisation")).order_by("name"))


def _location(lab: Skillslab, location_uuid: UUID) -> Location:
    return get_object_or_404(Location, skillslab=lab, uuid=location_uuid)


def _thing(lab: Skillslab, thing_uuid: UUID) -> Resource:
    rows = Resource.objects.select_related("location", "equipment_kind")
    return get_object_or_404(rows, location__skillslab=lab, uuid=thing_uuid)


@login_required
def locations(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    """Every location, with how much is there."""
    _person, lab = looked_after(request, lab_uuid)
    in_use = Q(resources__retired_at__isnull=True)
    rows = Location.objects.filter(skillslab=lab).annotate(
        rooms=Count("resources", filter=in_use & Q(resources__kind=Resource.Kind.ROOM)),
        pieces=Count("resources", filter=in_use & Q(resources__kind=Resource.Kind.PIECE)),
    )
    context = {"lab": lab, "locations": rows.order_by("retired_at", "name")}
    return render(request, "skillslab/setup/locations.html", context)


@login_required
def location(request: HttpRequest, lab_uuid: UUID, location_uuid: UUID) -> HttpResponse:
    """One location: hours, closures to come, rooms and equipment."""
    _person, lab = looked_after(request, lab_uuid)
    found = _location(lab, location_uuid)
    things = list(found.resources.select_related("equipment_kind").order_by("retired_at", "name", "pk"))
    kinds: dict[str, int] = {}
    for each in things:
        if each.equipment_kind is not None and each.retired_at is None:
            kinds[each.equipment_kind.name] = kinds.get(each.equipment_kind.name, 0) + 1
    context = {
        "lab": lab,
        "location": found,
        "hours": [(day_name(each.weekday), each) for each in found.opening_hours.all()],
        "closures": found.closures.filter(ends_at__gt=timezone.now()).order_by("starts_at"),
        "travel": found.travel_times.select_related("organisation").order_by("minutes"),
        "rooms": [each for each in things if each.kind == Resource.Kind.ROOM],
        "kinds": sorted(kinds.items()),
    }
    return render(request, "skillslab/setup/location.html", context)


def _new_location(lab: Skillslab) -> Location:
    return Location(skillslab=lab)


def _location_form(desk: Desk[Location]) -> LocationForm:
    return LocationForm(desk.posted, instance=desk.found, partners=partners_of_lab(desk.lab))


def _save_location(form: LocationForm) -> None:
    location = form.save()
    set_travel(location=location, minutes=form.travel())
    renew_ways_to(location)


@work_page(_new_location, back="locations")
def location_add(desk: Desk[Location]) -> Work:
    form = _location_form(desk)
    lead = _("Say next when it is open, and which rooms it has.")
    return Work(_("Add a location"), form, partial(_save_location, form), _("The location is added."), lead)


@work_page(_location, back="location")
def location_change(desk: Desk[Location]) -> Work:
    form = _location_form(desk)
    return Work(_("Change this location"), form, partial(_save_location, form), _("Saved."))


@work_page(_location, back="location")
def hours(desk: Desk[Location]) -> Work:
    """The opening hours of a week."""
    form = HoursForm(desk.posted, location=desk.found)
    title = _("Opening hours of %(location)s") % {"location": desk.found}
    lead = _("Leave a day empty on which it is closed.")
    return Work(
        title, form, lambda: set_hours(location=desk.found, hours=form.hours()), _("The opening hours are saved."), lead
    )


@work_page(_location, back="location")
def closure_add(desk: Desk[Location]) -> Work:
    """Close a location for some time."""
    form = ReasonForm(desk.posted)
    title = _("Close %(location)s for some time") % {"location": desk.found}
    return Work(
        title, form, lambda: Closure.objects.create(location=desk.found, **form.period), _("The closure is saved.")
    )


@work_page(_location, back="location")
def location_retire(desk: Desk[Location]) -> Work:
    """Use a location no more, or again."""
    return _retiring(desk)


def _retiring(desk: Desk[Any]) -> Work:
    thing = desk.found
    is_used = thing.retired_at is None
    title = _("Take %(thing)s out of use") if is_used else _("Use %(thing)s again")
    done = _("%(thing)s is not used any more.") if is_used else _("%(thing)s is in use again.")
    return Work(
        title % {"thing": thing},
        SureForm(desk.posted),
        partial(set_retired, thing, is_used),
        done % {"thing": thing},
        lead=_("What it was used for stays in the records.") if is_used else "",
        action=_("Take out of use") if is_used else _("Use it again"),
    )


@login_required
def thing(request: HttpRequest, lab_uuid: UUID, thing_uuid: UUID) -> HttpResponse:
    """One room or piece, with when it is out of order, and what it is planned for."""
    _person, lab = looked_after(request, lab_uuid)
    found = _thing(lab, thing_uuid)
    now = timezone.now()
    rows = found.allocations.filter(session__ends_at__gt=now, session__state__in=["draft", "published"])
    context = {
        "lab": lab,
        "thing": found,
        "outages": found.outages.filter(ends_at__gt=now).order_by("starts_at"),
        "coming": rows.select_related("session__session_type").order_by("session__starts_at")[:10],
    }
    return render(request, "skillslab/setup/thing.html", context)


@work_page(_location, back="location")
def room_add(desk: Desk[Location]) -> Work:
    form = RoomForm(desk.posted, instance=Resource(location=desk.found, kind=Resource.Kind.ROOM))
    title = _("Add a room in %(location)s") % {"location": desk.found}
    return Work(title, form, form.save, _("The room is added."))


@work_page(_thing, back="thing")
def thing_change(desk: Desk[Resource]) -> Work:
    form: RoomForm | PieceForm
    if desk.found.kind == Resource.Kind.ROOM:
        form = RoomForm(desk.posted, instance=desk.found)
    else:
        form = PieceForm(desk.posted, instance=desk.found, skillslab=desk.lab)
    return Work(_("Change %(thing)s") % {"thing": desk.found}, form, form.save, _("Saved."))


@work_page(_thing, back="thing")
def thing_retire(desk: Desk[Resource]) -> Work:
    """Use a room or a piece no more, or again."""
    return _retiring(desk)


@work_page(_thing, back="thing")
def outage_add(desk: Desk[Resource]) -> Work:
    """A room or a piece is out of order."""
    form = ReasonForm(desk.posted)
    title = _("%(thing)s is out of order") % {"thing": desk.found}
    return Work(
        title, form, lambda: Outage.objects.create(resource=desk.found, **form.period), _("It is out of order then.")
    )


@login_required
@require_POST
def closure_end(request: HttpRequest, lab_uuid: UUID, period_id: int) -> HttpResponse:
    """A location is open after all."""
    rows = Closure.objects.filter(location__skillslab__uuid=lab_uuid).select_related("location")
    found = ended(request, lab_uuid, rows, period_id, _("It is open again."))
    return redirect("skillslab:location", lab_uuid, found.location.uuid)


@login_required
@require_POST
def outage_end(request: HttpRequest, lab_uuid: UUID, period_id: int) -> HttpResponse:
    """A room or a piece works again."""
    rows = Outage.objects.filter(resource__location__skillslab__uuid=lab_uuid).select_related("resource")
    found = ended(request, lab_uuid, rows, period_id, _("It works again."))
    return redirect("skillslab:thing", lab_uuid, found.resource.uuid)
