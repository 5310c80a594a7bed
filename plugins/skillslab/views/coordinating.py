"""The screens of coordinators and teachers: what is planned, planning, moving, and who comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lxp import audit
from lxp.http import SignedInRequest
from lxp.models import Organisation, User
from lxp.permissions import may
from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.forms.sessions import PlanForm
from plugins.skillslab.models import Partner, Session, Skillslab
from plugins.skillslab.permissions import coordinated, planning_organisations
from plugins.skillslab.services.day.attendance import is_window_open
from plugins.skillslab.services.mending.todo import tasks_of
from plugins.skillslab.services.sessions.changing import cancel_session
from plugins.skillslab.services.sessions.planning import alternatives, plan_session
from plugins.skillslab.services.sessions.roster import planned_in, sheet_of

RELATED = ("session_type__skillslab", "room__location", "organiser")
SOON = timedelta(days=14)  # before that, few bookings are no news


def coordinated_labs(person: User) -> list[Skillslab]:
    """The skillslabs in which this person may plan."""
    mine = [each.pk for each in coordinated(person)]
    rows = Partner.objects.filter(organisation__in=mine).values("skillslab")
    return list(Skillslab.objects.filter(pk__in=rows).order_by("name")) if mine else []


def _labs(request: HttpRequest) -> tuple[User, list[Skillslab]]:
    person = cast("SignedInRequest", request).user
    labs = coordinated_labs(person)
    if not labs:
        raise PermissionDenied
    return person, labs


def organisers_of(request: HttpRequest, lab: Skillslab) -> list[Organisation]:
    """For which organisations this person plans in a skillslab, that of the switch first."""
    asked = cast("SignedInRequest", request)
    current = asked.organisation.pk if asked.organisation else None
    return sorted(planning_organisations(asked.user, lab), key=lambda each: each.pk != current)


@login_required
def planned(request: HttpRequest) -> HttpResponse:
    """Everything that is planned, and what waits to be done in one skillslab: the first, or the one that was asked for."""
    person, labs = _labs(request)
    lab = next((each for each in labs if str(each.uuid) == request.GET.get("skillslab")), labs[0])
    now = timezone.now()
    context = {
        "lines": planned_in(skillslabs=labs, by=person, now=now, number=request.GET.get("p")),
        "query": f"skillslab={lab.uuid}&" if len(labs) > 1 else "",
        "soon": now + SOON,
        "labs": labs,
        "lab": lab,
        "tasks": tasks_of(skillslab=lab, by=person),
        "looked_after": [each for each in labs if may(person, "skillslab.look_after", each)],
    }
    return render(request, "skillslab/planned.html", context)


@login_required
def plan(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    """A new session. What cannot be says what is short, and when it could be."""
    person, labs = _labs(request)
    lab = next((each for each in labs if each.uuid == lab_uuid), None)
    if lab is None:
        raise Http404
    partners = Organisation.objects.filter(pk__in=lab.partners.values("organisation")).order_by("name")
    options: dict[str, Any] = {
        "skillslab": lab,
        "organisers": organisers_of(request, lab),
        "partners": partners,
    }
    form = PlanForm(_wanted(request) or None, **options)
    sent = _sent_uuid(request)
    context: dict[str, Any] = {"form": form, "lab": lab, "request_uuid": sent}
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        draft.request_uuid = uuid5(
            sent, f"{draft.session_type.uuid} {draft.location.uuid} {draft.starts_at.isoformat()}"
        )
        try:
            session = plan_session(draft=draft, by=person)
        except SessionRefusedError as refusal:
            if refusal.reasons:
                context |= {"refusal": refusal, "others": alternatives(draft.wish)}
            else:
                form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The session is planned, with everything that it needs."))
            return redirect("skillslab:sheet", session.uuid)
    return render(request, "skillslab/plan.html", context, status=422 if form.errors or "refusal" in context else 200)


def _sent_uuid(request: HttpRequest) -> UUID:
    """What the form was given when it was opened; with what was chosen in it, it is one request."""
    try:
        return UUID(request.POST.get("request", ""))
    except ValueError:
        return uuid4()


def _wanted(request: HttpRequest) -> QueryDict:
    """What was filled in; at the free moment that was pushed, where one was."""
    data = request.POST.copy()
    try:
        moment = parse_datetime(data.get("moment", ""))
    except ValueError:
        moment = None
    if moment is not None and timezone.is_aware(moment):
        local = timezone.localtime(moment)
        data["day"], data["at"] = local.date().isoformat(), f"{local:%H:%M}"
    return data


def _session(request: HttpRequest, session_uuid: UUID) -> tuple[User, Session]:
    """A session that this person runs, teaches in, or may see as a coordinator of a partner."""
    person = cast("SignedInRequest", request).user
    session = get_object_or_404(Session.objects.open_to(person).select_related(*RELATED), uuid=session_uuid)
    if not may(person, "session.teach", session) and not may(person, "skillslab.plan", session.session_type.skillslab):
        raise PermissionDenied
    return person, session


@login_required
def sheet(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Who comes, with what, and the way to the screens of the day."""
    person, session = _session(request, session_uuid)
    now = timezone.now()
    found = sheet_of(session=session, by=person, now=now)
    own = {each.pk for each in coordinated(person)}
    is_to_come = session.state == Session.State.PUBLISHED and session.starts_at > now
    for booking in found.bookings:
        is_theirs = found.runs or booking.organisation_id in own
        booking.is_cancellable = is_to_come and is_theirs  # type: ignore[attr-defined]
    people = [each.person_id for each in (*found.bookings, *found.late)]
    if people:
        audit.record_looks("booking.looked", by=person, people=people, organisation=session.organiser, about=session)
    context = {
        "sheet": found,
        "session": session,
        "is_open": is_window_open(session, now),
        "is_over": session.ends_at <= now,
        "can_staff": may(person, "session.staff", session) and session.ends_at > now,
        "can_change": found.runs and session.state == Session.State.PUBLISHED and session.starts_at > now,
    }
    return render(request, "skillslab/sheet.html", context)


@login_required
def call_off(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Call a session off; everybody reads why."""
    person, session = _session(request, session_uuid)
    if not may(person, "session.run", session):
        raise PermissionDenied
    refusal = None
    if request.method == "POST":
        try:
            cancel_session(session=session, reason=request.POST.get("reason", ""), by=person)
        except SessionRefusedError as error:
            refusal = error
        else:
            messages.success(request, _("The session is called off. Everybody hears it."))
            return redirect("skillslab:planned")
    context = {"session": session, "refusal": refusal}
    return render(request, "skillslab/call_off.html", context, status=422 if refusal else 200)
