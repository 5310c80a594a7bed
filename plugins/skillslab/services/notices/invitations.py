"""Invitations for somebody's own calendar (iTIP, RFC 5546): a REQUEST for a place, a CANCEL for one that is gone.

They come with the daily mail, or at once for who chose that; what changes within a day goes at once to everybody. The
identity of an event stays and its sequence rises, so that a late mail never undoes a newer one.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import vCalAddress, vText

from lxp.models import UrgentKind, User
from lxp.notices.urgent import tell_at_once
from lxp.wording import full_moment
from plugins.skillslab.models import Booking, InvitationChoice, Session
from plugins.skillslab.services.notices.calendars import calendar_with, event_of_booking

REQUEST, CANCEL = "REQUEST", "CANCEL"


def choice_of(person: User) -> str:
    chosen = InvitationChoice.objects.filter(person=person).values_list("when", flat=True).first()
    return chosen or InvitationChoice.When.DAILY


@transaction.atomic
def choose_invitations(*, person: User, when: str) -> InvitationChoice:
    """Keep with which mail somebody wants invitations. Raises ValueError for another word than those of `When`."""
    chosen, _is_new = InvitationChoice.objects.update_or_create(
        person=person, defaults={"when": InvitationChoice.When(when)}
    )
    return chosen


def invitation(booking: Booking, person: User) -> str:
    """The invitation that tells how a place stands now. The booking comes with its session, type, room and location."""
    event = event_of_booking(booking)
    is_off = booking.state == Booking.State.CANCELLED
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["cn"] = vText(name or settings.SITE_NAME)
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["cn"] = vText(person.get_full_name())
    attendee.params["partstat"] = vText("NEEDS-ACTION" if booking.is_asked else "DECLINED" if is_off else "ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    event.add("organizer", organizer)
    event.add("attendee", attendee)
    return calendar_with([event], method=CANCEL if is_off else REQUEST).decode()


def invite_at_once(booking: Booking, session: Session, person: User) -> None:
    """Send the invitation now, where the person chose that; else it comes with the daily mail."""
    if choice_of(person) != InvitationChoice.When.AT_ONCE:
        return
    key = f"invitation:{booking.uuid}:{session.sequence + booking.sequence}"
    tell_at_once(person=person, kind=UrgentKind.BOOKING, key=key, words=_words(booking, session, person), url=_url())


def _words(booking: Booking, session: Session, person: User) -> Callable[[], dict[str, str]]:
    def words() -> dict[str, str]:
        is_off = booking.state == Booking.State.CANCELLED
        title = _("Your place is cancelled: %(title)s") if is_off else _("You have a place: %(title)s")
        where = f"{full_moment(session.starts_at)}, {session.room.location}"
        booking.session = session
        return {
            "title": title % {"title": session.session_type},
            "text": where,
            "action": _("See my places"),
            "calendar": invitation(booking, person),
        }

    return words


def _url() -> str:
    return reverse("skillslab:mine")
