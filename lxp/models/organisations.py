"""Organisations, their units, and who belongs to them in which role."""

from __future__ import annotations

import uuid
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp import opening_hours

if TYPE_CHECKING:
    from lxp.models.people import User


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def open(self) -> OrganisationQuerySet:
        return self.filter(closed_on__isnull=True)


class Organisation(models.Model):
    """A member of the coalition. It closes, it never vanishes."""

    class Kind(models.TextChoices):
        CARE = "care", _("care organisation")
        GP_PRACTICE = "gp_practice", _("GP practice")
        SCHOOL = "school", _("school")
        EXPERTISE_CENTRE = "expertise_centre", _("expertise centre")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True)
    monogram = models.CharField(_("monogram"), max_length=3)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.CARE)
    colour = models.CharField(
        _("brand colour"),
        max_length=7,
        default="#1b4c92",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write the colour as # and six digits, like #1b4c92."))],
    )
    languages = models.JSONField(_("languages"), default=list, blank=True)
    care_phone = models.CharField(
        _("number to call about care"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^\+?[0-9][0-9 ]{5,17}[0-9]\Z", _("Write digits and spaces, like 045 555 12 34."))],
        help_text=_("Shown on instruction cards, beside the signs to call for."),
    )
    care_hours = models.CharField(
        _("when somebody answers"),
        max_length=120,
        blank=True,
        validators=[opening_hours.validate],
        help_text=_("24/7, or days and times such as Mo-Fr 08:00-17:00; Sa,Su 10:00-16:00."),
    )
    requires_second_factor = models.BooleanField(
        _("second factor required"),
        default=False,
        help_text=_("Who writes, assesses, leads people or administers must also sign in with an app or a passkey."),
    )
    # The switches that are on, kept here too, so that asking costs no query; only lxp.plugin_manager writes it.
    plugins = models.JSONField(_("plugins that are on"), default=list, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    succeeded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    collection = models.OneToOneField(
        "wagtailcore.Collection", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    authors_group = models.OneToOneField(
        "auth.Group", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    publishers_group = models.OneToOneField(
        "auth.Group", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                name="lxp_organisation_not_its_own_successor",
                condition=Q(succeeded_by__isnull=True) | ~Q(succeeded_by=F("pk")),
                violation_error_message=_("An organisation cannot succeed itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    def below(self, unit_id: int) -> set[int]:
        """The ids of a unit and of all units in it: one query, since an organisation has some dozens of them."""
        family = Unit.objects.filter(organisation__units=unit_id).values_list("pk", "parent_id")
        children: dict[int | None, list[int]] = {}
        for pk, parent_id in family:
            children.setdefault(parent_id, []).append(pk)
        found, waiting = set[int](), [unit_id]
        while waiting:
            found.add(here := waiting.pop())
            waiting += [each for each in children.get(here, []) if each not in found]
        return found


class Unit(models.Model):
    """A location, department or team: a tree inside one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    slug = models.SlugField(_("short name"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(
                name="lxp_unit_slug_once_per_organisation",
                fields=["organisation", "slug"],
                violation_error_message=_("This organisation has a unit with this short name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a membership allows beside learning, which everybody with a membership may do."""

    AUTHOR = "author", _("author")
    PUBLISHER = "publisher", _("publisher")
    ASSESSOR = "assessor", _("assessor")
    COORDINATOR = "coordinator", _("coordinator")
    MANAGER = "manager", _("manager")
    ADMINISTRATOR = "administrator", _("administrator")


# Who sees how others are doing: a manager of the own unit, the other two of the whole organisation.
SUPERVISING_ROLES = frozenset({Role.MANAGER, Role.COORDINATOR, Role.ADMINISTRATOR})
WHOLE_ORGANISATION_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


class MembershipKind(models.TextChoices):
    """As what somebody belongs to an organisation. Only staff counts in figures about staff."""

    STAFF = "staff", _("staff")
    VOLUNTEER = "volunteer", _("volunteer")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> MembershipQuerySet:
        """The memberships in force on a day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def current(self) -> MembershipQuerySet:
        return self.on(timezone.localdate())

    def of_staff(self) -> MembershipQuerySet:
        """Where every figure, list and look about staff begins: volunteers are never in it."""
        return self.filter(kind=MembershipKind.STAFF)

    def of_volunteers(self) -> MembershipQuerySet:
        return self.filter(kind=MembershipKind.VOLUNTEER)

    def with_role(self, *roles: str) -> MembershipQuerySet:
        return self.of_staff().filter(role_grants__role__in=roles).distinct()

    def supervised_by(self, person: User) -> MembershipQuerySet:
        """The places of the staff whom this person leads today; a manager in a unit leads that unit and what is in it.
        Nobody leads a volunteer: what volunteers do is not in what a team shows.

        One query more for each membership as a manager in a unit. The days of the places are up to the caller.
        """
        scope = Q(pk__in=[])
        for membership in person.current_memberships:
            if not membership.roles & SUPERVISING_ROLES:
                continue
            theirs = Q(organisation=membership.organisation_id)
            if membership.unit_id is not None and not membership.roles & WHOLE_ORGANISATION_ROLES:
                theirs &= Q(unit__in=Unit.objects.below(membership.unit_id))
            scope |= theirs
        return self.of_staff().filter(scope)


class Membership(models.Model):
    """A person's place in an organisation, from a day until a day, with its roles. A volunteer has no job and no roles:
    what a job asks, and what roles allow, is of staff."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    kind = models.CharField(
        _("belongs to it as"), max_length=20, choices=MembershipKind.choices, default=MembershipKind.STAFF
    )
    job = models.CharField(_("job"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until and including"), null=True, blank=True)
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [models.Index(fields=["organisation", "starts_on"], name="lxp_membership_organisation")]
        constraints = [
            models.CheckConstraint(
                name="lxp_membership_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A membership cannot end before it starts."),
            ),
            models.UniqueConstraint(
                name="lxp_membership_once_per_start",
                fields=["person", "organisation", "starts_on", "kind"],
                violation_error_message=_("This person is a member from that day already."),
            ),
            models.UniqueConstraint(
                name="lxp_membership_one_open_as_volunteer",
                fields=["person", "organisation"],
                condition=Q(kind="volunteer", ends_on__isnull=True),
                violation_error_message=_("This person is a volunteer here already."),
            ),
            models.CheckConstraint(name="lxp_membership_kind_known", condition=Q(kind__in=["staff", "volunteer"])),
            models.CheckConstraint(
                name="lxp_membership_volunteer_without_job",
                condition=Q(kind="staff") | Q(job=""),
                violation_error_message=_("A volunteer has no job: what they do is told by their volunteers' roles."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"

    @property
    def is_staff(self) -> bool:
        return self.kind == MembershipKind.STAFF

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.role_grants.all())


class MembershipRole(models.Model):
    """One role of one membership."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(name="lxp_membershiprole_once", fields=["membership", "role"]),
            models.CheckConstraint(name="lxp_membershiprole_known", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
