"""Inviting many volunteers at once: reading a list that somebody pasted, and giving everybody on it a place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
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
from plugins.volunteers.services.roles import assign_role

MOST_LINES = 500
SEPARATORS = re.compile(r"[;,\t<>]+")
HEADINGS = frozenset({"naam", "name", "e-mail", "email", "mail", "e-mailadres", "voornaam", "achternaam"})
NAME_CHARACTERS = 150


@dataclass(frozen=True)
class InvitedLine:
    """One line of the list. `problem` says what to mend in it; `note` what is good to know."""

    number: int
    text: str
    name: str = ""
    email: str = ""
    problem: str = ""
    note: str = ""


def read_list(*, text: str, organisation: Organisation) -> list[InvitedLine]:
    """The lines of a list with a name and an address each, in any order and with any of `;`, `,`, tab or `<>` between them.
    One query."""
    here = Membership.objects.of_volunteers().current().filter(organisation=organisation)
    known = {email.lower() for email in here.values_list("person__email", flat=True)}
    found: list[InvitedLine] = []
    seen: dict[str, int] = {}
    for number, raw in enumerate(text.replace("\x00", "").splitlines(), start=1):
        parts = [part.strip().strip('"').strip() for part in SEPARATORS.split(raw)]
        parts = [part for part in parts if part]
        if not parts or {part.casefold() for part in parts} <= HEADINGS:
            continue
        found.append(_line(number, raw.strip(), parts, seen, known))
    return found


def _line(number: int, text: str, parts: list[str], seen: dict[str, int], known: set[str]) -> InvitedLine:
    addresses = [part for part in parts if "@" in part]
    name = " ".join(part for part in parts if "@" not in part)[: 2 * NAME_CHARACTERS]
    email = addresses[0].lower() if addresses else ""
    problem = note = ""
    if not addresses:
        problem = _("There is no e-mail address in this line.")
    elif len(addresses) > 1:
        problem = _("There are two e-mail addresses in this line. Put each person on a line of their own.")
    elif not _is_address(email):
        problem = _("“%(email)s” is no e-mail address. Look at the spelling.") % {"email": addresses[0]}
    elif not name:
        problem = _("There is no name in this line.")
    elif email in seen:
        problem = _("This address is in line %(number)s already.") % {"number": seen[email]}
    elif email in known:
        note = _("Is a volunteer here already, and stays that.")
    if email:
        seen.setdefault(email, number)
    return InvitedLine(number, text, name, email, problem, note)


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


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
        person = find_or_make_person(
            email=line.email, first_name=first[:NAME_CHARACTERS], last_name=last[:NAME_CHARACTERS]
        )
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
