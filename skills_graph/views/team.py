"""The screens of who leads people: who may do what on a day, and which modules were finished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lxp import audit
from lxp.http import SignedInRequest
from lxp.models import Organisation, User
from lxp.permissions import may, require
from lxp.spreadsheet import csv_response
from lxp.wording import last_day
from skills_graph.models import Competency
from skills_graph.permissions import led_organisations
from skills_graph.services.explanation import explain
from skills_graph.services.standing import AsOf, Standing, facts_of, standings, wholes_of
from skills_graph.services.team import Member, Row, Team
from skills_graph.views.portfolio import ring_of

PEOPLE_PER_PAGE = 50
MOST_NOT_ASKED = 50
TOMORROW, FURTHEST = "morgen", timedelta(days=3650)
KNOWN_THEN = "toen"


@dataclass(frozen=True)
class Day:
    """The day that was chosen, as the form shows it and as addresses carry it."""

    as_of: AsOf
    today: date

    @property
    def day(self) -> date:
        return self.as_of.day

    @property
    def is_past(self) -> bool:
        return self.day < self.today

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def tomorrow(self) -> date:
        return self.today + timedelta(days=1)

    @property
    def is_tomorrow(self) -> bool:
        return self.day == self.tomorrow

    @property
    def is_known_then(self) -> bool:
        return self.as_of.moment is not None

    @property
    def query(self) -> str:
        """For addresses: empty for today."""
        values = {} if self.is_today else {"dag": self.day.isoformat()}
        return urlencode(values | ({"kennis": KNOWN_THEN} if self.is_known_then else {}))


def chosen_day(request: HttpRequest) -> Day:
    """From `dag` (a date, or “morgen”) and `kennis`; today where it says nothing that can be."""
    today, wanted = timezone.localdate(), request.GET.get("dag", "")
    try:
        day = today + timedelta(days=1) if wanted == TOMORROW else parse_date(wanted) or today
    except ValueError:  # a date that does not exist, such as 30 February
        day = today
    day = min(max(day, today - FURTHEST), today + FURTHEST)
    if day < today and request.GET.get("kennis") == KNOWN_THEN:
        return Day(AsOf.known_then(day), today)
    return Day(AsOf(day), today)


def leader_of(request: HttpRequest) -> tuple[User, Organisation]:
    """Who asks, and the organisation that the screen works for. Raises PermissionDenied for who leads nobody."""
    signed_in = cast("SignedInRequest", request)
    person, led = signed_in.user, led_organisations(signed_in.user)
    if not led:
        raise PermissionDenied("team.look")
    chosen = signed_in.organisation
    organisation = next((each for each in led if chosen and each.pk == chosen.pk), led[0])
    require(person, "team.look", organisation)
    return person, organisation


def _team(request: HttpRequest) -> tuple[Team, Day]:
    leader, organisation = leader_of(request)
    day = chosen_day(request)
    return Team(leader=leader, organisation=organisation, as_of=day.as_of), day


@login_required
def tasks(request: HttpRequest) -> HttpResponse:
    """What the jobs in the team ask, with how many are in order: figures, no names."""
    team, day = _team(request)
    counts = team.tasks()
    context = {
        "organisation": team.organisation,
        "day": day,
        "tasks": counts,
        "people_count": len(team.members),
        "missing_count": sum(each.not_in_order for each in counts),
    }
    return render(request, "skills_graph/team/tasks.html", context)


def _task(team: Team, competency_uuid: UUID) -> Competency:
    """A competency that a job in the team asks, on the day that is judged or today: who turns to a day on which nobody asked
    it reads that. Anything else is not there."""
    for each in (team, team.of_today()):
        found = next((asked for asked in each.asked.values() if asked.uuid == competency_uuid), None)
        if found is not None:
            return found
    raise Http404


@login_required
def task(request: HttpRequest, competency_uuid: UUID) -> HttpResponse:
    """Who may (not) do a task: looking at it is written down for everybody on the page."""
    team, day = _team(request)
    competency = _task(team, competency_uuid)
    rows = team.people_of(competency)
    page = Paginator(rows, PEOPLE_PER_PAGE).get_page(request.GET.get("p"))
    audit.record_looks(
        "team.looked",
        by=team.leader,
        people=[row.member.pk for row in page],
        organisation=team.organisation,
        about=competency,
        day=day.day.isoformat(),
    )
    not_asked = team.not_asked_of(competency)
    named = [*(row.member for row in page), *not_asked[:MOST_NOT_ASKED]]
    missing_count = sum(not row.standing.is_in_order for row in rows)
    context = {
        "organisation": team.organisation,
        "day": day,
        "competency": competency,
        "page": page,
        "open_records": team.open_records([member.pk for member in named]),
        "missing_count": missing_count,
        "able_count": len(rows) - missing_count,
        "not_asked": not_asked[:MOST_NOT_ASKED],
        "not_asked_count": len(not_asked),
        "not_shown_count": max(len(not_asked) - MOST_NOT_ASKED, 0),
        "expiring_count": sum(row.standing.state == "expires" for row in rows),
        "query": f"{day.query}&" if day.query else "",
    }
    return render(request, "skills_graph/team/task.html", context)


@login_required
def download(request: HttpRequest, competency_uuid: UUID | None = None) -> HttpResponseBase:
    """The same as CSV: one task, or all of them."""
    team, day = _team(request)
    if competency_uuid is None:
        rows, people, name = team.everything(), [*team.members], _("team")
    else:
        found = team.people_of(_task(team, competency_uuid))
        rows, people, name = iter(found), [row.member.pk for row in found], _("task")
    about = _task(team, competency_uuid) if competency_uuid else None
    audit.record_looks(
        "team.exported", by=team.leader, people=people, organisation=team.organisation, about=about,
        day=day.day.isoformat(),
    )  # fmt: skip
    header = [
        _("Name"), _("Department"), _("Job"), _("Skill"), _("Asked level"), _("Level"), _("State"),
        _("Until and including"), _("Missing"), _("On day"),
    ]  # fmt: skip
    return csv_response(f"{name}-{day.day.isoformat()}", header, _cells(rows, day.day))


def _cells(rows: Iterator[Row], day: date) -> Iterator[list[Any]]:
    for row in rows:
        member, standing = row.member, row.standing
        missing = ", ".join(str(part.competency) for part in standing.missing_parts)
        yield [
            member.name, ", ".join(member.units), ", ".join(member.jobs), standing.competency, standing.asked_words,
            standing.level_words, standing.state.label, last_day(standing.ends_on), missing, day,
        ]  # fmt: skip


def _member(team: Team, person_uuid: UUID) -> tuple[User, Member]:
    """Somebody of the team, on the day that is judged or today, whom one leads today; anybody else is not there."""
    about = get_object_or_404(User, uuid=person_uuid)
    member = team.members.get(about.pk) or team.of_today().members.get(about.pk)
    if member is None or not may(team.leader, "record.look", about):
        raise Http404
    return about, member


@login_required
def person(request: HttpRequest, person_uuid: UUID) -> HttpResponse:
    """One person of the team, against what the job here asks."""
    team, day = _team(request)
    about, member = _member(team, person_uuid)
    audit.record_looks("record.looked", by=team.leader, people=[about.pk], organisation=team.organisation)
    context = {
        "organisation": team.organisation,
        "day": day,
        "about": about,
        "member": member,
        "is_there": about.pk in team.members,
        "standings": _standings(team, member) if about.pk in team.members else [],
    }
    return render(request, "skills_graph/team/person.html", context)


def _standings(team: Team, member: Member) -> list[Standing]:
    needs = team.needs_of(member)
    wholes = wholes_of(needs, [team.organisation], team.as_of.moment)
    facts = facts_of([member.pk], team.as_of).get(member.pk, {})
    return standings(needs.values(), facts, team.as_of.day, wholes)


@login_required
def person_why(request: HttpRequest, person_uuid: UUID, competency_uuid: UUID) -> HttpResponse:
    """Why somebody of the team is (not) in order on a day, for a task that the job here asks."""
    team, day = _team(request)
    about, member = _member(team, person_uuid)
    need = next((each for each in team.needs_of(member).values() if each.competency.uuid == competency_uuid), None)
    if (
        need is None or about.pk not in team.members
    ):  # how they stood before they worked here is not the leader's business
        raise Http404
    leader = team.leader
    audit.record_looks(
        "record.looked", by=leader, people=[about.pk], organisation=team.organisation, about=need.competency
    )  # fmt: skip
    found = explain(person=about, need=need, viewer=leader, as_of=day.as_of)
    shown = [row for ground in found.grounds for row in ground.evidence]
    revocable = {row.uuid for row in shown if not day.is_past and may(leader, "evidence.revoke", row)}
    context = {
        "explanation": found, "is_asked": True, "is_own": False, "about": about, "revocable": revocable, "day": day,
    }  # fmt: skip
    context |= ring_of(found)
    return render(request, "skills_graph/why.html", context)
