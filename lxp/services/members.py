"""Adding people to an organisation and changing their place in it."""

from __future__ import annotations

from datetime import date

from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lxp import audit
from lxp.models import Membership, Organisation, Role, Unit, UrgentKind, User
from lxp.notices.urgent import tell_at_once
from lxp.permissions import require
from lxp.services.organisations import grant_membership, set_roles


def person_with(email: str) -> User | None:
    """Whose address this is: one that they confirmed, or the one of their account."""
    known = EmailAddress.objects.filter(email=email.lower(), verified=True).select_related("user").first()
    return known.user if known is not None else User.objects.filter(email=email.lower()).first()


@transaction.atomic
def find_or_make_person(*, email: str, first_name: str, last_name: str, language: str = "nl") -> User:
    """The person with this address, or a new one without a password: they come in by an e-mailed code first."""
    person = person_with(email)
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

    Who had an account already is told at once, and how to object. Raises PermissionDenied unless `by` administers the
    organisation.
    """
    require(by, "organisation.administer", organisation)
    known = person_with(email)
    was_here = known is not None and organisation in known.organisations
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
    if known is not None and not was_here and person != by:
        _tell_of_place(membership, by)
    return membership


def _tell_of_place(membership: Membership, by: User) -> None:
    """At once, to who was known here already: whoever leads them there sees from now on how they stand in their job."""
    organisation = membership.organisation
    tell_at_once(
        person=membership.person,
        kind=UrgentKind.SECURITY,
        key=f"membership:{membership.pk}",
        words=lambda: {
            "title": _("You were added to %(organisation)s") % {"organisation": organisation},
            "text": _(
                "%(name)s did that. Who leads people there can see from now on how you stand in what your job asks. Do "
                "you not work there? Then object: under “My data” you read whom to write to."
            )
            % {"name": by},
            "action": _("See where I belong"),
        },
        url=f"{reverse('lxp:my_data')}#places",
    )


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


def places_of(person: User) -> list[tuple[Organisation, list[User]]]:
    """Where somebody belongs today, each with its administrators of today, to whom they may object; two queries."""
    administrators: dict[int, list[User]] = {}
    places = Membership.objects.current().filter(organisation__in=person.organisations)
    for each in places.with_role(Role.ADMINISTRATOR).select_related("person").order_by("person__last_name", "pk"):
        administrators.setdefault(each.organisation_id, []).append(each.person)
    return [(organisation, administrators.get(organisation.pk, [])) for organisation in person.organisations]
