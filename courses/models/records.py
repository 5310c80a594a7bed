"""What learners leave behind. Records point at modules and versions, never at pages; none is ever reset."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.exceptions import OutdatedVersionError
from courses.models.catalogue import CourseVersion, Module, ModuleVersion, Significance
from lxp.models import Immutable, User
from lxp.models.immutable import ImmutableQuerySet


class Enrolment(models.Model):
    """A person takes up a module, or a course, for one organisation."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, null=True, related_name="enrolments")
    course_version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, null=True, related_name="enrolments")
    enrolled_at = models.DateTimeField(_("enrolled at"), default=timezone.now)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.CheckConstraint(
                name="courses_enrolment_module_or_course",
                condition=Q(module__isnull=True, course_version__isnull=False)
                | Q(module__isnull=False, course_version__isnull=True),
            ),
            models.UniqueConstraint(
                name="courses_enrolment_module_once",
                fields=["person", "organisation", "module"],
                condition=Q(module__isnull=False),
            ),
            models.UniqueConstraint(
                name="courses_enrolment_course_once",
                fields=["person", "organisation", "course_version"],
                condition=Q(course_version__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.module or self.course_version}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def visible_to(self, person: User | AnonymousUser) -> AttemptQuerySet:
        """Only the learner's own; what assessors see goes through requests."""
        return self.filter(person=person) if isinstance(person, User) else self.none()

    def under_way(self) -> AttemptQuerySet:
        return self.filter(completed_at__isnull=True)

    def completed(self) -> AttemptQuerySet:
        return self.filter(completed_at__isnull=False)

    def locked(self) -> AttemptQuerySet:
        """For nobody else to change before this transaction ends, with the person, who is locked first: the order in which
        everybody takes these locks is person, attempt, request. The person's ledger is locked with the person."""
        return self.select_for_update(of=("person", "self"), no_key=True).select_related("person")


class Attempt(models.Model):
    """One person takes one version for one organisation. Doing it again is a new attempt."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts")
    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="attempts")
    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    active_at = models.DateTimeField(_("last active at"), default=timezone.now)
    completed_at = models.DateTimeField(_("completed at"), null=True)
    passed = models.BooleanField(_("passed"), null=True)
    score_percent = models.PositiveSmallIntegerField(_("score in percent"), null=True)
    resume_block_id = models.UUIDField(null=True)
    resume_anchor = models.CharField(max_length=80, blank=True)
    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ("-active_at",)
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        indexes = [models.Index(fields=["person", "-active_at"], name="courses_attempt_person")]
        constraints = [
            models.UniqueConstraint(
                name="courses_attempt_number_once", fields=["person", "organisation", "module", "number"]
            ),
            models.UniqueConstraint(
                name="courses_attempt_one_under_way",
                fields=["person", "organisation", "module"],
                condition=Q(completed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="courses_attempt_score_is_percent",
                condition=Q(score_percent__isnull=True) | Q(score_percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.version} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("courses:resume", args=[self.uuid])

    @property
    def is_open(self) -> bool:
        return self.completed_at is None

    def safety_changes(self) -> models.QuerySet[ModuleVersion]:
        """The safety changes that were published after the version of this attempt, the first one first."""
        later = self.module.versions.filter(number__gt=self.version.number, significance=Significance.SAFETY)
        return later.order_by("number")

    @property
    def must_move(self) -> bool:
        """Whether the learner must take the newest version first: under way, with a safety change since. Asks the
        database only where there is a newer version."""
        is_behind = self.is_open and self.module.current_version_id not in (None, self.version_id)
        return is_behind and self.safety_changes().exists()

    def check_current(self) -> None:
        """Raise OutdatedVersionError when this version takes no more answers, because a safer one replaced it."""
        if self.must_move:
            raise OutdatedVersionError(
                _("There is a safer version of “%(title)s”. Take the new version; then answer once more.")
                % {"title": self.version.title}
            )


class ProgressEvent(Immutable):
    """One act of a learner or assessor in an activity, with the identity that the browser gave it."""

    uuid = models.UUIDField(_("event"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="events")
    block_id = models.UUIDField(_("block"))
    name = models.CharField(_("what"), max_length=40)
    payload = models.JSONField(default=dict)
    device = models.CharField(_("device"), max_length=40, blank=True)
    sequence = models.PositiveIntegerField(_("sequence on the device"), default=0)
    client_time = models.DateTimeField(_("time on the device"), null=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    language = models.CharField(_("language"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("progress event")
        verbose_name_plural = _("progress events")
        indexes = [models.Index(fields=["attempt", "block_id", "id"], name="courses_event_activity")]
        constraints = [models.UniqueConstraint(name="courses_progressevent_once", fields=["person", "uuid"])]

    def __str__(self) -> str:
        return f"{self.name} {self.uuid}"


class ActivityState(models.Model):
    """Where a person stands in one activity of an attempt: the fold of its events, kept for speed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="states")
    block_id = models.UUIDField(_("block"))
    kind = models.CharField(_("kind"), max_length=60)
    schema = models.PositiveSmallIntegerField(default=1)
    data = models.JSONField(default=dict)
    sequences = models.JSONField(default=dict)
    completed_at = models.DateTimeField(_("completed at"), null=True)
    passed = models.BooleanField(_("passed"), null=True)
    score_percent = models.PositiveSmallIntegerField(_("score in percent"), null=True)
    updated_at = models.DateTimeField(_("changed at"), default=timezone.now)

    class Meta:
        verbose_name = _("activity state")
        verbose_name_plural = _("activity states")
        constraints = [
            models.UniqueConstraint(name="courses_activitystate_once", fields=["person", "attempt", "block_id"])
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.block_id}"


class ActivityPreference(models.Model):
    """What a kind of activity remembers of a person, everywhere."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=60)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("activity preference")
        verbose_name_plural = _("activity preferences")
        constraints = [models.UniqueConstraint(name="courses_activitypreference_once", fields=["person", "kind"])]

    def __str__(self) -> str:
        return self.kind


class ActivitySummary(models.Model):
    """What an activity of a module remembers of all people of one organisation together; no names."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    block_id = models.UUIDField(_("block"))
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("activity summary")
        verbose_name_plural = _("activity summaries")
        constraints = [
            models.UniqueConstraint(name="courses_activitysummary_once", fields=["module", "organisation", "block_id"])
        ]

    def __str__(self) -> str:
        return str(self.block_id)


class AssessmentRequestQuerySet(models.QuerySet["AssessmentRequest"]):
    def waiting(self) -> AssessmentRequestQuerySet:
        return self.filter(closed_at__isnull=True)

    def visible_to(self, person: User) -> AssessmentRequestQuerySet:
        """The requests in organisations where this person is an assessor today, except their own."""
        return self.filter(organisation__in=person.organisations_with_role("assessor")).exclude(person=person)


class AssessmentRequest(models.Model):
    """A learner asks to be assessed at work."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="assessment_requests")
    block_id = models.UUIDField(_("block"))
    requested_at = models.DateTimeField(_("asked at"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    objects = AssessmentRequestQuerySet.as_manager()

    class Meta:
        ordering = ("requested_at",)
        verbose_name = _("request for assessment")
        verbose_name_plural = _("requests for assessment")
        indexes = [models.Index(fields=["organisation", "closed_at"], name="courses_request_waiting")]
        constraints = [
            models.UniqueConstraint(
                name="courses_assessmentrequest_one_open",
                fields=["person", "attempt", "block_id"],
                condition=Q(closed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.attempt.version.title}"


class AssessmentQuerySet(ImmutableQuerySet):
    def visible_to(self, person: User) -> AssessmentQuerySet:
        """What was signed in organisations where this person is an assessor today, except about themselves."""
        return self.filter(organisation__in=person.organisations_with_role("assessor")).exclude(person=person)


class Assessment(Immutable):
    """An assessor's signed judgement; a correction is a new one."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.OneToOneField(AssessmentRequest, on_delete=models.PROTECT, related_name="assessment")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    scores = models.JSONField(_("scores by criterion"), default=dict)
    is_competent = models.BooleanField(_("competent"))
    feedback = models.TextField(_("feedback"), blank=True)
    signed_at = models.DateTimeField(_("signed at"), default=timezone.now)
    objects = AssessmentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.CheckConstraint(
                name="courses_assessment_not_own",
                condition=~Q(assessor=F("person")),
                violation_error_message=_("Nobody signs for themselves."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.signed_at:%Y-%m-%d}"
