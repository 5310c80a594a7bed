"""Inviting many volunteers at once: everybody on a list gets a place."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp import audit
from lxp.models import Membership, MembershipKind, Organisation, UrgentKind, User
from lxp.notices.urgent import tell_at_once
from lxp.permissions import require
from lxp.services.members import find_or_make_person
from lxp.services.organisations import grant_membership
from plugins.volunteers.models import VolunteerRole
from plugins.volunteers.services.invited_lines import InvitedLine
from plugins.volunteers.services.roles import assign_role


@transaction.atomic
def invite(
    *, organisation: Organisation, lines: Iterable[InvitedLine], role: VolunteerRole | None, by: User
) -> list[User]:
    """Give everybody in these lines a place as a volunteer, and the role; who is new reads of it at once by mail.

    Lines with a problem are left out. Asking twice invites once. Returns who is a volunteer now, also who was already.
    """
    require(by, "volunteers.coordinate", organisation)
    people = []
    for line in lines:
        if line.problem:
            continue
        first, _space, last = line.name.partition(" ")
        person = find_or_make_person(email=line.email, first_name=first, last_name=last)
        make_volunteer(person=person, organisation=organisation, by=by)
        people.append(person)
    if role is not None:
        assign_role(role=role, people=people, by=by)
    return people


def make_volunteer(*, person: User, organisation: Organisation, by: User | None) -> Membership:
    """A place as a volunteer from today, for who has none."""
    rows = Membership.objects.of_volunteers().filter(person=person, organisation=organisation)
    known = rows.current().first() or rows.filter(starts_on=timezone.localdate()).first()
    if known is not None and (known.ends_on is None or known.ends_on >= timezone.localdate()):
        return known
    place = grant_membership(
        person=person, organisation=organisation, kind=MembershipKind.VOLUNTEER, starts_on=timezone.localdate(), by=by
    )
    audit.record("volunteer.invited", by=by, about=place, person=person, organisation=organisation)
    if by is not None:
        tell_at_once(
            person=person,
            kind=UrgentKind.SECURITY,
            key=f"volunteer:{place.pk}",
            words=lambda: {
                "title": _("Welcome as a volunteer of %(organisation)s") % {"organisation": organisation},
                "text": _(
                    "%(name)s invited you. You log in with your e-mail address; you get a code by mail and need no "
                    "password. Are you no volunteer there? Then tell us under “My data”."
                )
                % {"name": by},
                "action": _("See what is ready for you"),
            },
            url=reverse("volunteers:mine"),
        )
    return place
