"""Which graph this is, and what its changes concern."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skills_graph.models.graph import Competency


class GraphVersion(models.Model):
    """One number that rises with every change of what infers, in the transaction that changes it.

    A change that is rolled back gives its number to the next one; the stamp tells the two apart. `words` is a stamp of its
    own, of what competencies are called. Who may assess, what a job asks and what a module proves infer nothing, so they
    change neither.
    """

    number = models.PositiveBigIntegerField(default=0)
    stamp = models.UUIDField(default=uuid.uuid4, editable=False)
    words = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = _("version of the graph")
        verbose_name_plural = _("versions of the graph")
        constraints = [models.CheckConstraint(name="skills_graph_graphversion_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def raise_number(cls) -> None:
        if not cls.objects.filter(pk=1).update(number=F("number") + 1, stamp=uuid.uuid4()):
            cls.objects.get_or_create(pk=1, defaults={"number": 1})

    @classmethod
    def renew_words(cls) -> None:
        if not cls.objects.filter(pk=1).update(words=uuid.uuid4()):
            cls.objects.get_or_create(pk=1)


class GraphChange(models.Model):
    """A competency that a change of the graph concerns: who has records of it and was derived before `number` is behind.

    Empty is every competency. It goes when everybody has been derived anew, and nothing that began before it can be under way.
    """

    number = models.PositiveBigIntegerField()
    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, null=True, db_index=False, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of the graph")
        verbose_name_plural = _("changes of the graph")
        indexes = [models.Index(fields=["competency", "number"], name="skills_graph_change_skill")]

    def __str__(self) -> str:
        return f"{self.number} · {self.competency_id or '*'}"
