"""Work behind the scenes that takes long: how far it is, and where to go on after a process was killed."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ABANDONED_AFTER = timedelta(minutes=10)  # without a sign of life; longer than any one piece of work takes


class JobQuerySet(models.QuerySet["Job"]):
    def running(self) -> JobQuerySet:
        return self.filter(finished_at__isnull=True)

    def finished(self) -> JobQuerySet:
        return self.filter(finished_at__isnull=False).order_by("-finished_at", "-pk")

    def free(self) -> JobQuerySet:
        """Those at which nobody works now: laid down between two turns, or left by a process that is gone."""
        return self.running().filter(Q(worker__isnull=True) | Q(heartbeat_at__lt=timezone.now() - ABANDONED_AFTER))

    def silent(self) -> JobQuerySet:
        """Those that nobody goes on with by itself: the next turn was lost, or its process is gone."""
        return self.running().filter(heartbeat_at__lt=timezone.now() - ABANDONED_AFTER)


class Job(models.Model):
    """One piece of long work. `name` says what kind, `about` of what; `position` is the last id that was done.

    `worker` is who works at it now, and `heartbeat_at` when it last said so. `error` is what went wrong last: where the
    job goes on, it is tried again.
    """

    name = models.CharField(_("name"), max_length=40)
    about = models.CharField(_("about"), max_length=200, blank=True)
    done = models.PositiveIntegerField(_("how many are done"), default=0)
    total = models.PositiveIntegerField(_("how many in all"), default=0)
    position = models.PositiveBigIntegerField(_("the last that was done"), default=0)
    worker = models.UUIDField(_("who works at it"), null=True)
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    heartbeat_at = models.DateTimeField(_("last sign of life"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    error = models.TextField(_("what went wrong"), blank=True)
    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at", "-pk")
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        constraints = [
            models.UniqueConstraint(
                name="lxp_job_once_at_a_time",
                fields=["name", "about"],
                condition=Q(finished_at__isnull=True),
                violation_error_message=_("This work is under way already."),
            ),
            models.CheckConstraint(
                name="lxp_job_ends_after_start",
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                violation_error_message=_("Work ends after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.about}".strip()

    @property
    def is_silent(self) -> bool:
        """Whether it should be under way, and nobody has worked at it for a while."""
        return self.finished_at is None and self.heartbeat_at < timezone.now() - ABANDONED_AFTER
