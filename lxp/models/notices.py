"""Mail to people: what each wants to hear and when, one digest a day at most, and the few notices that go at once.

A row says how far a mail is, so that a process may die at any moment. Its words are made when it is sent, but for notices.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DEFAULT_HOUR = 8


class DigestKind(models.TextChoices):
    """What an item of a digest is about; a person can do without each."""

    PROOF = "proof", _("What I can do: proof that expires")
    ASSESSMENT = "assessment", _("Assessment: what colleagues ask me")
    LEARNING = "learning", _("Modules that I follow: important changes")
    BOOKINGS = "bookings", _("Places that I booked")
    NEWS = "news", _("News of my organisation")


class UrgentKind(models.TextChoices):
    """The four exceptions: what cannot wait for the digest."""

    OFFER = "offer", _("A place is offered to me, and the offer ends today")
    BOOKING = "booking", _("A booked place changes within 24 hours")
    SIGN_OFF = "sign_off", _("An assessor answered me, or a proof was withdrawn")
    SECURITY = "security", _("Something changed in my account")


class NoticeSettings(models.Model):
    """When a person wants the digest, and what not; and until when they have been told. Without a row: every day at 8."""

    class Weekday(models.IntegerChoices):
        """As ISO 8601 numbers them."""

        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notice_settings")
    is_on = models.BooleanField(_("digest"), default=True)
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday.choices, null=True, blank=True)
    hour = models.PositiveSmallIntegerField(_("from this hour"), default=DEFAULT_HOUR)
    muted = models.JSONField(_("kinds that are not wanted"), default=list, blank=True)
    looked_at = models.DateTimeField(_("told until"), default=timezone.now)

    class Meta:
        verbose_name = _("settings of mail")
        verbose_name_plural = _("settings of mail")
        constraints = [
            models.CheckConstraint(name="lxp_noticesettings_hour_of_a_day", condition=Q(hour__lte=23)),
            models.CheckConstraint(
                name="lxp_noticesettings_day_of_a_week",
                condition=Q(weekday__isnull=True) | Q(weekday__gte=1, weekday__lte=7),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class Mail(models.Model):
    """One mail to one person, and how far it is.

    Waiting: `try_at` is when it may be taken up; a worker that takes it up puts it some minutes ahead. Sending: it is being
    handed to the mail server, and whether it went nobody knows until the next state is written.
    """

    class State(models.TextChoices):
        """From waiting by sending to sent, back to waiting when the server refused for now, or given up."""

        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("is being sent")
        SENT = "sent", _("sent")
        GIVEN_UP = "given_up", _("given up")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    try_at = models.DateTimeField(_("not before"), default=timezone.now)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def change(self, *states: str, **values: Any) -> bool:
        """Write values, where the row still is in one of these states and nobody else took it up; whether it was."""
        mine = type(self)._default_manager.filter(pk=self.pk, state__in=states, try_at=self.try_at)
        changed = bool(mine.update(**values))
        if changed:
            for name, value in values.items():
                setattr(self, name, value)
        return changed

    def mark_sent(self, at: datetime) -> None:
        self.change(self.State.SENDING, state=self.State.SENT, sent_at=at, failure="")


class Digest(Mail):
    """What was told to one person on one day. The unique day is why two workers never send two."""

    day = models.DateField(_("day"))
    item_count = models.PositiveSmallIntegerField(_("items"))

    class Meta:
        ordering = ("-day",)
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        indexes = [models.Index(fields=["state", "try_at"], name="lxp_digest_waiting")]
        constraints = [
            models.UniqueConstraint(name="lxp_digest_one_a_day", fields=["person", "day"]),
            models.CheckConstraint(
                name="lxp_digest_sent_says_when",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(name="lxp_digest_says_something", condition=Q(item_count__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.day}"

    @transaction.atomic
    def mark_sent(self, at: datetime) -> None:
        """Sent, and the person has been told until the moment at which it was made: never the one without the other."""
        super().mark_sent(at)
        NoticeSettings.objects.filter(person=self.person_id).update(looked_at=self.made_at)


class Notice(Mail):
    """One of the four exceptions, in the words that its person reads; told once for each `key`."""

    kind = models.CharField(_("kind"), max_length=20, choices=UrgentKind.choices)
    key = models.CharField(_("about"), max_length=120)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    url = models.CharField(_("address"), max_length=500, blank=True)
    action = models.CharField(_("what to do"), max_length=100, blank=True)
    address = models.EmailField(_("to another address"), blank=True)
    calendar = models.TextField(_("invitation"), blank=True)

    class Meta:
        ordering = ("-made_at",)
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [models.Index(fields=["state", "try_at"], name="lxp_notice_waiting")]
        constraints = [
            models.UniqueConstraint(name="lxp_notice_once", fields=["person", "kind", "key"]),
            models.CheckConstraint(name="lxp_notice_kind_known", condition=Q(kind__in=UrgentKind.values)),
            models.CheckConstraint(
                name="lxp_notice_sent_says_when",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.person_id}"
