"""Sessions, the types that they are of, and everything that a session has been given."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lxp.models import User
from lxp.plugin_keys import key_to
from plugins.skillslab.models.places import Skillslab
from plugins.skillslab.models.resources import EquipmentKind, Resource


class SessionType(models.Model):
    """What is practised, and what that takes. `module` and `block_id` name the activity that a session serves."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    skillslab = models.ForeignKey(Skillslab, on_delete=models.PROTECT, related_name="session_types")
    slug = models.SlugField(_("short name"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    module = key_to("courses.Module", _("module"), null=True, blank=True)
    block_id = models.UUIDField(_("activity"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=180)
    setup_minutes = models.PositiveSmallIntegerField(_("minutes to set up"), default=30)
    cleanup_minutes = models.PositiveSmallIntegerField(_("minutes to clean up"), default=15)
    minimum = models.PositiveSmallIntegerField(_("at least so many people"), default=1)
    maximum = models.PositiveSmallIntegerField(_("at most so many people"), default=12)
    people_per_instructor = models.PositiveSmallIntegerField(_("people for each instructor"), default=6)
    assessors = models.PositiveSmallIntegerField(_("assessors"), default=0)
    retired_at = models.DateTimeField(_("taken out of use"), null=True, blank=True)

    class Meta:
        ordering = ("title",)
        verbose_name = _("type of session")
        verbose_name_plural = _("types of sessions")
        constraints = [
            models.UniqueConstraint(name="skillslab_sessiontype_once", fields=["skillslab", "slug"]),
            models.CheckConstraint(
                name="skillslab_sessiontype_minimum_fits",
                condition=Q(minimum__gte=1, maximum__gte=F("minimum")),
                violation_error_message=_("The most is at least the least, and that is at least one."),
            ),
            models.CheckConstraint(
                name="skillslab_sessiontype_whole_quarters",
                condition=Q(minutes__gte=15),
                violation_error_message=_("A session takes a quarter of an hour at least."),
            ),
            models.CheckConstraint(
                name="skillslab_sessiontype_has_instructors", condition=Q(people_per_instructor__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.title_en if self.title_en and get_language() == "en" else self.title

    def instructors_for(self, people: int) -> int:
        """How many instructors so many people need."""
        return -(-people // self.people_per_instructor)


class EquipmentNeed(models.Model):
    """So many pieces of a kind: for a whole session, or for each so many people."""

    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="equipment_needs")
    equipment_kind = models.ForeignKey(EquipmentKind, on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveSmallIntegerField(_("pieces"), default=1)
    people = models.PositiveSmallIntegerField(_("for each so many people"), null=True, blank=True)

    class Meta:
        verbose_name = _("needed equipment")
        verbose_name_plural = _("needed equipment")
        constraints = [
            models.UniqueConstraint(name="skillslab_need_once", fields=["session_type", "equipment_kind"]),
            models.CheckConstraint(
                name="skillslab_need_positive", condition=Q(pieces__gt=0) & (Q(people__isnull=True) | Q(people__gt=0))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} × {self.equipment_kind}"

    def pieces_for(self, people: int) -> int:
        return self.pieces if self.people is None else self.pieces * -(-people // self.people)


class Prerequisite(models.Model):
    """What somebody must have before the day of a session: a module completed, or a competency at a level."""

    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="prerequisites")
    module = key_to("courses.Module", _("module"), null=True, blank=True)
    competency = key_to("skills_graph.Competency", _("competency"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)

    class Meta:
        verbose_name = _("needed before")
        verbose_name_plural = _("needed before")
        constraints = [
            models.CheckConstraint(
                name="skillslab_prerequisite_one_thing",
                condition=Q(module__isnull=False, competency__isnull=True, level__isnull=True)
                | Q(module__isnull=True, competency__isnull=False, level__gt=0),
                violation_error_message=_("Choose a module, or a competency with a level."),
            ),
            models.UniqueConstraint(
                name="skillslab_prerequisite_module_once",
                fields=["session_type", "module"],
                condition=Q(module__isnull=False),
            ),
            models.UniqueConstraint(
                name="skillslab_prerequisite_skill_once",
                fields=["session_type", "competency"],
                condition=Q(competency__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.module if self.competency_id is None else self.competency)


class SessionQuerySet(models.QuerySet["Session"]):
    def open_to(self, person: User) -> SessionQuerySet:
        """The sessions that this person may see: published, in a skillslab of one of their organisations."""
        return self.filter(session_type__skillslab__in=Skillslab.objects.open_to(person)).exclude(
            state=Session.State.DRAFT
        )

    def published(self) -> SessionQuerySet:
        return self.filter(state=Session.State.PUBLISHED)


class Session(models.Model):
    """A time on which people practise together. Moments are stored in UTC; `sequence` rises with every change that calendars
    must hear of (RFC 5545, 3.8.7.4), and `moved_at` is when it last got another time or location. `request_uuid` comes from who
    plans it, so that the same request twice is one session."""

    class State(models.TextChoices):
        DRAFT = "draft", _("not shown yet")
        PUBLISHED = "published", _("open for booking")
        CANCELLED = "cancelled", _("cancelled")
        CLOSED = "closed", _("done")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session_type = models.ForeignKey(SessionType, on_delete=models.PROTECT, related_name="sessions")
    plan = models.ForeignKey(
        "skillslab.Plan",
        verbose_name=_("series"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
    )
    organiser = key_to("lxp.Organisation", _("run by"))
    room = models.ForeignKey(Resource, verbose_name=_("room"), on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    capacity = models.PositiveSmallIntegerField(_("places"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PUBLISHED)
    release_at = models.DateTimeField(_("reserved places are free for all from"), null=True, blank=True)
    note = models.CharField(_("good to know"), max_length=300, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    changed_by = key_to(settings.AUTH_USER_MODEL, _("changed by"), null=True)
    moved_at = models.DateTimeField(_("moved at"), null=True, blank=True)
    request_uuid = models.UUIDField(_("request"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=200, blank=True)
    code_secret = models.CharField(max_length=64, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = key_to(settings.AUTH_USER_MODEL, _("closed by"), null=True)
    list_digest = models.CharField(_("stamp of the list"), max_length=64, blank=True)
    list_rows = models.JSONField(_("stamps of the lines"), default=list, blank=True, editable=False)
    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at", "pk")
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [
            models.Index(fields=["starts_at", "state"], name="skillslab_session_when"),
            models.Index(fields=["session_type", "starts_at"], name="skillslab_session_type"),
        ]
        constraints = [
            models.CheckConstraint(
                name="skillslab_session_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A session ends after it starts."),
            ),
            models.CheckConstraint(name="skillslab_session_has_places", condition=Q(capacity__gt=0)),
            models.UniqueConstraint(name="skillslab_session_request_once", fields=["organiser", "request_uuid"]),
            models.CheckConstraint(
                name="skillslab_session_closed_with_list",
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(list_digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_type} · {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def book_until(self) -> datetime:
        """The last moment to book, and to be offered a place."""
        return self.starts_at - timedelta(minutes=self.session_type.skillslab.book_until_minutes)

    @property
    def cancel_until(self) -> datetime:
        """Until then somebody may cancel without a reason."""
        return self.starts_at - timedelta(hours=self.session_type.skillslab.cancel_hours)

    def takes_bookings(self, now: datetime) -> bool:
        return self.state == self.State.PUBLISHED and now < self.book_until


class SeatShare(models.Model):
    """Places of a session that are kept for an organisation, until the session's `release_at`."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="seat_shares")
    organisation = key_to("lxp.Organisation", _("organisation"))
    seats = models.PositiveSmallIntegerField(_("places"))

    class Meta:
        verbose_name = _("reserved places")
        verbose_name_plural = _("reserved places")
        constraints = [
            models.UniqueConstraint(name="skillslab_seatshare_once", fields=["session", "organisation"]),
            models.CheckConstraint(name="skillslab_seatshare_positive", condition=Q(seats__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.seats}"


class Allocation(models.Model):
    """One thing or person that a session has been given."""

    class Role(models.TextChoices):
        ROOM = "room", _("room")
        EQUIPMENT = "equipment", _("equipment")
        INSTRUCTOR = "instructor", _("instructor")
        ASSESSOR = "assessor", _("assessor")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="allocations")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    resource = models.ForeignKey(
        Resource, verbose_name=_("room or piece"), on_delete=models.PROTECT, null=True, related_name="allocations"
    )
    person = key_to(settings.AUTH_USER_MODEL, _("person"), null=True)
    handed_out_at = models.DateTimeField(_("handed out"), null=True, blank=True)
    handed_out_by = key_to(settings.AUTH_USER_MODEL, _("handed out by"), null=True, blank=True)
    returned_at = models.DateTimeField(_("came back"), null=True, blank=True)
    returned_to = key_to(settings.AUTH_USER_MODEL, _("taken back by"), null=True, blank=True)

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.CheckConstraint(
                name="skillslab_allocation_thing_or_person",
                condition=Q(role__in=["room", "equipment"], resource__isnull=False, person__isnull=True)
                | Q(role__in=["instructor", "assessor"], resource__isnull=True, person__isnull=False),
            ),
            models.UniqueConstraint(
                name="skillslab_allocation_thing_once",
                fields=["session", "resource"],
                condition=Q(resource__isnull=False),
            ),
            models.UniqueConstraint(
                name="skillslab_allocation_person_once",
                fields=["session", "person"],
                condition=Q(person__isnull=False),
            ),
            models.UniqueConstraint(name="skillslab_allocation_one_room", fields=["session"], condition=Q(role="room")),
            models.CheckConstraint(
                name="skillslab_allocation_back_after_out",
                condition=Q(returned_at__isnull=True)
                | Q(handed_out_at__isnull=False, returned_at__gte=F("handed_out_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.resource or self.person}"


class Replacement(models.Model):
    """Somebody who was to teach a session and does not any more; their calendar must hear of it. Why is nobody's business."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="replacements")
    role = models.CharField(_("role"), max_length=12, choices=Allocation.Role.choices)
    person = key_to(settings.AUTH_USER_MODEL, _("who was to come"))
    replaced_at = models.DateTimeField(_("replaced at"), default=timezone.now)

    class Meta:
        verbose_name = _("replacement")
        verbose_name_plural = _("replacements")
        indexes = [models.Index(fields=["person", "replaced_at"], name="skillslab_replacement_whose")]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.session_id}"
