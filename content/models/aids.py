"""Decision aids of others: pages that help somebody to choose with a doctor or nurse. We keep where they are, and nothing
of who uses one."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.models.pages import TopicPage

SILENT_TOO_OFTEN = 2  # weeks in a row in which a page did not answer
LONGEST_FAULT = 40


class DecisionAidQuerySet(models.QuerySet["DecisionAid"]):
    def usable(self) -> DecisionAidQuerySet:
        """Those that answered when they were looked at last, or missed one week only."""
        return self.filter(silent_weeks__lt=SILENT_TOO_OFTEN)

    def about(self, topic_id: int) -> DecisionAidQuerySet:
        """Those of a topic, in whichever language the topic is given."""
        return self.filter(topic__translation_key__in=TopicPage.objects.filter(pk=topic_id).values("translation_key"))


class DecisionAid(models.Model):
    """One decision aid, with who made it, when, for whom, and where it is. `organisation` looks after this entry."""

    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.CASCADE, related_name="decision_aids")
    topic = models.ForeignKey(TopicPage, verbose_name=_("topic"), on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    maker = models.CharField(_("made by"), max_length=120, help_text=_("Who answers for what it says."))
    made_on = models.DateField(_("date of the text"), help_text=_("As it stands on the page of the maker."))
    audience = models.CharField(_("for whom"), max_length=160)
    url = models.URLField(_("address"), max_length=500, unique=True, validators=[URLValidator(schemes=["https"])])
    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES, default="nl")
    is_spoken = models.BooleanField(_("can be listened to"), default=False)
    looked_at = models.DateTimeField(null=True, blank=True, editable=False)
    fault = models.CharField(max_length=LONGEST_FAULT, blank=True, default="", editable=False)
    silent_weeks = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = DecisionAidQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("decision aid")
        verbose_name_plural = _("decision aids")
        ordering: ClassVar = ["title", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="content_decisionaid_https",
                condition=Q(url__startswith="https://"),
                violation_error_message=_("The address begins with https://."),
            ),
            models.CheckConstraint(
                name="content_decisionaid_fault_when_silent",
                condition=Q(silent_weeks=0, fault="") | (Q(silent_weeks__gt=0) & ~Q(fault="")),
                violation_error_message=_("A page that does not answer has a fault."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_usable(self) -> bool:
        return self.silent_weeks < SILENT_TOO_OFTEN
