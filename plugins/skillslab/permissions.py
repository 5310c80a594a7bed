"""Who may plan, run and see what of a skillslab."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from lxp.audit import describe
from lxp.models import Membership, Organisation, Role, User
from lxp.permissions import rule
from plugins.skillslab.models import Booking, Partner, Session, Skillslab

describe("booking.cancelled", _("cancelled your place in a session"))
describe("booking.attendance_noted", _("noted whether you came to a session"))
describe("booking.walked_in", _("gave you a place in a session on the day itself"))
describe("booking.looked", _("looked at who comes to a session"))


def coordinated(person: User) -> list[Organisation]:
    """The organisations with the skillslab in which this person coordinates."""
    return [each for each in person.organisations_with_role(Role.COORDINATOR) if "skillslab" in each.plugins]


def partners_of(person: User, skillslab: Skillslab) -> list[Organisation]:
    """The organisations for which this person may book in a skillslab today: where they work, not where they volunteer."""
    partners = set(Partner.objects.filter(skillslab=skillslab).values_list("organisation", flat=True))
    return [each for each in person.staff_organisations if each.pk in partners and "skillslab" in each.plugins]


def booking_organisations(person: User) -> dict[int, list[Organisation]]:
    """The organisations for which somebody may book, by skillslab (id). One query."""
    mine = {each.pk: each for each in person.staff_organisations if "skillslab" in each.plugins}
    rows = Partner.objects.filter(organisation__in=mine).order_by("pk").values_list("skillslab", "organisation")
    found: dict[int, list[Organisation]] = {}
    for skillslab, organisation in rows:
        found.setdefault(skillslab, []).append(mine[organisation])
    return found


def employers_of(people: Collection[int], skillslab: Skillslab) -> set[tuple[int, int]]:
    """The same as `partners_of` for many people: pairs of person and organisation (ids). One query."""
    partners = Partner.objects.filter(skillslab=skillslab).values("organisation")
    rows = Membership.objects.of_staff().current().filter(person__in=people, organisation__in=partners)
    found = rows.values_list("person_id", "organisation_id", "organisation__plugins")
    return {(person, organisation) for person, organisation, plugins in found if "skillslab" in plugins}


def planning_organisations(person: User, skillslab: Skillslab) -> list[Organisation]:
    """The organisations for which this person may plan sessions in a skillslab."""
    partners = set(Partner.objects.filter(skillslab=skillslab).values_list("organisation", flat=True))
    return [each for each in coordinated(person) if each.pk in partners]


@rule("skillslab.plan")
def may_plan(person: User, skillslab: Skillslab) -> bool:
    """A coordinator of a partner."""
    return bool(planning_organisations(person, skillslab))


@rule("skillslab.look_after")
def may_look_after(person: User, skillslab: Skillslab) -> bool:
    """A coordinator of the organisation whose rooms and equipment these are."""
    return skillslab.owner_id in {each.pk for each in coordinated(person)}


@rule("session.run")
def may_run(person: User, session: Session) -> bool:
    """A coordinator of the organisation that runs the session."""
    return session.organiser_id in {each.pk for each in coordinated(person)}


@rule("session.teach")
def may_teach(person: User, session: Session) -> bool:
    """Who runs the session, and who teaches or assesses in it: they see who comes, and note who came."""
    return may_run(person, session) or session.allocations.filter(person=person).exists()


@rule("session.staff")
def may_staff(person: User, session: Session) -> bool:
    """Who runs the session, and who looks after the skillslab: they decide who teaches it."""
    return may_run(person, session) or may_look_after(person, session.session_type.skillslab)


@rule("booking.cancel")
def may_cancel(person: User, booking: Booking) -> bool:
    """Who booked it, who runs the session, and a coordinator of the organisation for which it was booked."""
    if person.pk == booking.person_id or may_run(person, booking.session):
        return True
    return booking.organisation_id in {each.pk for each in coordinated(person)}


def sees_name(person: User, session: Session, organisation_id: int, runs: bool) -> bool:
    """Whether a coordinator reads the name of somebody in a session: of own people, and in a session that they run."""
    return runs or organisation_id in {each.pk for each in coordinated(person)}
