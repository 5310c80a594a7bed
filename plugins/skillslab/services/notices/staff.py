"""What teachers hear: that they are to teach a session, and that they are not any more. Within a day at once, else in the mail
of the day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import DigestKind, UrgentKind, User
from lxp.notices.items import DigestItem
from lxp.notices.urgent import tell_at_once
from lxp.wording import full_moment
from plugins.skillslab.models import Allocation, Replacement, Session

AT_ONCE = timedelta(hours=24)


def tell_teaching(session: Session, person: User) -> None:
    """That somebody teaches a session that begins within a day."""

    def words() -> dict[str, str]:
        return {
            "title": _("You teach: %(title)s") % {"title": session.session_type},
            "text": _place(session),
            "action": _("See my places"),
        }

    if session.starts_at - timezone.now() <= AT_ONCE:
        key = f"teaching:{session.uuid}:{session.sequence}"
        tell_at_once(person=person, kind=UrgentKind.BOOKING, key=key, words=words, url=reverse("skillslab:mine"))


def tell_replaced(session: Session, person: User) -> None:
    """That somebody else teaches a session that begins within a day."""

    def words() -> dict[str, str]:
        return {
            "title": _("Somebody else teaches: %(title)s") % {"title": session.session_type},
            "text": _place(session),
            "action": _("See my places"),
        }

    if session.starts_at - timezone.now() <= AT_ONCE:
        key = f"replaced:{session.uuid}:{session.sequence}"
        tell_at_once(person=person, kind=UrgentKind.BOOKING, key=key, words=words, url=reverse("skillslab:mine"))


def staff_digest(*, person: User, since: datetime) -> list[DigestItem]:
    """Sessions that somebody teaches since the last mail, or does not any more. Two queries."""
    now, url = timezone.now(), reverse("skillslab:mine")
    related = ("session__session_type", "session__room__location")
    rows = Allocation.objects.filter(person=person, session__starts_at__gt=now, session__changed_at__gt=since)
    rows = rows.filter(session__state=Session.State.PUBLISHED).select_related(*related).order_by("session__starts_at")
    teaching = {each.session_id: each.session for each in rows}
    gone = Replacement.objects.filter(person=person, replaced_at__gt=since, session__starts_at__gt=now)
    replaced = {each.session_id: each.session for each in gone.select_related(*related).order_by("session__starts_at")}
    items = [_item(_("You teach: %(title)s"), each, url) for each in teaching.values()]
    lost = [each for key, each in replaced.items() if key not in teaching]
    return items + [_item(_("Somebody else teaches: %(title)s"), each, url) for each in lost]


def _item(words: str, session: Session, url: str) -> DigestItem:
    title = words % {"title": session.session_type}
    return DigestItem(DigestKind.BOOKINGS, title, url, text=_place(session), day=session.starts_at)


def _place(session: Session) -> str:
    return f"{full_moment(session.starts_at)}, {session.room.location}"
