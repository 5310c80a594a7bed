"""Opening an organisation and giving people their roles, with everything in the editor that follows from it."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupCollectionPermission

from lxp import audit, plugin_manager
from lxp.exceptions import VolunteerRoleError
from lxp.models import Membership, MembershipKind, MembershipRole, Organisation, PublicStamp, Role, Unit, User
from lxp.permissions import require

COLLECTION_PERMISSIONS = (
    ("wagtailimages", ("add_image", "change_image", "choose_image")),
    ("wagtaildocs", ("add_document", "change_document", "choose_document")),
    ("wagtailmedia", ("add_media", "change_media")),
)


@transaction.atomic
def open_organisation(*, slug: str, by: User | None = None, **fields: object) -> Organisation:
    """Make or update an organisation with its groups and its collection; packages add theirs by `organisation_opened`.

    Safe to repeat: the short name decides which organisation it is.
    """
    organisation = Organisation.objects.filter(slug=slug).first() or Organisation(slug=slug)
    is_new = organisation.pk is None
    for name, value in fields.items():
        setattr(organisation, name, value)
    organisation.full_clean()
    organisation.save()
    _give_workspace(organisation)
    plugin_manager.call_core("organisation_opened", organisation=organisation)
    PublicStamp.raise_number()
    if is_new:
        audit.record("organisation.opened", by=by, about=organisation, organisation=organisation)
    return organisation


@transaction.atomic
def change_care_line(*, organisation: Organisation, by: User, care_phone: str, care_hours: str) -> Organisation:
    """The number that families call, and when somebody answers: on every card of this organisation at once.

    Raises ValidationError for what is no number or no hours, PermissionDenied for who does not administer.
    """
    require(by, "organisation.administer", organisation)
    found = Organisation.objects.select_for_update().get(pk=organisation.pk)
    before = {"care_phone": found.care_phone, "care_hours": found.care_hours}
    found.care_phone, found.care_hours = care_phone, care_hours
    found.clean_fields(exclude={field.name for field in found._meta.fields} - before.keys())
    after = {"care_phone": care_phone, "care_hours": care_hours}
    if after != before:
        found.save(update_fields=[*after])
        PublicStamp.raise_number()
        audit.record(
            "organisation.care_line_changed", by=by, about=found, organisation=found, before=before, after=after
        )
    return found


def _give_workspace(organisation: Organisation) -> None:
    """Groups of authors and publishers, and a collection that only they can use."""
    if organisation.collection_id is None:
        organisation.collection = Collection.get_first_root_node().add_child(name=organisation.slug)
    access = Permission.objects.filter(codename__in=("access_admin", "submit_translation"))
    for field, role in (("authors_group", Role.AUTHOR), ("publishers_group", Role.PUBLISHER)):
        group, _is_new = Group.objects.get_or_create(name=f"{organisation.slug}: {role.value}")
        group.permissions.add(*access)
        setattr(organisation, field, group)
        _allow(group, organisation.collection)
    organisation.save(update_fields=["collection", "authors_group", "publishers_group"])


def _allow(group: Group, collection: Collection) -> None:
    """Let a group use the files of a collection; the database keeps each permission once."""
    wanted = Q()
    for app_label, codenames in COLLECTION_PERMISSIONS:
        wanted |= Q(codename__in=codenames, content_type__app_label=app_label)
    GroupCollectionPermission.objects.bulk_create(
        [
            GroupCollectionPermission(group=group, collection=collection, permission=permission)
            for permission in Permission.objects.filter(wanted)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def grant_membership(
    *,
    person: User,
    organisation: Organisation,
    roles: frozenset[str] = frozenset(),
    unit: Unit | None = None,
    job: str = "",
    starts_on: date,
    ends_on: date | None = None,
    kind: MembershipKind = MembershipKind.STAFF,
    by: User | None = None,
) -> Membership:
    """Make or change a person's membership from a day, with its roles and the editor groups that go with them.

    Where somebody from that day on was moved to another unit or job, it is the place that they have since that changes: the
    past stays as it was. Raises VolunteerRoleError for a volunteer with a job or roles, which are of staff.
    """
    if kind == MembershipKind.VOLUNTEER and (roles or job):
        raise VolunteerRoleError(
            _("A volunteer has no job and no roles here. Make them staff first, or leave those out.")
        )
    values = {"unit": unit, "job": job, "ends_on": ends_on}
    membership, is_new = Membership.objects.get_or_create(
        person=person, organisation=organisation, starts_on=starts_on, kind=kind, defaults=values
    )
    if not is_new:
        membership = _as_it_goes_on(membership, ends_on)
        membership.unit, membership.job, membership.ends_on = unit, job, ends_on
        membership.save(update_fields=list(values))
    set_roles(membership=membership, roles=roles, by=by)
    return membership


def _as_it_goes_on(place: Membership, ends_on: date | None) -> Membership:
    """This place, or the last one that took its place on the next day, as far as it begins by the day that is asked."""
    while place.ends_on is not None:
        mine = Membership.objects.filter(person=place.person_id, organisation=place.organisation_id, kind=place.kind)
        after = mine.filter(starts_on=place.ends_on + timedelta(days=1)).first()
        if after is None or (ends_on is not None and ends_on < after.starts_on):
            break
        place = after
    return place


@transaction.atomic
def set_roles(*, membership: Membership, roles: frozenset[str], by: User | None) -> Membership:
    """Give a membership exactly these roles; what changes is audited and reaches the editor at once."""
    before = frozenset(membership.role_grants.values_list("role", flat=True))
    membership.role_grants.exclude(role__in=roles).delete()
    MembershipRole.objects.bulk_create([MembershipRole(membership=membership, role=role) for role in roles - before])
    sync_groups(person=membership.person)
    if before != roles:
        audit.record(
            "membership.roles_changed",
            by=by,
            about=membership,
            person=membership.person,
            organisation=membership.organisation,
            before=sorted(before),
            after=sorted(roles),
        )
    return membership


@transaction.atomic
def sync_groups(*, person: User) -> bool:
    """Put a person in the editor groups that today's memberships give, and in no others. Returns whether that changed."""
    wanted: set[int] = set()
    memberships = Membership.objects.filter(person=person).of_staff().current().select_related("organisation")
    for membership in memberships.prefetch_related("role_grants"):
        if Role.AUTHOR in membership.roles and membership.organisation.authors_group_id:
            wanted.add(membership.organisation.authors_group_id)
        if Role.PUBLISHER in membership.roles and membership.organisation.publishers_group_id:
            wanted.add(membership.organisation.publishers_group_id)
    held = set(
        person.groups.filter(
            Q(name__endswith=f": {Role.AUTHOR}") | Q(name__endswith=f": {Role.PUBLISHER}")
        ).values_list("pk", flat=True)
    )
    person.groups.remove(*(held - wanted))
    person.groups.add(*(wanted - held))
    return held != wanted
