"""Sets of cards that a professional hands over. Nothing in them is about the people who get them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.plugin_keys import key_to


class Occasion(models.TextChoices):
    """What the set is called on its page: a choice, so that nobody writes a name into it."""

    HOME = "home", _("Help at home")
    HOSPITAL = "hospital", _("Home from the hospital")
    NIGHT = "night", _("For the evening and the night")
    MEDICINES = "medicines", _("About medicines")
    MOVING = "moving", _("Moving and lifting")
    FAREWELL = "farewell", _("In the last phase of life")


class CardSetQuerySet(models.QuerySet["CardSet"]):
    def of(self, person: Any) -> CardSetQuerySet:
        return self.filter(made_by=person).order_by("-made_at", "-pk")


class CardSet(models.Model):
    """A set with a secret address, for who got it. `opened` counts how often, and nothing else is kept of a visit."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.CharField(max_length=43, unique=True, editable=False)
    organisation = key_to("lxp.Organisation", _("organisation"))
    made_by = key_to("lxp.User", _("made by"), null=True)
    made_at = models.DateTimeField(default=timezone.now)
    occasion = models.CharField(_("what it is for"), max_length=20, choices=Occasion.choices, default=Occasion.HOME)
    phone = models.CharField(_("number to call"), max_length=20)
    ends_on = models.DateField(_("works until and including"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    opened = models.PositiveIntegerField(_("times opened"), default=0)
    objects = CardSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("set of cards")
        verbose_name_plural = _("sets of cards")
        indexes = [models.Index(fields=["made_by", "-made_at"], name="volunteers_cardset_made")]
        constraints = [
            models.CheckConstraint(name="volunteers_cardset_occasion", condition=Q(occasion__in=Occasion.values)),
        ]

    def __str__(self) -> str:
        return self.get_occasion_display()

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.ends_on >= timezone.localdate()


class SetCard(models.Model):
    """One card of a set, in its place."""

    card_set = models.ForeignKey(CardSet, on_delete=models.CASCADE, related_name="cards")
    card_uuid = models.UUIDField(_("instruction card"))
    position = models.PositiveSmallIntegerField(_("place"))

    class Meta:
        ordering = ("position",)
        verbose_name = _("card in a set")
        verbose_name_plural = _("cards in a set")
        constraints = [
            models.UniqueConstraint(name="volunteers_setcard_once", fields=["card_set", "card_uuid"]),
            models.UniqueConstraint(name="volunteers_setcard_one_in_a_place", fields=["card_set", "position"]),
        ]

    def __str__(self) -> str:
        return f"{self.card_set_id} · {self.position}"
