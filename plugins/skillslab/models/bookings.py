"""Who comes: bookings, the waitlist and its offers; and the quarters of an hour that nothing and nobody can have twice."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.plugin_keys import key_to
from plugins.skillslab.models.resources import Resource
from plugins.skillslab.models.sessions import Allocation, Session

QUARTER_SECONDS = 900


class BookingQuerySet(models.QuerySet["Booking"]):
    def with_seat_at(self, now: datetime) -> BookingQuerySet:
        """Those whose seat counts at a moment: one who was asked again and did not answer in time has none."""
        return self.filter(Q(state=Booking.State.BOOKED) | Q(state=Booking.State.ASKED, answer_until__gt=now))

    def over_at(self, now: datetime) -> BookingQuerySet:
        """Those of a session that has ended, and those whose seat does not count any more."""
        unseated = Q(state=Booking.State.CANCELLED) | Q(state=Booking.State.ASKED, answer_until__lte=now)
        return self.filter(Q(session__ends_at__lte=now) | unseated)

    def coming(self) -> BookingQuerySet:
        now = timezone.now()
        return self.with_seat_at(now).filter(session__ends_at__gt=now).order_by("session__starts_at")


class Booking(models.Model):
    """A place of one person in one session, booked for one employer.

    `uuid` comes from who books, so that the same request twice is one booking. `asked` is a place whose session moved: it is
    kept, but it is no booking before the person says yes, so that it takes none of their time.
    """

    class State(models.TextChoices):
        BOOKED = "booked", _("booked")
        ASKED = "asked", _("asked again, since the session moved")
        CANCELLED = "cancelled", _("cancelled")

    class Attendance(models.TextChoices):
        UNKNOWN = "", _("not known yet")
        PRESENT = "present", _("was there")
        NO_SHOW = "no_show", _("did not come")
        EXCUSED = "excused", _("did not come, for a good reason")

    class How(models.TextChoices):
        CODE = "code", _("by the code")
        LIST = "list", _("by the list")
        WALK_IN = "walk_in", _("came without a booking")
        OFFLINE = "offline", _("by the list, without a connection")

    SEATED = (State.BOOKED, State.ASKED)

    uuid = models.UUIDField(_("request"), default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="bookings")
    person = key_to(settings.AUTH_USER_MODEL, _("person"))
    organisation = key_to("lxp.Organisation", _("for"))
    seat = models.PositiveSmallIntegerField(_("place"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.BOOKED)
    booked_at = models.DateTimeField(_("booked at"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    answer_until = models.DateTimeField(_("answer until"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_by = key_to(settings.AUTH_USER_MODEL, _("cancelled by"), null=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=200, blank=True)
    is_late = models.BooleanField(_("cancelled too late"), default=False)
    attendance = models.CharField(
        _("attendance"), max_length=10, choices=Attendance.choices, default=Attendance.UNKNOWN, blank=True
    )
    attendance_how = models.CharField(_("how that is known"), max_length=10, choices=How.choices, blank=True)
    attendance_at = models.DateTimeField(_("noted at"), null=True, blank=True)
    attendance_by = key_to(settings.AUTH_USER_MODEL, _("noted by"), null=True)
    sequence = models.PositiveIntegerField(default=0)
    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        indexes = [
            models.Index(fields=["person", "state"], name="skillslab_booking_person"),
            models.Index(fields=["session", "state"], name="skillslab_booking_session"),
        ]
        constraints = [
            models.UniqueConstraint(name="skillslab_booking_request_once", fields=["person", "uuid"]),
            models.UniqueConstraint(
                name="skillslab_booking_seat_once",
                fields=["session", "seat"],
                condition=Q(state__in=["booked", "asked"]),
            ),
            models.UniqueConstraint(
                name="skillslab_booking_person_once",
                fields=["session", "person"],
                condition=Q(state__in=["booked", "asked"]),
            ),
            models.CheckConstraint(name="skillslab_booking_seat_counts_from_one", condition=Q(seat__gte=1)),
            models.CheckConstraint(
                name="skillslab_booking_cancelled_at_a_moment",
                condition=~Q(state="cancelled") | Q(cancelled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="skillslab_booking_asked_until", condition=~Q(state="asked") | Q(answer_until__isnull=False)
            ),
            models.CheckConstraint(
                name="skillslab_booking_attendance_noted",
                condition=Q(attendance="") | Q(attendance_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.session_id} · {self.state}"

    @property
    def is_asked(self) -> bool:
        return self.state == self.State.ASKED


class WaitlistEntryQuerySet(models.QuerySet["WaitlistEntry"]):
    def waiting(self) -> WaitlistEntryQuerySet:
        """Who has no place yet and would like one, first come first."""
        return self.filter(state=WaitlistEntry.State.WAITING).order_by("joined_at", "pk")


class WaitlistEntry(models.Model):
    """Somebody who waits for a place. Who was offered one and let it go has left the list."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        TAKEN = "taken", _("got a place")
        LEFT = "left", _("left the list")
        LAPSED = "lapsed", _("did not answer in time")
        CALLED_OFF = "called_off", _("the session was called off")

    uuid = models.UUIDField(_("request"), default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="waitlist")
    person = key_to(settings.AUTH_USER_MODEL, _("person"))
    organisation = key_to("lxp.Organisation", _("for"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    joined_at = models.DateTimeField(_("since"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    skipped_because = models.CharField(_("why no place was offered"), max_length=300, blank=True)
    objects = WaitlistEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("place on a waitlist")
        verbose_name_plural = _("places on waitlists")
        indexes = [models.Index(fields=["session", "state", "joined_at"], name="skillslab_waitlist_order")]
        constraints = [
            models.UniqueConstraint(name="skillslab_waitlist_request_once", fields=["person", "uuid"]),
            models.UniqueConstraint(
                name="skillslab_waitlist_person_once", fields=["session", "person"], condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.session_id} · {self.state}"


class OfferQuerySet(models.QuerySet["Offer"]):
    def open_at(self, now: datetime) -> OfferQuerySet:
        """Those that still count at a moment: the clock decides, whether or not a worker has been by."""
        return self.filter(state=Offer.State.OPEN, expires_at__gt=now)


class Offer(models.Model):
    """A place that is kept for somebody of the waitlist until a moment. Until then nobody else can have it."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("not answered in time")
        WITHDRAWN = "withdrawn", _("taken back")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(WaitlistEntry, on_delete=models.CASCADE, related_name="offers")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="offers")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offered place")
        verbose_name_plural = _("offered places")
        indexes = [models.Index(fields=["session", "state"], name="skillslab_offer_session")]
        constraints = [
            models.UniqueConstraint(name="skillslab_offer_one_open", fields=["entry"], condition=Q(state="open")),
            models.CheckConstraint(name="skillslab_offer_ends_after_start", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} · {self.state}"


class Claim(models.Model):
    """One quarter of an hour of one thing or one person: the database refuses to give it twice.

    `quarter` counts quarters since 1970 in UTC, so that both changes of the clock are harmless. Claims of what is long past
    are removed; what happened is in the session and its bookings. `is_travel` is on the way to a session that somebody teaches.
    """

    quarter = models.PositiveIntegerField()
    is_travel = models.BooleanField(default=False)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, null=True, related_name="claims")
    person = key_to(settings.AUTH_USER_MODEL, _("person"), null=True)
    allocation = models.ForeignKey(Allocation, on_delete=models.CASCADE, null=True, related_name="claims")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, null=True, related_name="claims")

    class Meta:
        verbose_name = _("claimed quarter")
        verbose_name_plural = _("claimed quarters")
        constraints = [
            models.UniqueConstraint(
                name="skillslab_claim_resource_once",
                fields=["resource", "quarter"],
                condition=Q(resource__isnull=False),
            ),
            models.UniqueConstraint(
                name="skillslab_claim_person_once", fields=["person", "quarter"], condition=Q(person__isnull=False)
            ),
            models.CheckConstraint(
                name="skillslab_claim_of_one",
                condition=Q(resource__isnull=False, person__isnull=True, allocation__isnull=False, booking__isnull=True)
                | Q(resource__isnull=True, person__isnull=False, allocation__isnull=False, booking__isnull=True)
                | Q(resource__isnull=True, person__isnull=False, allocation__isnull=True, booking__isnull=False),
            ),
            models.CheckConstraint(
                name="skillslab_claim_travel_to_teach",
                condition=Q(is_travel=False) | Q(person__isnull=False, allocation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarter}"


class CalendarFeed(models.Model):
    """The secret address of somebody's calendar; a new one makes the old one stop."""

    person = key_to(settings.AUTH_USER_MODEL, _("person"))
    token = models.CharField(_("secret"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [models.UniqueConstraint(name="skillslab_calendarfeed_once", fields=["person"])]

    def __str__(self) -> str:
        return f"{self.person_id}"


def quarters(starts_at: datetime, ends_at: datetime) -> range:
    """The quarters of an hour that a time touches."""
    return range(int(starts_at.timestamp()) // QUARTER_SECONDS, -(-int(ends_at.timestamp()) // QUARTER_SECONDS))
