"""What the skillslab remembers. Nothing here is meant for data of patients."""

from plugins.skillslab.models.bookings import Booking, CalendarFeed, Claim, Offer, WaitlistEntry, quarters
from plugins.skillslab.models.calendars import InvitationChoice
from plugins.skillslab.models.day import AttendanceNote
from plugins.skillslab.models.places import Closure, Location, OpeningHours, Partner, Skillslab, TravelTime
from plugins.skillslab.models.plans import DemandCount, Plan
from plugins.skillslab.models.resources import Absence, EquipmentKind, Outage, Resource, Teacher
from plugins.skillslab.models.sessions import (
    Allocation,
    EquipmentNeed,
    Prerequisite,
    Replacement,
    SeatShare,
    Session,
    SessionType,
)

__all__ = [
    "Absence",
    "Allocation",
    "AttendanceNote",
    "Booking",
    "CalendarFeed",
    "Claim",
    "Closure",
    "DemandCount",
    "EquipmentKind",
    "EquipmentNeed",
    "InvitationChoice",
    "Location",
    "Offer",
    "OpeningHours",
    "Outage",
    "Partner",
    "Plan",
    "Prerequisite",
    "Replacement",
    "Resource",
    "SeatShare",
    "Session",
    "SessionType",
    "Skillslab",
    "Teacher",
    "TravelTime",
    "WaitlistEntry",
    "quarters",
]
