"""People, organisations and memberships."""

from __future__ import annotations

from datetime import date
from itertools import count

from allauth.account.models import EmailAddress

from lxp.models import Membership, MembershipKind, Organisation, User
from lxp.services.organisations import grant_membership, open_organisation

PASSWORD = "a-long-test-password"
_numbers = count(1)


def make_organisation(slug: str = "", **fields: object) -> Organisation:
    """An organisation as the service makes it: with groups, collection, pages and workflow."""
    slug = slug or f"organisation-{next(_numbers)}"
    return open_organisation(slug=slug, **{"name": slug.title(), "monogram": slug[:2].title(), **fields})


def make_person(email: str = "", **fields: object) -> User:
    """A person with a verified address and the test password."""
    email = email or f"person{next(_numbers)}@example.org"
    person = User.objects.create_user(email, PASSWORD, **{"first_name": "Anna", "last_name": "Bakker", **fields})
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def make_member(organisation: Organisation, *roles: str, email: str = "", **fields: object) -> User:
    """A person with a membership that began long ago."""
    person = make_person(email, **fields)
    join(person, organisation, *roles)
    return person


def join(person: User, organisation: Organisation, *roles: str, ends_on: date | None = None) -> Membership:
    person.__dict__.pop("current_memberships", None)
    return grant_membership(
        person=person, organisation=organisation, roles=frozenset(roles), starts_on=date(2020, 1, 1), ends_on=ends_on
    )


def make_volunteer(organisation: Organisation, email: str = "", **fields: object) -> User:
    """A person who has been a volunteer for an organisation for long."""
    person = make_person(email, **fields)
    join_as_volunteer(person, organisation)
    return person


def join_as_volunteer(person: User, organisation: Organisation, **fields: object) -> Membership:
    person.__dict__.pop("current_memberships", None)
    values = {"kind": MembershipKind.VOLUNTEER, "starts_on": date(2020, 1, 1), **fields}
    return grant_membership(person=person, organisation=organisation, **values)
