"""Who looks after volunteers, and who hands over cards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lxp.audit import describe
from lxp.models import Membership, Organisation, Role, User
from lxp.permissions import rule
from plugins.volunteers.models import CardSet

PLUGIN = "volunteers"
describe("volunteer.invited", _("made you a volunteer"))
describe("volunteer.role_given", _("gave you a role as a volunteer"))
describe("volunteer.role_ended", _("ended your role as a volunteer"))
describe("volunteer.reminded", _("reminded you of what is still to do"))
describe("volunteer.looked", _("looked at what you confirmed as a volunteer"))
describe("volunteer.confirmation_revoked", _("asked you to read a card again"))


def coordinated(person: User) -> list[Organisation]:
    """The organisations with this plugin whose volunteers this person looks after."""
    found = person.organisations_with_role(Role.COORDINATOR, Role.ADMINISTRATOR)
    return [each for each in found if PLUGIN in each.plugins]


def handing_over(person: User) -> list[Organisation]:
    """The organisations with this plugin for which this person works, and so may hand over cards."""
    return [each for each in person.staff_organisations if PLUGIN in each.plugins]


def volunteering(person: User) -> list[Organisation]:
    """The organisations with this plugin for which this person is a volunteer."""
    return [each for each in person.volunteer_organisations if PLUGIN in each.plugins]


def people_of(organisation: Organisation) -> list[int]:
    """The volunteers of an organisation today, by id. One query."""
    rows = Membership.objects.of_volunteers().current().filter(organisation=organisation)
    return list(rows.filter(person__wiped_at__isnull=True).values_list("person", flat=True).distinct())


@rule("volunteers.coordinate")
def may_coordinate(person: User, organisation: Organisation) -> bool:
    return organisation in coordinated(person)


@rule("card_set.make")
def may_make_set(person: User, organisation: Organisation) -> bool:
    return organisation in handing_over(person)


@rule("card_set.end")
def may_end_set(person: User, card_set: CardSet) -> bool:
    """Who made it, and who looks after it for the organisation when they are away."""
    mine = card_set.made_by_id == person.pk and card_set.organisation_id in {each.pk for each in handing_over(person)}
    return mine or card_set.organisation_id in {each.pk for each in coordinated(person)}
