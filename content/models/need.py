"""What people who read cards need, as counts: how often something happened in a quarter of a year; nothing of a person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.models.instructions import InstructionPage
from content.quarters import LONGEST

FEWEST = 5  # what happened less often is shown to nobody
MARK_LENGTH = 64
LONGEST_WORD = 30


class Act(models.TextChoices):
    """What is counted, each once for a page that is open. Opened: looked at for five seconds, printed or answered. Failed: a
    first answer to a question was not right."""

    OPENED = "opened", _("opened")
    PRINTED = "printed", _("printed")
    ANSWERED = "answered", _("questions answered")
    FAILED = "failed", _("first answer not right")
    NOT_RIGHT = "not_right", _("said to be not right")
    MISSED = "missed", _("searched and not found")


class NeedCount(models.Model):
    """How often an act happened with a card, or a search found nothing, in one language and one quarter."""

    card = models.ForeignKey(InstructionPage, on_delete=models.CASCADE, null=True, related_name="+")
    act = models.CharField(max_length=10, choices=Act.choices)
    language = models.CharField(max_length=12)
    quarter = models.CharField(max_length=LONGEST)
    times = models.PositiveIntegerField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("count of what people need")
        verbose_name_plural = _("counts of what people need")
        constraints = [
            models.UniqueConstraint(
                name="content_needcount_once",
                fields=["card", "quarter", "language", "act"],
                condition=Q(card__isnull=False),
            ),
            models.UniqueConstraint(
                name="content_needcount_search_once",
                fields=["quarter", "language", "act"],
                condition=Q(card__isnull=True),
            ),
            models.CheckConstraint(name="content_needcount_act", condition=Q(act__in=Act.values)),
            models.CheckConstraint(
                name="content_needcount_card_unless_missed",
                condition=Q(act=Act.MISSED, card__isnull=True) | (~Q(act=Act.MISSED) & Q(card__isnull=False)),
                violation_error_message=_("An act is about a card; a search that found nothing is not."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.language} {self.quarter}: {self.times}"


class MissedWord(models.Model):
    """A word that found no card. Until it was searched five times in a quarter its text is not there: only a keyed mark, by
    which it is known again."""

    language = models.CharField(max_length=12)
    quarter = models.CharField(max_length=LONGEST)
    mark = models.CharField(max_length=MARK_LENGTH)
    times = models.PositiveIntegerField(default=0)
    text = models.CharField(max_length=LONGEST_WORD, blank=True, default="")

    class Meta:
        verbose_name = _("word that found no card")
        verbose_name_plural = _("words that found no card")
        constraints = [
            models.UniqueConstraint(name="content_missedword_once", fields=["quarter", "language", "mark"]),
            models.CheckConstraint(
                name="content_missedword_text_from_five",
                condition=Q(times__lt=FEWEST, text="") | (Q(times__gte=FEWEST) & ~Q(text="")),
                violation_error_message=_("A word is kept only once it was searched five times."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text or '–'} {self.language} {self.quarter}: {self.times}"
