"""Who may do what with evidence and authority, and who sees how others are doing."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lxp.audit import Subject, describe
from lxp.models import AuditEvent, Membership, Organisation, Role, User
from lxp.models.organisations import SUPERVISING_ROLES
from lxp.permissions import rule
from skills_graph.models import Evidence

REVOKING_ROLES = frozenset({Role.ASSESSOR, Role.ADMINISTRATOR})

describe("record.looked", _("looked at your record"))
describe("team.looked", _("looked at how you stand in a task"))
describe("team.exported", _("downloaded a table with how you stand"))
describe("completion.looked", _("looked at the modules that you took up"))
describe("completion.exported", _("downloaded a table with the modules that you took up"))


def _taken_back(events: Sequence[AuditEvent]) -> dict[int, Subject]:
    """Which proof was taken back, and why."""
    people, ids = {event.person_id for event in events}, [event.object_id for event in events]
    rows = Evidence.objects.filter(person__in=people, pk__in=ids).select_related("competency")
    by_id = {str(row.pk): row for row in rows}
    return {
        event.pk: Subject(
            str(row.competency), reverse("skills_graph:why", args=[row.competency.uuid]), row.detail.get("reason", "")
        )
        for event in events
        if (row := by_id.get(event.object_id)) is not None
    }


describe("evidence.revoked", _("took back evidence of yours"), _taken_back)


@rule("evidence.revoke")
def may_revoke(person: User, evidence: Evidence) -> bool:
    """An assessor or administrator of the organisation that issued it; never for their own record."""
    return evidence.person_id != person.pk and bool(person.roles_in(evidence.issuer_id) & REVOKING_ROLES)


def led_organisations(person: User) -> list[Organisation]:
    """Where this person leads people: as a manager, a coordinator or an administrator."""
    return person.organisations_with_role(*SUPERVISING_ROLES)


@rule("organisation.authorise")
def may_authorise(person: User, organisation: Organisation) -> bool:
    """Give and end the authority to assess, and note registrations, for people of one's own organisation."""
    return person.is_superuser or bool(person.roles_in(organisation) & {Role.ADMINISTRATOR, Role.PUBLISHER})


@rule("team.look")
def may_look_at_team(person: User, organisation: Organisation) -> bool:
    """How the people are doing whom one leads in an organisation; not even an operator sees others."""
    return bool(person.roles_in(organisation) & SUPERVISING_ROLES)


@rule("record.look")
def may_look_at_record(person: User, about: User) -> bool:
    """One's own record, and those of the people whom one leads today."""
    return person.pk == about.pk or Membership.objects.current().supervised_by(person).filter(person=about).exists()
