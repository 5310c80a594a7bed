"""Where people practise: skillslabs, their partners, locations, and when these are open."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lxp.models import User
from lxp.plugin_keys import key_to


class SkillslabQuerySet(models.QuerySet["Skillslab"]):
    def open_to(self, person: User) -> SkillslabQuerySet:
        """The skillslabs of which an organisation of this person is a partner, and has the plugin on."""
        mine = [each.pk for each in person.staff_organisations if "skillslab" in each.plugins]
        return self.filter(pk__in=Partner.objects.filter(organisation__in=mine).values("skillslab"))


class Skillslab(models.Model):
    """A skillslab that organisations share; its owner looks after rooms and equipment. Times are rules for every session."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    owner = key_to("lxp.Organisation", _("looked after by"))
    cancel_hours = models.PositiveSmallIntegerField(_("free to cancel until so many hours before"), default=24)
    offer_hours = models.PositiveSmallIntegerField(_("an offered place is kept for so many hours"), default=24)
    book_until_minutes = models.PositiveSmallIntegerField(_("booking closes so many minutes before"), default=30)
    seat_hour_cents = models.PositiveIntegerField(_("price of a place for an hour, in cents"), default=0)
    objects = SkillslabQuerySet.as_manager()

    class Meta:
        verbose_name = _("skillslab")
        verbose_name_plural = _("skillslabs")
        constraints = [
            models.CheckConstraint(
                name="skillslab_skillslab_keeps_offers",
                condition=Q(offer_hours__gt=0),
                violation_error_message=_("Keep an offered place for an hour at least."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """An organisation whose people may come."""

    skillslab = models.ForeignKey(Skillslab, on_delete=models.CASCADE, related_name="partners")
    organisation = key_to("lxp.Organisation", _("organisation"))

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [models.UniqueConstraint(name="skillslab_partner_once", fields=["skillslab", "organisation"])]

    def __str__(self) -> str:
        return f"{self.skillslab} · {self.organisation_id}"


class Location(models.Model):
    """A place with rooms. `travel_minutes` is what people need to come here from another location on the same day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    skillslab = models.ForeignKey(Skillslab, on_delete=models.PROTECT, related_name="locations")
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=200)
    travel_minutes = models.PositiveSmallIntegerField(_("minutes from another location"), default=0)
    retired_at = models.DateTimeField(_("taken out of use"), null=True, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            models.UniqueConstraint(
                name="skillslab_location_name_once",
                fields=["skillslab", "name"],
                violation_error_message=_("This skillslab has a location with this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TravelTime(models.Model):
    """How long the people of an organisation need to come to a location."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="travel_times")
    organisation = key_to("lxp.Organisation", _("organisation"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("travel time")
        verbose_name_plural = _("travel times")
        constraints = [models.UniqueConstraint(name="skillslab_traveltime_once", fields=["location", "organisation"])]

    def __str__(self) -> str:
        return f"{self.location}: {self.minutes}"


class OpeningHours(models.Model):
    """When a location is open on a day of the week, by the clock on its wall; `weekday` as in ISO 8601, 1 is Monday."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("day of the week"))
    opens_at = models.TimeField(_("opens"))
    closes_at = models.TimeField(_("closes"))

    class Meta:
        ordering = ("location", "weekday", "opens_at")
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.UniqueConstraint(name="skillslab_openinghours_once", fields=["location", "weekday", "opens_at"]),
            models.CheckConstraint(name="skillslab_openinghours_day", condition=Q(weekday__gte=1, weekday__lte=7)),
            models.CheckConstraint(
                name="skillslab_openinghours_close_after_open",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("A location closes after it opens."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens_at:%H:%M} – {self.closes_at:%H:%M}"


class Period(models.Model):
    """From a moment until a moment."""

    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        abstract = True


class Closure(Period):
    """A location is closed though it would be open, such as for a holiday."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="closures")
    reason = models.CharField(_("why"), max_length=120)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        indexes = [models.Index(fields=["location", "ends_at"], name="skillslab_closure_when")]
        constraints = [
            models.CheckConstraint(
                name="skillslab_closure_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("A closure ends after it starts."),
            )
        ]

    def __str__(self) -> str:
        return self.reason
