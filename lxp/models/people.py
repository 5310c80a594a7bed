"""The person: one row, whoever the employers are."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from lxp.models.organisations import Membership, Organisation


class UserManager(BaseUserManager["User"]):
    """Makes people by their e-mail address; there is no user name."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractUser):
    """A person with one record, several e-mail addresses and any number of memberships; never a citizen number."""

    username = None  # type: ignore[assignment]
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    language = models.CharField(
        _("language of the screens"), max_length=10, choices=settings.STAFF_LANGUAGES, default=settings.LANGUAGE_CODE
    )
    wiped_at = models.DateTimeField(_("wiped at"), null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def initials(self) -> str:
        names = [name for name in (self.first_name, self.last_name) if name]
        return "".join(name[0] for name in names).upper() or self.email[:2].upper()

    @cached_property
    def current_memberships(self) -> list[Membership]:
        """The memberships of today with their organisation and roles, oldest first: read once per request.

        One query, since every page of a member asks it: a row per role, or one row where there is none.
        """
        current = self.memberships.current().select_related("organisation").annotate(granted=F("role_grants__role"))
        memberships: dict[int, Membership] = {}
        roles: dict[int, set[str]] = {}
        for row in current.order_by("starts_on", "pk"):
            memberships.setdefault(row.pk, row)
            roles.setdefault(row.pk, set()).update({row.granted} - {None})
        for membership in memberships.values():
            membership.roles = frozenset(roles[membership.pk] if membership.is_staff else ())
        return list(memberships.values())

    @property
    def organisations(self) -> list[Organisation]:
        """The organisations this person belongs to today, each once."""
        return list({each.organisation_id: each.organisation for each in self.current_memberships}.values())

    @property
    def staff_organisations(self) -> list[Organisation]:
        """The organisations in which this person works today, each once."""
        here = [each for each in self.current_memberships if each.is_staff]
        return list({each.organisation_id: each.organisation for each in here}.values())

    @property
    def volunteer_organisations(self) -> list[Organisation]:
        """The organisations for which this person is a volunteer today, also where they work too."""
        here = [each for each in self.current_memberships if not each.is_staff]
        return list({each.organisation_id: each.organisation for each in here}.values())

    @property
    def is_only_volunteer(self) -> bool:
        """Whether this person is a volunteer somewhere and works nowhere, today."""
        return bool(self.current_memberships) and not self.staff_organisations

    def roles_in(self, organisation: Organisation | int) -> frozenset[str]:
        """The roles this person has today in one organisation."""
        wanted = organisation if isinstance(organisation, int) else organisation.pk
        here = [each for each in self.current_memberships if each.organisation_id == wanted]
        return frozenset(role for membership in here for role in membership.roles)

    def organisations_with_role(self, *roles: str) -> list[Organisation]:
        """The organisations in which this person has at least one of the roles today."""
        return [each for each in self.organisations if self.roles_in(each) & set(roles)]
