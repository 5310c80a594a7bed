"""Adding people to an organisation and changing their place in it."""

from __future__ import annotations

from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp import audit
from lxp.models import Membership, MembershipRole, Organisation, Role, Unit, UrgentKind, User
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
    """Change unit, job, last day and roles; returns the place that somebody has now.

    Another unit or job is another place from today: the one before ends yesterday, so that the past keeps who was where.
    What began today, and what is over, is put right where it stands. Saying the same again changes nothing. Raises
    PermissionDenied unless `by` administers the organisation, ValidationError for days that cannot be.
    """
    require(by, "organisation.administer", membership.organisation)
    place = Membership.objects.select_for_update().get(pk=membership.pk)
    today = timezone.localdate()
    moved = _moved_today(place, today)
    if moved is not None and (moved.unit, moved.job, moved.ends_on) == (unit, job, ends_on):
        place = moved
    elif (place.unit, place.job) != (unit, job) and _goes_on(place.starts_on, place.ends_on, ends_on, today):
        place = _move(place, unit=unit, job=job, ends_on=ends_on, today=today)
    else:
        place.unit, place.job, place.ends_on = unit, job, ends_on
        place.full_clean()
        place.save(update_fields=["unit", "job", "ends_on"])
    set_roles(membership=place, roles=frozenset(roles), by=by)
    audit.record("membership.changed", by=by, about=place, person=place.person, organisation=place.organisation)
    return place


def _moved_today(place: Membership, today: date) -> Membership | None:
    """The place that took this one's today, where the same form is sent twice."""
    if place.ends_on != today - timedelta(days=1):
        return None
    mine = Membership.objects.filter(person=place.person_id, organisation=place.organisation_id, kind=place.kind)
    return mine.filter(starts_on=today).first()


def _goes_on(starts_on: date, ended_on: date | None, ends_on: date | None, today: date) -> bool:
    """Whether it began before today, and is in force today both as it was and as it is to be."""
    return starts_on < today and all(each is None or each >= today for each in (ended_on, ends_on))


def _move(place: Membership, *, unit: Unit | None, job: str, ends_on: date | None, today: date) -> Membership:
    """End a place yesterday, and begin another one today with the same roles."""
    place.ends_on = today - timedelta(days=1)
    place.save(update_fields=["ends_on"])
    next_place = Membership(
        person=place.person, organisation=place.organisation, kind=place.kind, unit=unit, job=job,
        starts_on=today, ends_on=ends_on,
    )  # fmt: skip
    next_place.full_clean()
    next_place.save()
    roles = place.role_grants.values_list("role", flat=True)
    MembershipRole.objects.bulk_create([MembershipRole(membership=next_place, role=role) for role in roles])
    return next_place


def places_of(person: User) -> list[tuple[Organisation, list[User]]]:
    """Where somebody belongs today, each with its administrators of today, to whom they may object; two queries."""
    administrators: dict[int, list[User]] = {}
    places = Membership.objects.current().filter(organisation__in=person.organisations)
    for each in places.with_role(Role.ADMINISTRATOR).select_related("person").order_by("person__last_name", "pk"):
        administrators.setdefault(each.organisation_id, []).append(each.person)
    return [(organisation, administrators.get(organisation.pk, [])) for organisation in person.organisations]
