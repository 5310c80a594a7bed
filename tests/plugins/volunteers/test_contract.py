"""The plugin of volunteers passes the contract kit that every plugin passes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar
from uuid import UUID, uuid5

from django.db import models
from django.utils import timezone
from wagtail.models import Locale

from content.models import InstructionPage, OrganisationPage
from lxp.models import Membership, MembershipKind
from lxp.services.organisations import grant_membership
from lxp.testing import PluginContract
from lxp.testing.objects import Factory, Planted
from lxp.testing.world import LONG_AGO
from plugins.volunteers.models import (
    CardSet,
    Certificate,
    Confirmation,
    Reminder,
    Revocation,
    RevokedConfirmation,
    RoleAssignment,
    RoleItem,
    SetCard,
    VolunteerRole,
)

_numbers = count(1)
NAMESPACE = UUID("11111111-0000-4000-8000-000000000000")
WHO_DID_IT = "says who did something for others; not what this person did or is"


def _card(planted: Planted) -> UUID:
    """A live card of the organisation. Cards are public, so nothing of anybody is in it."""
    key = uuid5(NAMESPACE, f"{planted.organisation.pk}")
    if not InstructionPage.objects.filter(translation_key=key).exists():
        place = OrganisationPage.objects.get(organisation=planted.organisation, locale__language_code="nl")
        page = InstructionPage(title="Kaart", intro="Kort.", slug=f"kit-{next(_numbers)}", translation_key=key)
        page.locale = Locale.objects.get(language_code="nl")
        place.add_child(instance=page)
    return key


def _role(planted: Planted) -> models.Model:
    """With a volunteer: the person is one, beside what they are."""
    place = {"person": planted.person, "organisation": planted.organisation}
    if not Membership.objects.of_volunteers().filter(**place).exists():
        planted.person.__dict__.pop("current_memberships", None)
        grant_membership(**place, kind=MembershipKind.VOLUNTEER, starts_on=LONG_AGO)
    title = f"{planted.text}{next(_numbers)}"[:80]
    return VolunteerRole.objects.create(organisation=planted.organisation, title=title)


def _item(planted: Planted) -> models.Model:
    return RoleItem.objects.create(role=planted.of("volunteers.VolunteerRole"), card_uuid=_card(planted))


def _assignment(planted: Planted) -> models.Model:
    return RoleAssignment.objects.create(role=planted.of("volunteers.VolunteerRole"), person=planted.person)


def _reminder(planted: Planted) -> models.Model:
    day = timezone.localdate() - timedelta(days=next(_numbers))
    return Reminder.objects.create(person=planted.person, organisation=planted.organisation, day=day)


def _confirmation(planted: Planted) -> models.Model:
    return Confirmation.objects.create(
        person=planted.person,
        organisation=planted.organisation,
        card_uuid=_card(planted),
        number=next(_numbers),
        title=planted.text,
        language="nl",
        text_digest="0" * 64,
        proof="read",
    )


def _revocation(planted: Planted) -> models.Model:
    return Revocation.objects.create(
        organisation=planted.organisation,
        card_uuid=_card(planted),
        title=planted.text,
        reason=planted.text,
        revoked_by=planted.person,
    )


def _revoked(planted: Planted) -> models.Model:
    revocation, row = planted.of("volunteers.Revocation"), planted.of("volunteers.Confirmation")
    return RevokedConfirmation.objects.create(revocation=revocation, confirmation=row)


def _certificate(planted: Planted) -> models.Model:
    number = next(_numbers)
    return Certificate.objects.create(
        token=f"kit{number}",
        person=planted.person,
        organisation=planted.organisation,
        name=planted.text,
        since=timezone.localdate(),
        roles=[planted.text],
        titles=[planted.text],
        digest=f"{number:064d}",
    )


def _set(planted: Planted) -> models.Model:
    return CardSet.objects.create(
        token=f"kit{next(_numbers)}",
        organisation=planted.organisation,
        made_by=planted.person,
        phone="045 555 12 34",
        ends_on=timezone.localdate(),
    )


def _set_card(planted: Planted) -> models.Model:
    return SetCard.objects.create(card_set=planted.of("volunteers.CardSet"), card_uuid=_card(planted), position=1)


class TestContract(PluginContract):
    plugin: ClassVar[str] = "volunteers"
    objects: ClassVar[Mapping[str, Factory]] = {
        "volunteers.VolunteerRole": _role,
        "volunteers.RoleItem": _item,
        "volunteers.RoleAssignment": _assignment,
        "volunteers.Reminder": _reminder,
        "volunteers.Confirmation": _confirmation,
        "volunteers.Revocation": _revocation,
        "volunteers.RevokedConfirmation": _revoked,
        "volunteers.Certificate": _certificate,
        "volunteers.CardSet": _set,
        "volunteers.SetCard": _set_card,
    }
    values: ClassVar[Mapping[str, Any]] = {
        "organisation_uuid": lambda made: made["volunteers.CardSet"].organisation.uuid,
        "person_uuid": lambda made: made["volunteers.RoleAssignment"].person.uuid,
        "card_uuid": lambda made: made["volunteers.RoleItem"].card_uuid,
        "module_uuid": lambda made: made["courses.Module"].uuid if "courses.Module" in made else NAMESPACE,
        "role_uuid": lambda made: made["volunteers.VolunteerRole"].uuid,
        "item_id": lambda made: made["volunteers.RoleItem"].pk,
        "set_uuid": lambda made: made["volunteers.CardSet"].uuid,
        "token": lambda made: "no-certificate-of-anybody",
    }
    exempt: ClassVar[Mapping[str, str]] = {
        "volunteers.RoleAssignment.assigned_by": WHO_DID_IT,
        "volunteers.Reminder.reminded_by": WHO_DID_IT,
        "volunteers.Revocation.revoked_by": WHO_DID_IT,
    }
