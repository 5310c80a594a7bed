"""Adding people to an organisation and changing their place in it."""

from __future__ import annotations

from datetime import date

from allauth.account.models import EmailAddress
from django.db import transaction

from lxp import audit
from lxp.models import Membership, Organisation, Unit, User
from lxp.permissions import require
from lxp.services.organisations import grant_membership, set_roles


@transaction.atomic
def find_or_make_person(*, email: str, first_name: str, last_name: str, language: str = "nl") -> User:
    """The person with this address, or a new one without a password: they come in by an e-mailed code first."""
    known = EmailAddress.objects.filter(email=email.lower(), verified=True).select_related("user").first()
    if known is not None:
        return known.user
    person = User.objects.filter(email=email.lower()).first()
    if person is None:
        person = User.objects.create_user(email, first_name=first_name, last_name=last_name, language=language)
    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    return person


@transaction.atomic
def add_member(
    *,
    organisation: Organisation,
    by: User,
    email: str,
    first_name: str,
    last_name: str,
    unit: Unit | None,
    job: str,
    starts_on: date,
    ends_on: date | None,
    roles: list[str],
) -> Membership:
    """Give a person a membership; adding the same person from the same day again changes that membership.

    Raises PermissionDenied unless `by` administers the organisation.
    """
    require(by, "organisation.administer", organisation)
    person = find_or_make_person(email=email, first_name=first_name, last_name=last_name)
    membership = grant_membership(
        person=person,
        organisation=organisation,
        roles=frozenset(roles),
        unit=unit,
        job=job,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
    )
    audit.record("membership.added", by=by, about=membership, person=person, organisation=organisation)
    return membership


@transaction.atomic
def change_member(
    *, membership: Membership, by: User, unit: Unit | None, job: str, ends_on: date | None, roles: list[str]
) -> Membership:
    """Change unit, job, last day and roles. Raises PermissionDenied unless `by` administers the organisation."""
    require(by, "organisation.administer", membership.organisation)
    membership.unit, membership.job, membership.ends_on = unit, job, ends_on
    membership.full_clean()
    membership.save(update_fields=["unit", "job", "ends_on"])
    set_roles(membership=membership, roles=frozenset(roles), by=by)
    audit.record(
        "membership.changed", by=by, about=membership, person=membership.person, organisation=membership.organisation
    )
    return membership
