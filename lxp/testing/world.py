"""The small world in which a plugin is tried: two organisations that have it on, one that has not, and their people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from lxp import plugin_manager
from lxp.models import Membership, Organisation, Role, User
from lxp.services.organisations import grant_membership, open_organisation

LONG_AGO = date(2020, 1, 1)
_numbers = count(1)


@dataclass
class World:
    """`ours` and `theirs` have the plugin on, `without` has not. Of each a member; of ours also somebody with every role."""

    plugin: str
    ours: Organisation
    theirs: Organisation
    without: Organisation
    member: User
    administrator: User
    other: User
    outsider: User

    def client(self, person: User | None = None) -> Client:
        """A browser in which this person is signed in; None for a visitor."""
        client = Client(raise_request_exception=False)
        if person is not None:
            client.force_login(person)
        return client

    def person(self, organisation: Organisation, *roles: str, **names: str) -> User:
        return make_person(organisation, *roles, **names)


def make_organisation(slug: str, name: str = "") -> Organisation:
    return open_organisation(slug=slug, name=name or slug.title(), monogram=slug[:2].title())


def make_person(organisation: Organisation, *roles: str, **names: str) -> User:
    """Somebody who has worked in an organisation for long, with these roles there."""
    email = f"kit{next(_numbers)}@{organisation.slug}.example"
    person = User.objects.create_user(email, None, **{"first_name": "Kim", "last_name": "Kit", **names})
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    roles_of = frozenset(roles)
    grant_membership(person=person, organisation=organisation, roles=roles_of, starts_on=LONG_AGO, ends_on=None)
    return person


def make_world(plugin: str) -> World:
    """Everybody is new, and the plugin knows nothing of them yet."""
    ours, theirs, without = (make_organisation(f"kit-{name}") for name in ("ours", "theirs", "without"))
    for organisation in (ours, theirs):
        plugin_manager.switch(plugin=plugin, organisation=organisation, on=True, by=None)
    return World(
        plugin=plugin,
        ours=ours,
        theirs=theirs,
        without=without,
        member=make_person(ours),
        administrator=make_person(ours, *Role.values),
        other=make_person(theirs),
        outsider=make_person(without),
    )


def leave(person: User) -> None:
    """End every membership of a person yesterday, as happens before somebody is forgotten."""
    Membership.objects.filter(person=person).update(ends_on=timezone.localdate() - timedelta(days=1))
    person.__dict__.pop("current_memberships", None)
