"""Roles of volunteers: what each asks, who has which, and what the organisation so gives its volunteers."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.api import Module, give_to_volunteers
from lxp import audit
from lxp.models import Organisation, User
from lxp.permissions import require
from plugins.volunteers.exceptions import RoleRefusedError
from plugins.volunteers.models import Proof, Reminder, RoleAssignment, RoleItem, VolunteerRole
from plugins.volunteers.permissions import people_of


@transaction.atomic
def save_role(*, organisation: Organisation, title: str, by: User, role: VolunteerRole | None = None) -> VolunteerRole:
    """Make a role, or give it another name. Raises PermissionDenied, and RoleRefusedError for a name that is taken."""
    require(by, "volunteers.coordinate", organisation)
    made = role or VolunteerRole(organisation=organisation)
    made.title = title
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as refusal:
        raise RoleRefusedError(_("There is a role with this name already.")) from refusal
    return made


@transaction.atomic
def retire_role(*, role: VolunteerRole, by: User) -> None:
    """Nobody has this role any more. What was confirmed stays."""
    require(by, "volunteers.coordinate", role.organisation)
    now = timezone.now()
    role.retired_at = now
    role.save(update_fields=["retired_at"])
    role.assignments.filter(ended_at__isnull=True).update(ended_at=now)
    give_what_roles_ask(role.organisation)


@transaction.atomic
def ask_of_role(
    *,
    role: VolunteerRole,
    by: User,
    card_uuid: UUID | None = None,
    module: Module | None = None,
    proof: str = Proof.READ,
    is_required: bool = True,
    valid_months: int | None = None,
) -> RoleItem:
    """Add a card or a module to what a role asks; the same again changes how it is asked."""
    require(by, "volunteers.coordinate", role.organisation)
    values = {"proof": proof, "is_required": is_required, "valid_months": valid_months}
    item, _is_new = RoleItem.objects.update_or_create(role=role, card_uuid=card_uuid, module=module, defaults=values)
    give_what_roles_ask(role.organisation)
    return item


@transaction.atomic
def drop_item(*, item: RoleItem, by: User) -> None:
    """A role asks this no more. Who confirmed it keeps that."""
    organisation = item.role.organisation
    require(by, "volunteers.coordinate", organisation)
    item.delete()
    give_what_roles_ask(organisation)


def give_what_roles_ask(organisation: Organisation) -> None:
    """Let the volunteers find the modules of their roles, and no others."""
    items = RoleItem.objects.filter(role__organisation=organisation, role__retired_at__isnull=True)
    modules = Module.objects.filter(pk__in=items.filter(module__isnull=False).values("module"))
    give_to_volunteers(organisation=organisation, modules=list(modules))


@transaction.atomic
def assign_role(*, role: VolunteerRole, people: Collection[User], by: User | None) -> int:
    """Give a role to volunteers of its organisation; who has it keeps it. Returns how many are new."""
    if by is not None:
        require(by, "volunteers.coordinate", role.organisation)
    here = set(people_of(role.organisation))
    has = set(role.assignments.filter(ended_at__isnull=True).values_list("person", flat=True))
    new = [each for each in people if each.pk in here and each.pk not in has]
    RoleAssignment.objects.bulk_create(
        [RoleAssignment(role=role, person=each, assigned_by=by) for each in new], ignore_conflicts=True
    )
    for each in new:
        audit.record("volunteer.role_given", by=by, about=role, person=each, organisation=role.organisation)
    return len(new)


@transaction.atomic
def end_assignment(*, assignment: RoleAssignment, by: User) -> None:
    """Somebody has a role no more."""
    organisation = assignment.role.organisation
    require(by, "volunteers.coordinate", organisation)
    assignment.ended_at = timezone.now()
    assignment.save(update_fields=["ended_at"])
    audit.record(
        "volunteer.role_ended", by=by, about=assignment.role, person=assignment.person, organisation=organisation
    )


@transaction.atomic
def remind(*, organisation: Organisation, people: Collection[User], by: User) -> int:
    """Put what is still to do into the next mail of these volunteers, once a day at most. Returns how many that are."""
    require(by, "volunteers.coordinate", organisation)
    here, today = set(people_of(organisation)), timezone.localdate()
    known = Reminder.objects.filter(organisation=organisation, day=today).values_list("person", flat=True)
    new = [each for each in people if each.pk in here and each.pk not in set(known)]
    Reminder.objects.bulk_create(
        [Reminder(person=each, organisation=organisation, reminded_by=by) for each in new], ignore_conflicts=True
    )
    for each in new:
        audit.record("volunteer.reminded", by=by, person=each, organisation=organisation)
    return len(new)
