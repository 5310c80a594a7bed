"""The list of volunteers: who they are, how they stand, and what can be done for many at once."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from celery import signature
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lxp import audit
from lxp.http import asks_second_factor
from lxp.models import Organisation, User
from plugins.volunteers.forms.inviting import InviteForm
from plugins.volunteers.models import RoleAssignment, VolunteerRole
from plugins.volunteers.permissions import people_of
from plugins.volunteers.services.invited_lines import InvitedLine, read_list
from plugins.volunteers.services.inviting import invite
from plugins.volunteers.services.mine import reason_of
from plugins.volunteers.services.roles import assign_role, end_assignment, remind
from plugins.volunteers.services.standing import State, standing_of
from plugins.volunteers.views.working_for import coordinator

PEOPLE_PER_PAGE = 50
CHOSEN_AT_MOST = 500
INVITE_TASK = "plugins.volunteers.tasks.invite_task"  # by its name: views and tasks do not know one another
INVITED_AT_ONCE = 20  # in a page, and in one turn of the worker


def roles_of(organisation: Organisation) -> list[VolunteerRole]:
    return list(VolunteerRole.objects.filter(organisation=organisation, retired_at__isnull=True))


@asks_second_factor
@login_required
def volunteers(request: HttpRequest) -> HttpResponse:
    """All volunteers, by name; narrowed by role, by how they stand, and by words of their name."""
    _person, organisation = coordinator(request)
    return _listed(request, organisation)


def _listed(
    request: HttpRequest, organisation: Organisation, ticked: Collection[str] = (), status: int = 200
) -> HttpResponse:
    """The list as the address narrows it; `alles` in the address ticks everybody on this page of it."""
    roles = roles_of(organisation)
    asked = _asked(request)
    people = _found(organisation, asked["q"], next((each for each in roles if str(each.uuid) == asked["rol"]), None))
    standings = standing_of(people=list(people), organisation=organisation, language=get_language() or "nl")
    rows = [(people[pk], standings[pk]) for pk in people if not asked["stand"] or standings[pk].state == asked["stand"]]
    page = Paginator(rows, PEOPLE_PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "organisation": organisation,
        "roles": roles,
        "states": list(State.choices),
        "asked": asked,
        "page": page,
        "ticked": {str(each.uuid) for each, _standing in page} if "alles" in request.GET else set(ticked),
        "query": _kept(asked),
        "count": len(rows),
        "is_narrowed": any(asked.values()),
    }
    return render(request, "volunteers/volunteers.html", context, status=status)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:100].replace("\x00", "") for name in ("q", "rol", "stand")}


def _found(organisation: Organisation, words: str, role: VolunteerRole | None) -> dict[int, User]:
    """By id, in the order of names. Two queries."""
    rows = User.objects.filter(pk__in=people_of(organisation))
    for word in words.split()[:4]:
        rows = rows.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word))
    if role is not None:
        assigned = RoleAssignment.objects.filter(role=role, ended_at__isnull=True)
        rows = rows.filter(pk__in=assigned.values("person"))
    return {each.pk: each for each in rows.order_by("last_name", "first_name", "pk")}


def _kept(asked: dict[str, str]) -> str:
    kept = QueryDict(mutable=True)
    kept.update({name: value for name, value in asked.items() if value})
    return f"{kept.urlencode()}&" if kept else ""


@asks_second_factor
@login_required
def together(request: HttpRequest) -> HttpResponse:
    """Give the chosen volunteers a role, or remind them, and show the list as it was narrowed. What misses something keeps
    what was ticked; who comes here by signing in again sees the list."""
    person, organisation = coordinator(request)
    back = f"{reverse('volunteers:volunteers')}?{_kept(_asked(request))}p={request.GET.get('p', '1')[:9]}"
    if request.method != "POST":
        return redirect(back)
    wanted = {each for each in request.POST.getlist("wie")[:CHOSEN_AT_MOST] if _is_uuid(each)}
    people = list(User.objects.filter(uuid__in=wanted, pk__in=people_of(organisation)))
    if not people:
        messages.error(request, _("Tick at least one volunteer."))
        return _listed(request, organisation, status=422)
    if "herinner" in request.POST:
        count = remind(organisation=organisation, people=people, by=person)
        words = ngettext(
            "%(count)s volunteer reads it in the next mail.", "%(count)s volunteers read it in the next mail.", count
        )
        messages.success(request, words % {"count": count})
        return redirect(back)
    asked = request.POST.get("rol", "")
    role = next((each for each in roles_of(organisation) if str(each.uuid) == asked), None)
    if role is None:
        messages.error(request, _("Choose a role."))
        return _listed(request, organisation, ticked=wanted, status=422)
    count = assign_role(role=role, people=people, by=person)
    words = ngettext(
        "%(count)s volunteer has the role %(role)s now.", "%(count)s volunteers have the role %(role)s now.", count
    )
    messages.success(request, words % {"count": count, "role": role})
    return redirect(back)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@asks_second_factor
@login_required
def one(request: HttpRequest, person_uuid: UUID) -> HttpResponse:
    """One volunteer: roles, and how each card and module stands. The volunteer reads who looked."""
    coordinates, organisation = coordinator(request)
    found = get_object_or_404(User, uuid=person_uuid, pk__in=people_of(organisation))
    if request.method == "POST":
        key = request.POST.get("rol", "")
        rows = RoleAssignment.objects.filter(role__organisation=organisation, person=found, ended_at__isnull=True)
        row = (
            rows.filter(role__uuid=key).select_related("role__organisation", "person").first()
            if _is_uuid(key)
            else None
        )
        if row is None:
            raise Http404
        end_assignment(assignment=row, by=coordinates)
        messages.success(request, _("%(name)s no longer has the role %(role)s.") % {"name": found, "role": row.role})
        return redirect("volunteers:one", found.uuid)
    audit.record("volunteer.looked", by=coordinates, person=found, organisation=organisation)
    standing = standing_of(people=[found.pk], organisation=organisation, language=get_language() or "nl")[found.pk]
    rows = RoleAssignment.objects.filter(role__organisation=organisation, person=found, ended_at__isnull=True)
    context = {
        "organisation": organisation,
        "volunteer": found,
        "standing": standing,
        "lines": [(line, reason_of(line)) for line in standing.lines],
        "assignments": rows.select_related("role").order_by("role__title"),
    }
    return render(request, "volunteers/volunteer.html", context)


@asks_second_factor
@login_required
def inviting(request: HttpRequest) -> HttpResponse:
    """Paste a list, look at what it means, invite. What has a problem stays in the list to be mended."""
    person, organisation = coordinator(request)
    roles = VolunteerRole.objects.filter(organisation=organisation, retired_at__isnull=True)
    form = InviteForm(request.POST or None, request.FILES or None, roles=roles)
    lines, status = [], 200
    if request.method == "POST" and form.is_valid():
        lines = read_list(text=form.cleaned_data["text"], organisation=organisation)
        problems = [each for each in lines if each.problem]
        good = [each for each in lines if not each.problem]
        if "uitnodigen" in request.POST and good:
            messages.success(request, _invited(organisation, good, form.cleaned_data["role"], person))
            if not problems:
                return redirect("volunteers:volunteers")
            lines, good = read_list(text="\n".join(each.text for each in problems), organisation=organisation), []
        status = 422 if problems else 200
        text = "\n".join(each.text for each in lines)
        chosen = form.cleaned_data["role"]
        form = InviteForm(initial={"people": text, "role": chosen.uuid if chosen else None}, roles=roles)
    elif form.errors:
        status = 422
    context = {
        "organisation": organisation,
        "form": form,
        "lines": lines,
        "good": [each for each in lines if not each.problem],
        "problems": [each for each in lines if each.problem],
    }
    return render(request, "volunteers/invite.html", context, status=status)


def _invited(organisation: Organisation, lines: list[InvitedLine], role: VolunteerRole | None, by: User) -> str:
    """Invite them, and say so: a list of some at once, a long one by the worker, since a page has only seconds."""
    count = sum(not line.note for line in lines)  # a note says that somebody is here already
    if len(lines) <= INVITED_AT_ONCE:
        invite(organisation=organisation, lines=lines, role=role, by=by)
        if not count:
            return _("Everybody in this list was a volunteer here already.")
        words = ngettext("%(count)s volunteer was invited.", "%(count)s volunteers were invited.", count)
        return words % {"count": count}
    if not count and role is None:
        return _("Everybody in this list was a volunteer here already.")
    people = [[each.name, each.email] for each in lines]
    for start in range(0, len(people), INVITED_AT_ONCE):
        piece = people[start : start + INVITED_AT_ONCE]
        signature(INVITE_TASK, (organisation.pk, role.pk if role is not None else None, by.pk, piece)).delay()
    words = _(
        "%(count)s volunteers are being invited. That takes some minutes: more and more of them stand in this list."
    )
    return words % {"count": len(people)}
