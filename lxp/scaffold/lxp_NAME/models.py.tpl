"""What this plugin remembers. Its keys to LXP leave no constraint behind, so that it can be taken out at any time."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.models import User


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, person: User) -> MessageQuerySet:
        """Those of the organisations where this person works and the plugin is on: every view and hook begins here."""
        places = [each for each in person.organisations if "NAME" in each.plugins]
        return self.filter(organisation__in=places)

    def of_day(self, day: date) -> MessageQuerySet:
        return self.filter(day=day)


class Message(models.Model):
    """A few words of an organisation to its own people, for one day."""

    organisation = models.ForeignKey(
        "lxp.Organisation", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    text = models.CharField(_("message"), max_length=200)
    day = models.DateField(_("day"), default=timezone.localdate)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-pk")
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                name="NAME_message_says_something",
                condition=~models.Q(text=""),
                violation_error_message=_("Write something."),
            )
        ]

    def __str__(self) -> str:
        return self.text
