"""What people need, a series of sessions for it, and the week of a coordinator."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from celery import signature
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lxp.http import SignedInRequest
from lxp.models import User
from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.forms.series import PreferencesForm, SharesForm, moment_value, moments_from
from plugins.skillslab.models import Plan, Session, Skillslab
from plugins.skillslab.permissions import coordinated, planning_organisations
from plugins.skillslab.services.figures.counting import counted_demand, is_under_way
from plugins.skillslab.services.figures.demand import MOST_QUARTERS, partners_using
from plugins.skillslab.services.sessions.board import board_of
from plugins.skillslab.services.sessions.proposals import Preferences, propose
from plugins.skillslab.services.sessions.series import SeriesDraft, publish_series, save_series, share_series
from plugins.skillslab.views.coordinating import coordinated_labs, organisers_of
from plugins.skillslab.views.week import monday_of

NOTICE = timedelta(days=7)
QUARTERS = 4
COUNT_TASK = "plugins.skillslab.tasks.count_demand_task"  # by its name: views and tasks do not know one another
SECONDS_BETWEEN = 5  # until the page looks again whether it was counted


def lab_of(request: HttpRequest, lab_uuid: UUID) -> tuple[User, Skillslab]:
    """The skillslab, where this person plans."""
    person = cast("SignedInRequest", request).user
    labs = coordinated_labs(person)
    if not labs:
        raise PermissionDenied
    lab = next((each for each in labs if each.uuid == lab_uuid), None)
    if lab is None:
        raise Http404
    return person, lab


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The week: sessions by room, with what clashes and what waits."""
    person = cast("SignedInRequest", request).user
    labs = coordinated_labs(person)
    if not labs:
        raise PermissionDenied
    today = timezone.localdate()
    monday = monday_of(request.GET.get("week"), today)
    found = board_of(skillslabs=labs, organisations=coordinated(person), monday=monday, now=timezone.now())
    week = timedelta(days=7)
    context = {"board": found, "labs": labs, "before": monday - week, "after": monday + week, "today": today}
    return render(request, "skillslab/board.html", context)


@login_required
def demand(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    """Who needs what by when, never about fewer than five people. Always counted over all quarters, of which so many rows are
    shown: else one choice less another would be about few people."""
    person, lab = lab_of(request, lab_uuid)
    asked = request.GET.get("kwartalen", "")
    count = min(max(int(asked), 1), MOST_QUARTERS) if asked.isdecimal() and len(asked) < 3 else QUARTERS
    found = counted_demand(skillslab=lab, today=timezone.localdate(), quarter_count=MOST_QUARTERS)
    if found.is_old and not is_under_way(skillslab=lab, quarter_count=MOST_QUARTERS):
        signature(COUNT_TASK, (lab.pk, MOST_QUARTERS)).delay()
    if found.demand is not None:
        found.demand.show(count)
    context = {
        "demand": found.demand,
        "counted_at": found.made_at,
        "lab": lab,
        "own": {each.pk for each in planning_organisations(person, lab)},
        "count": count,
        "counts": range(1, MOST_QUARTERS + 1),
        "first": timezone.localdate() + NOTICE,
    }
    response = render(request, "skillslab/demand.html", context)
    if found.demand is None:
        response["Refresh"] = str(SECONDS_BETWEEN)
    return response


@login_required
def series(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    """Dates for so many sessions; saving them makes all of them, or none."""
    person, lab = lab_of(request, lab_uuid)
    form = PreferencesForm(request.GET or None, initial=_first_guess(), skillslab=lab)
    context: dict[str, Any] = {"form": form, "lab": lab, "request_uuid": uuid.uuid4()}
    if not form.is_bound or not form.is_valid():
        return render(request, "skillslab/series.html", context, status=422 if form.errors else 200)
    wanted = form.preferences()
    partners = list(partners_using(lab).values())
    shares = SharesForm(
        request.POST or None,
        organisers=organisers_of(request, lab),
        partners=partners,
        capacity=wanted.capacity,
    )
    refusal = None
    if request.method == "POST" and shares.is_valid():
        try:
            plan = save_series(draft=_draft(request, person, lab, wanted, shares), by=person)
        except SessionRefusedError as error:
            refusal = error
            shares.add_error(None, str(error))
        else:
            _say_saved(request, plan)
            return redirect("skillslab:plan_series", plan.uuid)
    try:
        context["proposal"] = proposal = propose(preferences=wanted)
    except SessionRefusedError as error:
        form.add_error(None, str(error))
        return render(request, "skillslab/series.html", context, status=422)
    chosen = set(request.POST.getlist("moment")) if request.method == "POST" and refusal is None else None
    context["lines"] = [
        (each, value, chosen is None or value in chosen)
        for each in proposal.sessions
        for value in [moment_value((each.wish.location, each.wish.starts_at))]
    ]
    context |= {"shares": shares, "refusal": refusal, "wanted": wanted}
    return render(request, "skillslab/series.html", context, status=422 if shares.errors else 200)


def _first_guess() -> dict[str, Any]:
    today = timezone.localdate()
    return {"count": 4, "first": today + NOTICE, "last": today + timedelta(days=90)}


def _draft(request: HttpRequest, person: User, lab: Skillslab, wanted: Preferences, shares: SharesForm) -> SeriesDraft:
    try:
        request_uuid = UUID(request.POST.get("request", ""))
    except ValueError:
        request_uuid = uuid.uuid4()
    return SeriesDraft(
        request_uuid=request_uuid,
        session_type=wanted.session_type,
        organiser=shares.organiser,
        moments=moments_from(request.POST.getlist("moment"), lab),
        capacity=wanted.capacity,
        needed_until=wanted.last,
        shares=shares.shares,
        release_days=shares.cleaned_data["release_days"],
        is_open=request.POST.get("save") == "open",
    )


def _say_saved(request: HttpRequest, plan: Plan) -> None:
    count = plan.sessions.count()
    words = ngettext("%(count)d session is planned.", "%(count)d sessions are planned.", count) % {"count": count}
    messages.success(request, words)
    if plan.published_at:
        _say_who_hears(request)


def _say_who_hears(request: HttpRequest) -> None:
    """Without a number: it would be of the day that the series was planned for, which anybody can choose again."""
    messages.success(request, _("Who needs this hears it in their next mail."))


def _own_plan(request: HttpRequest, plan_uuid: UUID) -> tuple[User, Plan]:
    """A series of an organisation in which this person coordinates; whether others have one is not said."""
    person = cast("SignedInRequest", request).user
    own = [each.pk for each in coordinated(person)]
    rows = Plan.objects.filter(organiser__in=own).select_related("session_type__skillslab", "organiser")
    return person, get_object_or_404(rows, uuid=plan_uuid)


@login_required
def plan_series(request: HttpRequest, plan_uuid: UUID) -> HttpResponse:
    """One series: its dates, its places, and opening it. A POST keeps places for organisations in all its sessions."""
    person, plan = _own_plan(request, plan_uuid)
    sessions = list(plan.sessions.select_related("room__location").order_by("starts_at", "pk"))
    partners = list(partners_using(plan.session_type.skillslab).values())
    capacity = min((each.capacity for each in sessions), default=1)
    kept = _kept(sessions)
    form = SharesForm(
        request.POST or None, initial=kept, organisers=[plan.organiser], partners=partners, capacity=capacity
    )
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["release_days"]
        try:
            share_series(plan=plan, shares=form.shares, release_days=days, by=person)
        except SessionRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The places are kept in every session of this series."))
            return redirect("skillslab:plan_series", plan.uuid)
    drafts = [each for each in sessions if each.state == Session.State.DRAFT]
    context = {"plan": plan, "sessions": sessions, "form": form, "capacity": capacity, "drafts": drafts}
    return render(request, "skillslab/plan_series.html", context, status=422 if form.errors else 200)


def _kept(sessions: list[Session]) -> dict[str, int]:
    """What the first session keeps, as all of them do."""
    if not sessions:
        return {}
    first = sessions[0]
    kept = {f"kept_{each.organisation_id}": each.seats for each in first.seat_shares.all()}
    if first.release_at is not None:
        kept["release_days"] = (first.starts_at - first.release_at).days
    return kept


@login_required
@require_POST
def open_series(request: HttpRequest, plan_uuid: UUID) -> HttpResponse:
    """Open every draft of a series for booking."""
    person, plan = _own_plan(request, plan_uuid)
    was_open = plan.published_at is not None
    try:
        plan = publish_series(plan=plan, by=person)
    except SessionRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The sessions are open for booking."))
        if not was_open:
            _say_who_hears(request)
    return redirect("skillslab:plan_series", plan.uuid)
