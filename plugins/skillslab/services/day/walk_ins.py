"""People who come without a booking: finding them, and giving them a free place."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp import audit
from lxp.models import Membership, Organisation, User
from lxp.permissions import require
from plugins.skillslab.exceptions import AttendanceRefusedError, SessionFullError
from plugins.skillslab.models import Booking, Offer, Partner, Session, WaitlistEntry
from plugins.skillslab.permissions import partners_of, planning_organisations
from plugins.skillslab.services.bookings.booking import seat
from plugins.skillslab.services.bookings.prerequisites import check_prerequisites
from plugins.skillslab.services.bookings.seats import seats_now
from plugins.skillslab.services.bookings.waitlist import objection_words, objections_to, settle
from plugins.skillslab.services.day.attendance import check_list_open, write_note
from plugins.skillslab.services.resources.claims import lock

SHOWN = 8
SHORTEST = 2


@dataclass
class Found:
    """Somebody who may be meant: for which partners they could come, whether they have a place, and why they cannot come."""

    person: User
    organisations: list[Organisation] = field(default_factory=list)
    has_place: bool = False
    objection: str = ""


def find_people(*, session: Session, words: str, by: User) -> list[Found]:
    """People of the partners whom these words mean. An e-mail address is found in full only, and of every partner; a name among
    the people of the organisations that the reader coordinates. Nobody's name is shown to who does not know them already. A
    constant number of queries."""
    require(by, "session.teach", session)
    lab = session.session_type.skillslab
    typed = words.strip()
    here = Membership.objects.of_staff().current().filter(person__is_active=True)
    if "@" in typed:
        known = EmailAddress.objects.filter(email__iexact=typed, verified=True).values("user")
        partners = Partner.objects.filter(skillslab=lab).values("organisation")
        rows = here.filter(Q(person__in=known) | Q(person__email__iexact=typed), organisation__in=partners)
    elif len(typed) >= SHORTEST:
        own = [each.pk for each in planning_organisations(by, lab)]
        rows = here.filter(organisation__in=own)
        for word in typed.split():
            rows = rows.filter(Q(person__first_name__icontains=word) | Q(person__last_name__icontains=word))
    else:
        return []
    rows = rows.select_related("person", "organisation").order_by("person__first_name", "person__last_name", "person")
    return _with_objections(session, [each for each in rows if "skillslab" in each.organisation.plugins])


def _with_objections(session: Session, rows: list[Membership]) -> list[Found]:
    found: dict[int, Found] = {}
    for row in rows:
        each = found.setdefault(row.person_id, Found(row.person))
        if row.organisation not in each.organisations:
            each.organisations.append(row.organisation)
    listed = dict(list(found.items())[:SHOWN])
    booked = Booking.objects.filter(session=session, person__in=listed, state=Booking.State.BOOKED)
    for person in booked.values_list("person", flat=True):
        listed[person].has_place = True
    for person, objection in (objections_to(session, list(listed)) if listed else {}).items():
        if not listed[person].has_place:
            listed[person].objection = objection_words(objection)
    return list(listed.values())


@transaction.atomic
def add_walk_in(*, session: Session, person: User, organisation: Organisation, by: User) -> Booking:
    """Give somebody who came without a booking a free place, and note that they are there. Twice is once.

    A place that is offered to somebody is not free. Raises AttendanceRefusedError when the list is not open or this
    organisation does not take part, and BookingRefusedError when nothing is free, something is missing, or the person is
    booked elsewhere now.
    """
    locked = lock(session)
    require(by, "session.teach", locked)
    now = timezone.now()
    check_list_open(locked, now)
    if organisation not in partners_of(person, locked.session_type.skillslab):
        raise AttendanceRefusedError(_("This person's organisation does not take part in the skillslab."))
    settle(locked, now)
    mine = Booking.objects.filter(session=locked, person=person)
    booking = mine.filter(state=Booking.State.BOOKED).first()
    if booking is None:
        if mine.filter(state=Booking.State.ASKED).exists():
            raise AttendanceRefusedError(_("This person still has to say yes to the new moment, in “My places”."))
        offers = Offer.objects.filter(session=locked, entry__person=person).open_at(now)
        own = list(offers.values_list("pk", flat=True))
        if not seats_now(locked, now).left and not own:
            raise SessionFullError(_("No place is free any more."))
        day = timezone.localdate(locked.starts_at)
        check_prerequisites(session_type=locked.session_type, person_id=person.pk, day=day)
        booking = seat(locked, person, organisation, uuid4(), now)
        Offer.objects.filter(pk__in=own).update(state=Offer.State.ACCEPTED, answered_at=now)
        waiting = WaitlistEntry.objects.filter(session=locked, person=person, state=WaitlistEntry.State.WAITING)
        waiting.update(state=WaitlistEntry.State.TAKEN, changed_at=now)
    if booking.attendance != Booking.Attendance.PRESENT:
        how = Booking.How.WALK_IN
        write_note(booking, Booking.Attendance.PRESENT, how, by=by, noted_at=now, now=now)
        audit.record("booking.walked_in", by=by, about=booking, person=person, organisation=locked.organiser)
    return booking
