"""Locations and rooms: what there is, when they are open, and when they are not."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lxp.models import Organisation, User
from plugins.skillslab.forms.periods import HoursForm, ReasonForm, day_name
from plugins.skillslab.forms.resources import LocationForm, PieceForm, RoomForm, SureForm
from plugins.skillslab.models import Closure, Location, Outage, Resource, Skillslab
from plugins.skillslab.services.resources.inventory import end_period, set_hours, set_retired, set_travel
from plugins.skillslab.views.setup import Work, answer, looked_after


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


@login_required
def location_add(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    person, lab = looked_after(request, lab_uuid)
    url = reverse("skillslab:locations", args=[lab.uuid])
    form = LocationForm(request.POST or None, instance=Location(skillslab=lab), partners=partners_of_lab(lab))
    work = Work(
        lab, person, _("Add a location"), form, partial(_save_location, form), _("The location is added."), url, url
    )
    work.lead = _("Say next when it is open, and which rooms it has.")
    return answer(request, work)


def _save_location(form: LocationForm) -> None:
    set_travel(location=form.save(), minutes=form.travel())


@login_required
def location_change(request: HttpRequest, lab_uuid: UUID, location_uuid: UUID) -> HttpResponse:
    person, lab = looked_after(request, lab_uuid)
    found = _location(lab, location_uuid)
    url = reverse("skillslab:location", args=[lab.uuid, found.uuid])
    form = LocationForm(request.POST or None, instance=found, partners=partners_of_lab(lab))
    return answer(
        request,
        Work(lab, person, _("Change this location"), form, partial(_save_location, form), _("Saved."), url, url),
    )


@login_required
def hours(request: HttpRequest, lab_uuid: UUID, location_uuid: UUID) -> HttpResponse:
    """The opening hours of a week."""
    person, lab = looked_after(request, lab_uuid)
    found = _location(lab, location_uuid)
    url = reverse("skillslab:location", args=[lab.uuid, found.uuid])
    form = HoursForm(request.POST or None, location=found)
    work = Work(
        lab,
        person,
        _("Opening hours of %(location)s") % {"location": found},
        form,
        lambda: set_hours(location=found, hours=form.hours()),
        _("The opening hours are saved."),
        url,
        url,
    )
    work.lead = _("Leave a day empty on which it is closed.")
    return answer(request, work)


@login_required
def closure_add(request: HttpRequest, lab_uuid: UUID, location_uuid: UUID) -> HttpResponse:
    """Close a location for some time."""
    person, lab = looked_after(request, lab_uuid)
    found = _location(lab, location_uuid)
    url = reverse("skillslab:location", args=[lab.uuid, found.uuid])
    form = ReasonForm(request.POST or None)
    work = Work(
        lab,
        person,
        _("Close %(location)s for some time") % {"location": found},
        form,
        lambda: Closure.objects.create(location=found, **form.period),
        _("The closure is saved."),
        url,
        url,
    )
    return answer(request, work)


@login_required
def location_retire(request: HttpRequest, lab_uuid: UUID, location_uuid: UUID) -> HttpResponse:
    """Use a location no more, or again."""
    person, lab = looked_after(request, lab_uuid)
    found = _location(lab, location_uuid)
    back = reverse("skillslab:location", args=[lab.uuid, found.uuid])
    return answer(request, _retiring(request, lab, person, found, back))


def _retiring(request: HttpRequest, lab: Skillslab, person: User, thing: Resource | Location, back: str) -> Work:
    is_used = thing.retired_at is None
    title = _("Take %(thing)s out of use") if is_used else _("Use %(thing)s again")
    done = _("%(thing)s is not used any more.") if is_used else _("%(thing)s is in use again.")
    return Work(
        lab,
        person,
        title % {"thing": thing},
        SureForm(request.POST if request.method == "POST" else None),
        partial(set_retired, thing, is_used),
        done % {"thing": thing},
        back,
        back,
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


@login_required
def room_add(request: HttpRequest, lab_uuid: UUID, location_uuid: UUID) -> HttpResponse:
    person, lab = looked_after(request, lab_uuid)
    found = _location(lab, location_uuid)
    url = reverse("skillslab:location", args=[lab.uuid, found.uuid])
    form = RoomForm(request.POST or None, instance=Resource(location=found, kind=Resource.Kind.ROOM))
    title = _("Add a room in %(location)s") % {"location": found}
    return answer(request, Work(lab, person, title, form, form.save, _("The room is added."), url, url))


@login_required
def thing_change(request: HttpRequest, lab_uuid: UUID, thing_uuid: UUID) -> HttpResponse:
    person, lab = looked_after(request, lab_uuid)
    found = _thing(lab, thing_uuid)
    url = reverse("skillslab:thing", args=[lab.uuid, found.uuid])
    title = _("Change %(thing)s") % {"thing": found}
    form: RoomForm | PieceForm
    if found.kind == Resource.Kind.ROOM:
        form = RoomForm(request.POST or None, instance=found)
    else:
        form = PieceForm(request.POST or None, instance=found, skillslab=lab)
    return answer(request, Work(lab, person, title, form, form.save, _("Saved."), url, url))


@login_required
def thing_retire(request: HttpRequest, lab_uuid: UUID, thing_uuid: UUID) -> HttpResponse:
    """Use a room or a piece no more, or again."""
    person, lab = looked_after(request, lab_uuid)
    found = _thing(lab, thing_uuid)
    url = reverse("skillslab:thing", args=[lab.uuid, found.uuid])
    return answer(request, _retiring(request, lab, person, found, url))


@login_required
def outage_add(request: HttpRequest, lab_uuid: UUID, thing_uuid: UUID) -> HttpResponse:
    """A room or a piece is out of order."""
    person, lab = looked_after(request, lab_uuid)
    found = _thing(lab, thing_uuid)
    url = reverse("skillslab:thing", args=[lab.uuid, found.uuid])
    form = ReasonForm(request.POST or None)
    work = Work(
        lab,
        person,
        _("%(thing)s is out of order") % {"thing": found},
        form,
        lambda: Outage.objects.create(resource=found, **form.period),
        _("It is out of order then."),
        url,
        url,
    )
    return answer(request, work)


@login_required
@require_POST
def closure_end(request: HttpRequest, lab_uuid: UUID, period_id: int) -> HttpResponse:
    """A location is open after all."""
    person, lab = looked_after(request, lab_uuid)
    rows = Closure.objects.select_related("location")
    found = get_object_or_404(rows, location__skillslab=lab, pk=period_id)
    end_period(period=found, skillslab=lab, by=person)
    messages.success(request, _("It is open again."))
    return redirect("skillslab:location", lab.uuid, found.location.uuid)


@login_required
@require_POST
def outage_end(request: HttpRequest, lab_uuid: UUID, period_id: int) -> HttpResponse:
    """A room or a piece works again."""
    person, lab = looked_after(request, lab_uuid)
    rows = Outage.objects.select_related("resource")
    found = get_object_or_404(rows, resource__location__skillslab=lab, pk=period_id)
    end_period(period=found, skillslab=lab, by=person)
    messages.success(request, _("It works again."))
    return redirect("skillslab:thing", lab.uuid, found.resource.uuid)
