"""What a person chooses to hear, and when; what is kept of it, and how it goes."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import Digest, Notice, NoticeSettings, User
from lxp.person_data import ExportPart

A_DAY = timedelta(days=1)
MAIL_FIELDS = ("made_at", "state", "sent_at")


def _settings_of(person: User) -> NoticeSettings:
    """For who has none yet, as if they were told until yesterday: the first digest tells of today."""
    return NoticeSettings.objects.get_or_create(person=person, defaults={"looked_at": timezone.now() - A_DAY})[0]


@transaction.atomic
def choose_notices(*, person: User, is_on: bool, weekday: int | None, hour: int, muted: list[str]) -> NoticeSettings:
    """Keep a choice: `weekday` 1 (Monday) to 7, or None for every day; `hour` from which; `muted` kinds not to send."""
    chosen = _settings_of(person)
    chosen.is_on, chosen.weekday, chosen.hour, chosen.muted = is_on, weekday, hour, sorted(muted)
    chosen.save(update_fields=["is_on", "weekday", "hour", "muted"])
    return chosen


@transaction.atomic
def stop_digest(*, person: User) -> None:
    """No digest any more, until the person chooses otherwise. What goes at once is not stopped by this."""
    chosen = _settings_of(person)
    chosen.is_on = False
    chosen.save(update_fields=["is_on"])


def export_parts(*, person: User) -> list[ExportPart]:
    chosen = NoticeSettings.objects.filter(person=person).values("is_on", "weekday", "hour", "muted", "looked_at")
    digests = Digest.objects.filter(person=person).values("day", "item_count", *MAIL_FIELDS)
    notices = Notice.objects.filter(person=person).values("kind", "title", "text", "url", "address", *MAIL_FIELDS)
    return [
        ExportPart("mail_settings", _("Which mails you want"), chosen),
        ExportPart("digests", _("Digests that we sent you"), digests),
        ExportPart("notices", _("Mails that we sent you at once"), notices),
    ]


@transaction.atomic
def forget(*, person: User) -> None:
    """Remove what was chosen and sent; what waits is not sent any more."""
    for model in (NoticeSettings, Digest, Notice):
        model.objects.filter(person=person).delete()
