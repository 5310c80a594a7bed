"""A skillslab as coordinators make it: two partners, a location that is open every day, a room, manikins and teachers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from lxp import plugin_manager
from lxp.models import Organisation, Role, User
from plugins.skillslab.models import (
    Booking,
    EquipmentKind,
    EquipmentNeed,
    Location,
    OpeningHours,
    Partner,
    Resource,
    Session,
    SessionType,
    Skillslab,
    Teacher,
    WaitlistEntry,
)
from plugins.skillslab.services.bookings.booking import book_place
from plugins.skillslab.services.bookings.waitlist import join_waitlist
from plugins.skillslab.services.sessions.planning import SessionDraft, plan_session
from tests.factories.people import make_member, make_organisation

_numbers = count(1)


def at(days: int, hour: int = 9, minute: int = 0) -> datetime:
    """A time of day, so many days from now, by the clock on the wall."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@dataclass
class Lab:
    """A skillslab, and the people and things that tests need of it."""

    skillslab: Skillslab
    owner: Organisation
    partner: Organisation
    coordinator: User
    location: Location
    room: Resource
    manikin: EquipmentKind
    session_type: SessionType
    teachers: list[User] = field(default_factory=list)

    def session(self, starts_at: datetime | None = None, capacity: int = 2, **fields: Any) -> Session:
        """A session as a coordinator plans it."""
        session_type = fields.pop("session_type", self.session_type)
        values = {"location": self.location, "organiser": self.owner, **fields}
        draft = SessionDraft(session_type=session_type, starts_at=starts_at or at(10), capacity=capacity, **values)
        return plan_session(draft=draft, by=self.coordinator)

    def member(self, organisation: Organisation | None = None, **fields: Any) -> User:
        return make_member(organisation or self.owner, **fields)

    def add_room(self, name: str = "", location: Location | None = None, capacity: int = 20) -> Resource:
        name = name or f"Lab {next(_numbers)}"
        place = location or self.location
        return Resource.objects.create(location=place, kind=Resource.Kind.ROOM, name=name, capacity=capacity)

    def add_pieces(self, number: int, kind: EquipmentKind | None = None, location: Location | None = None) -> None:
        for _each in range(number):
            name = f"Piece {next(_numbers)}"
            Resource.objects.create(
                location=location or self.location,
                kind=Resource.Kind.PIECE,
                equipment_kind=kind or self.manikin,
                name=name,
            )

    def add_teacher(self) -> User:
        person = make_member(self.owner, first_name="Toos", last_name="Leraar")
        Teacher.objects.create(skillslab=self.skillslab, person=person, organisation=self.owner)
        self.teachers.append(person)
        return person

    def add_location(self, name: str = "Dalhof") -> Location:
        location = Location.objects.create(skillslab=self.skillslab, name=name, address="Dalweg 2")
        open_daily(location)
        return location


def open_daily(location: Location) -> None:
    for weekday in range(1, 8):
        OpeningHours.objects.create(location=location, weekday=weekday, opens_at=time(7), closes_at=time(22))


def make_lab(*, owner: Organisation | None = None, partner: Organisation | None = None) -> Lab:
    """Sessions of two hours with half an hour before and a quarter after, one manikin for each two people; three manikins."""
    owner, partner = owner or make_organisation("heuvelzorg"), partner or make_organisation("dalzorg")
    for organisation in (owner, partner):
        plugin_manager.switch(plugin="skillslab", organisation=organisation, on=True, by=None)
    skillslab = Skillslab.objects.create(slug=f"lab-{next(_numbers)}", name="Skillslab Heuvel", owner=owner)
    for organisation in (owner, partner):
        Partner.objects.create(skillslab=skillslab, organisation=organisation)
    location = Location.objects.create(skillslab=skillslab, name="Heuvelhof", address="Heuvelweg 1, Heuvel")
    open_daily(location)
    manikin = EquipmentKind.objects.create(skillslab=skillslab, slug="oefenpop", name="Oefenpop")
    session_type = SessionType.objects.create(
        skillslab=skillslab,
        slug="katheter",
        title="Katheter inbrengen",
        minutes=120,
        maximum=20,
        people_per_instructor=10,
    )
    EquipmentNeed.objects.create(session_type=session_type, equipment_kind=manikin, pieces=1, people=2)
    coordinator = make_member(owner, Role.COORDINATOR, first_name="Carla", last_name="Coördinator")
    room = Resource.objects.create(location=location, kind=Resource.Kind.ROOM, name="Lab 1", capacity=20)
    lab = Lab(skillslab, owner, partner, coordinator, location, room, manikin, session_type)
    lab.add_pieces(3)
    lab.add_teacher()
    return lab


def book(session: Session, person: User, organisation: Organisation | None = None) -> Booking:
    """A booking as the person makes it, for the only employer unless told."""
    (employer, *_rest) = [organisation] if organisation else person.organisations
    return book_place(session=session, person=person, organisation=employer, request_uuid=uuid4())


def wait(session: Session, person: User) -> WaitlistEntry:
    return join_waitlist(session=session, person=person, organisation=person.organisations[0], request_uuid=uuid4())


def fill(lab: Lab, session: Session) -> list[Booking]:
    """Book every free place, each by somebody new."""
    taken = session.bookings.filter(state="booked").count()
    return [book(session, lab.member()) for _number in range(session.capacity - taken)]
