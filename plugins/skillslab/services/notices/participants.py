"""What people hear of at once: an offer, and a place that changes within a day. All else is in the digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import UrgentKind, User
from lxp.notices.urgent import tell_at_once
from lxp.wording import full_moment
from plugins.skillslab.models import Booking, InvitationChoice, Offer, Session
from plugins.skillslab.services.notices.invitations import choice_of, invitation

AT_ONCE = timedelta(hours=24)


def tell_offer(offer: Offer, person: User) -> None:
    """That a place is free for this person, until when, and where to say yes or no."""
    session = offer.session

    def words() -> dict[str, str]:
        text = _("It is on %(moment)s. Say yes or no before %(deadline)s; then it goes to the next person.")
        names = {"moment": full_moment(session.starts_at), "deadline": full_moment(offer.expires_at)}
        return {
            "title": _("There is a place for you: %(title)s") % {"title": session.session_type},
            "text": text % names,
            "action": _("Say yes or no"),
        }

    url = reverse("skillslab:offer", args=[offer.uuid])
    tell_at_once(person=person, kind=UrgentKind.OFFER, key=f"offer:{offer.uuid}", words=words, url=url)


def tell_cancelled(booking: Booking, session: Session, person: User) -> None:
    """That a place is cancelled, when the session is within a day."""

    def words() -> dict[str, str]:
        text = _("It was on %(moment)s. The session itself may go on.")
        if booking.cancelled_by_id not in (None, person.pk):
            text = _("It was on %(moment)s. A coordinator cancelled it: %(reason)s")
        names = {"moment": full_moment(session.starts_at), "reason": booking.cancel_reason}
        return {
            "title": _("Your place is cancelled: %(title)s") % {"title": session.session_type},
            "text": text % names,
            "action": _("See my places"),
        }

    _tell_change(booking, session, person, words)


def tell_session_cancelled(booking: Booking, session: Session, person: User) -> None:
    """That a session does not go on, when it was within a day."""

    def words() -> dict[str, str]:
        return {
            "title": _("The session is cancelled: %(title)s") % {"title": session.session_type},
            "text": _("It was on %(moment)s. Choose another moment.") % {"moment": full_moment(session.starts_at)},
            "action": _("See my places"),
        }

    _tell_change(booking, session, person, words)


def tell_moved(booking: Booking, session: Session, person: User) -> None:
    """That a session moved, when the answer or the session is within a day."""

    def words() -> dict[str, str]:
        deadline = full_moment(booking.answer_until)
        names = {"moment": full_moment(session.starts_at), "place": session.room.location, "deadline": deadline}
        text = _("It is now on %(moment)s in %(place)s. Say before %(deadline)s whether you can come.")
        return {
            "title": _("The session moved: %(title)s") % {"title": session.session_type},
            "text": text % names,
            "action": _("Say yes or no"),
        }

    _tell_change(booking, session, person, words)


def tell_room(booking: Booking, session: Session, person: User) -> None:
    """That a session is in another room, when it is within a day."""

    def words() -> dict[str, str]:
        return {
            "title": _("Another room: %(title)s") % {"title": session.session_type},
            "text": room_words(session),
            "action": _("See my places"),
        }

    _tell_change(booking, session, person, words)


def room_words(session: Session) -> str:
    return f"{full_moment(session.starts_at)}, {session.room.location}, {session.room}"


def _tell_change(booking: Booking, session: Session, person: User, words: Callable[[], dict[str, str]]) -> None:
    """At once within a day, with the invitation; earlier only for who wants invitations at once."""
    choice = choice_of(person)
    moments = [session.starts_at, *([booking.answer_until] if booking.answer_until else [])]
    if min(moments) - timezone.now() > AT_ONCE and choice != InvitationChoice.When.AT_ONCE:
        return
    booking.session = session
    wants = choice != InvitationChoice.When.NEVER
    key = f"booking:{booking.uuid}:{session.sequence + booking.sequence}"

    def with_invitation() -> dict[str, str]:
        return {**words(), "calendar": invitation(booking, person) if wants else ""}

    tell_at_once(person=person, kind=UrgentKind.BOOKING, key=key, words=with_invitation, url=reverse("skillslab:mine"))
