"""What people hear who wait for a place: that the session is called off or moved, and that an offer ended without their doing.
Within a day, or where an offer was taken from them, at once; else in the mail of the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import UrgentKind, User
from lxp.notices.urgent import tell_at_once
from lxp.wording import full_moment
from plugins.skillslab.models import Offer, Session, WaitlistEntry

AT_ONCE = timedelta(hours=24)


def tell_wait_over(entry: WaitlistEntry, session: Session, person: User, *, was_offered: bool) -> None:
    """That a session for which somebody waits does not go on; who was offered a place at once, hears this at once too."""

    def words() -> dict[str, str]:
        return {
            "title": _("The session is cancelled: %(title)s") % {"title": session.session_type},
            "text": _("It was on %(moment)s. Choose another moment.") % {"moment": full_moment(session.starts_at)},
            "action": _("See my places"),
        }

    if was_offered or _is_soon(session):
        _tell(person, UrgentKind.BOOKING, f"waiting-off:{entry.uuid}", words)


def tell_wait_moved(entry: WaitlistEntry, session: Session, person: User) -> None:
    """That a session for which somebody waits is at another time or place."""

    def words() -> dict[str, str]:
        return {
            "title": _("The session moved: %(title)s") % {"title": session.session_type},
            "text": moved_words(session),
            "action": _("See my places"),
        }

    if _is_soon(session):
        _tell(person, UrgentKind.BOOKING, f"waiting-moved:{entry.uuid}:{session.sequence}", words)


def tell_lapsed(offer: Offer, session: Session, person: User) -> None:
    """That a place was kept for somebody who did not answer in time."""
    if _is_soon(session):
        _tell(person, UrgentKind.OFFER, f"lapsed:{offer.uuid}", lambda: _ended(session, late_words()))


def tell_taken_back(offer: Offer, session: Session, person: User) -> None:
    """That an offer is taken back, since there are fewer places: at once, as the offer itself was told."""
    _tell(person, UrgentKind.OFFER, f"taken-back:{offer.uuid}", lambda: _ended(session, fewer_words()))


def moved_words(session: Session) -> str:
    """Where a session is now for which somebody waits, in the language of now."""
    names = {"moment": full_moment(session.starts_at), "place": session.room.location}
    return _("It is now on %(moment)s in %(place)s. You keep your place in the queue.") % names


def late_words() -> str:
    return _("You did not answer in time, so the place was free for somebody else.")


def fewer_words() -> str:
    return (
        f"{_('There are fewer places than before, so this offer has ended.')} {_('You keep your place in the queue.')}"
    )


def _ended(session: Session, text: str) -> dict[str, str]:
    title = _("Your offer has ended: %(title)s") % {"title": session.session_type}
    return {"title": title, "text": text, "action": _("See my places")}


def _is_soon(session: Session) -> bool:
    return session.starts_at - timezone.now() <= AT_ONCE


def _tell(person: User, kind: UrgentKind, key: str, words: Callable[[], dict[str, str]]) -> None:
    tell_at_once(person=person, kind=kind, key=key, words=words, url=reverse("skillslab:mine"))
