"""What exists, independent of pages: modules with their immutable versions, and courses."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from content.api import Theme
from lxp.models import Immutable, Organisation, User


class Sharing(models.TextChoices):
    """Who may find and use it, beside its owners."""

    ORGANISATION = "organisation", _("own organisation")
    CHOSEN = "chosen", _("chosen organisations")
    COALITION = "coalition", _("everybody in the coalition")
    PUBLIC = "public", _("everybody")


class Audience(models.TextChoices):
    """For whom a module is written."""

    STAFF = "staff", _("staff")
    VOLUNTEERS = "volunteers", _("volunteers")
    CAREGIVERS = "caregivers", _("informal caregivers")


class Significance(models.TextChoices):
    """What a change means for those who are learning or have learnt."""

    EDITORIAL = "editorial", _("editorial: nothing changes for learners")
    SUBSTANTIVE = "substantive", _("substantive: new learners get it, who is under way chooses")
    SAFETY = "safety", _("safety: everybody must see it")


class SharedQuerySet(models.QuerySet[Any]):
    """What modules and courses have in common: owners and sharing."""

    def visible_to(self, person: User | AnonymousUser) -> Any:
        """What this person may find: public things, and what the organisations that they work for own or are given. Who is
        only a volunteer finds what their organisation gives its volunteers, and nothing else."""
        if not isinstance(person, User) or not person.is_active:
            return self.filter(sharing=Sharing.PUBLIC)
        staff = [each.pk for each in person.staff_organisations]
        volunteer = [each.pk for each in person.volunteer_organisations]
        if not staff and not volunteer:
            return self.filter(sharing=Sharing.PUBLIC)
        found = self._found_by(staff) if staff else Q(pk__in=[])
        if volunteer:
            found |= self._found_by(volunteer) & self._given_to_volunteers_of(volunteer)
        return self.filter(found)

    def _given_to_volunteers_of(self, organisations: list[int]) -> Q:
        """Modules only: a course is for staff."""
        if self.model is not Module:
            return Q(pk__in=[])
        return Q(pk__in=GivenToVolunteers.objects.filter(organisation__in=organisations).values("module"))

    def found_by(self, organisation: Organisation) -> Any:
        """What the staff of one organisation may find."""
        return self.filter(self._found_by([organisation.pk]))

    def _found_by(self, organisations: list[int]) -> Q:
        given = self._linked(self.model.shared_with.through, organisations)
        found = Q(sharing__in=[Sharing.PUBLIC, Sharing.COALITION]) | Q(owner__in=organisations)
        if self.model is Module:
            found |= Q(pk__in=self._linked(Module.co_owners.through, organisations))
        return found | Q(sharing=Sharing.CHOSEN, pk__in=given)

    def _linked(self, through: Any, organisations: list[int]) -> Any:
        return through.objects.filter(organisation__in=organisations).values(self.model._meta.model_name)

    def published(self) -> Any:
        return self.filter(current_version__isnull=False, archived_at__isnull=True)


class Shared(models.Model):
    """Something with an owner that other organisations may find."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey("lxp.Organisation", verbose_name=_("owner"), on_delete=models.PROTECT, related_name="+")
    sharing = models.CharField(_("sharing"), max_length=20, choices=Sharing.choices, default=Sharing.ORGANISATION)
    shared_with = models.ManyToManyField(
        "lxp.Organisation", verbose_name=_("shared with"), blank=True, related_name="+"
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        abstract = True


class Module(Shared):
    """The thing itself, in whatever languages: learner records point here, never at a page."""

    co_owners = models.ManyToManyField(
        "lxp.Organisation", verbose_name=_("made together with"), blank=True, related_name="+"
    )
    source_language = models.CharField(_("source language"), max_length=10, default=settings.LANGUAGE_CODE)
    study_minutes = models.PositiveSmallIntegerField(_("norm time in minutes"), default=15)
    review_on = models.DateField(_("review on"), null=True, blank=True)
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies")
    current_version = models.ForeignKey("ModuleVersion", on_delete=models.PROTECT, null=True, related_name="+")
    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        indexes = [models.Index(fields=["owner", "sharing"], name="courses_module_owner")]
        constraints = [
            models.CheckConstraint(name="courses_module_sharing_known", condition=Q(sharing__in=Sharing.values)),
            models.CheckConstraint(name="courses_module_takes_time", condition=Q(study_minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return self.current_version.title if self.current_version is not None else str(self.uuid)


class GivenToVolunteers(models.Model):
    """A module that an organisation gives its volunteers, who find no other."""

    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("module for volunteers")
        verbose_name_plural = _("modules for volunteers")
        constraints = [
            models.UniqueConstraint(name="courses_giventovolunteers_once", fields=["organisation", "module"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} · {self.module_id}"


class ModuleVersion(Immutable):
    """What was published, frozen: every language, every learner and every proof refers to it."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=10)
    title = models.CharField(_("title"), max_length=255)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    goals = models.JSONField(_("goals"), default=list)
    theme = models.CharField(_("theme"), max_length=20, choices=Theme.choices)
    is_example = models.BooleanField(_("example, no protocol"), default=False)
    study_minutes = models.PositiveSmallIntegerField(_("norm time in minutes"))
    significance = models.CharField(_("significance"), max_length=20, choices=Significance.choices)
    change_note = models.CharField(_("what changed"), max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    files = models.JSONField(default=dict)
    published_at = models.DateTimeField(_("published at"), default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("module", "number")
        verbose_name = _("module version")
        verbose_name_plural = _("module versions")
        constraints = [
            models.UniqueConstraint(name="courses_moduleversion_number_once", fields=["module", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class VersionActivity(Immutable):
    """One activity of a version, as the author published it. Its content never leaves the server whole."""

    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="activities")
    position = models.PositiveSmallIntegerField(_("position"))
    block_id = models.UUIDField(_("block"))
    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=255)
    study_minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    is_required = models.BooleanField(_("needed to complete"), default=True)
    content = models.JSONField(default=dict)
    graded_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("version", "position")
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.UniqueConstraint(name="courses_versionactivity_position_once", fields=["version", "position"]),
            models.UniqueConstraint(name="courses_versionactivity_block_once", fields=["version", "block_id"]),
        ]

    def __str__(self) -> str:
        return self.title


class VersionText(Immutable):
    """The words of a version in another language, by block id; where a block is missing the source text shows."""

    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(_("language"), max_length=10)
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=255)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    goals = models.JSONField(default=list)
    titles = models.JSONField(default=dict)
    contents = models.JSONField(default=dict)
    published_at = models.DateTimeField(_("published at"), default=timezone.now)

    class Meta:
        verbose_name = _("version text")
        verbose_name_plural = _("version texts")
        constraints = [
            models.UniqueConstraint(name="courses_versiontext_once", fields=["version", "language", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class PinnedFile(models.Model):
    """A picture, film or attachment as it was when a version was published, named by its content."""

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="pinned")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("pinned file")
        verbose_name_plural = _("pinned files")

    def __str__(self) -> str:
        return self.sha256


class PinnedSource(models.Model):
    """A stored file of which the copy is known, so that publishing again reads nothing of it."""

    key = models.CharField(max_length=300, unique=True)  # its name, size and time of change
    pinned = models.ForeignKey(PinnedFile, on_delete=models.CASCADE, related_name="sources")

    class Meta:
        verbose_name = _("source of a pinned file")
        verbose_name_plural = _("sources of pinned files")

    def __str__(self) -> str:
        return self.key


class ModuleFacet(models.Model):
    """One property that the catalogue can narrow by, derived when a version is published."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("facet")
        verbose_name_plural = _("facets")
        indexes = [models.Index(fields=["name", "value", "module"], name="courses_facet_name_value")]
        constraints = [models.UniqueConstraint(name="courses_modulefacet_once", fields=["module", "name", "value"])]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class Course(Shared):
    """An ordered set of slots over modules of any owner."""

    current_version = models.ForeignKey("CourseVersion", on_delete=models.PROTECT, null=True, related_name="+")
    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.CheckConstraint(name="courses_course_sharing_known", condition=Q(sharing__in=Sharing.values)),
        ]

    def __str__(self) -> str:
        return self.current_version.title if self.current_version is not None else str(self.uuid)


class CourseVersion(Immutable):
    """A course as it was published."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=255)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    theme = models.CharField(_("theme"), max_length=20, choices=Theme.choices)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published at"), default=timezone.now)

    class Meta:
        verbose_name = _("course version")
        verbose_name_plural = _("course versions")
        constraints = [models.UniqueConstraint(name="courses_courseversion_number_once", fields=["course", "number"])]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class CourseSlot(Immutable):
    """A step of a course: all of its modules, or a number of them by choice."""

    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=255)
    choose = models.PositiveSmallIntegerField(_("how many to choose"), null=True)
    modules = models.ManyToManyField(Module, related_name="+")

    class Meta:
        ordering = ("version", "position")
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [
            models.UniqueConstraint(name="courses_courseslot_position_once", fields=["version", "position"]),
            models.CheckConstraint(
                name="courses_courseslot_choose_positive", condition=Q(choose__isnull=True) | Q(choose__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.title
