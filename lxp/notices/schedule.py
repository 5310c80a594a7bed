"""Who is due for a digest at a moment: by the clock and the calendar of this installation, also when the clock changes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lxp.models import Digest, Mail, Membership, NoticeSettings, User
from lxp.models.notices import DEFAULT_HOUR

FIRST_LOOK_BACK = timedelta(days=7)
LONGEST_LOOK_BACK = timedelta(days=31)


def start_of(day: date) -> datetime:
    """Midnight of a day here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def reachable() -> QuerySet[User]:
    """People who may get mail: active, not wiped, and with a place in an organisation today: nobody hears of us before
    the first day at work, nor after the last. Who runs the installation needs no place."""
    places = Membership.objects.current().filter(person=OuterRef("pk"))
    return User.objects.filter(Exists(places) | Q(is_superuser=True), is_active=True, wiped_at__isnull=True)


def due_people(now: datetime) -> QuerySet[User]:
    """People who should be looked at: the hour that they chose has come, and they were not told since the day that they
    chose began. Who was down, or could not be mailed, on that day is due at the same hour of the next one."""
    local = timezone.localtime(now)
    today = local.date()
    told_before = Q(notice_settings__weekday__isnull=True, notice_settings__looked_at__lt=start_of(today))
    for weekday in NoticeSettings.Weekday.values:
        latest = today - timedelta(days=(today.isoweekday() - weekday) % 7)
        told_before |= Q(notice_settings__weekday=weekday, notice_settings__looked_at__lt=start_of(latest))
    chosen = Q(notice_settings__is_on=True, notice_settings__hour__lte=local.hour) & told_before
    if local.hour >= DEFAULT_HOUR:
        chosen |= Q(notice_settings__isnull=True, date_joined__lt=start_of(today))
    has_one = Digest.objects.filter(person=OuterRef("pk"), day=today)
    return reachable().filter(chosen).exclude(Exists(has_one)).order_by("pk")


def waiting_again(now: datetime) -> QuerySet[User]:
    """People whose digest of today could not be sent, or was left behind by a process that died, and may be tried again."""
    today = timezone.localtime(now).date()
    mine = Digest.objects.filter(person=OuterRef("pk"), day=today, state=Mail.State.WAITING, try_at__lte=now)
    wants = Q(notice_settings__isnull=True) | Q(notice_settings__is_on=True)
    return reachable().filter(Exists(mine)).filter(wants).order_by("pk")


def since(person: User, known: NoticeSettings | None, now: datetime) -> datetime:
    """From when things are new to this person."""
    if known is None:
        return max(person.date_joined, now - FIRST_LOOK_BACK)
    return max(known.looked_at, now - LONGEST_LOOK_BACK)
