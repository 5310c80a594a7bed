"""What this plugin remembers. Nothing here is about patients, or about who opens a card or a set."""

from plugins.volunteers.models.card_sets import CardSet, Occasion, SetCard
from plugins.volunteers.models.confirmations import Certificate, Confirmation, Revocation, RevokedConfirmation
from plugins.volunteers.models.roles import Proof, Reminder, RoleAssignment, RoleItem, VolunteerRole

__all__ = [
    "CardSet",
    "Certificate",
    "Confirmation",
    "Occasion",
    "Proof",
    "Reminder",
    "Revocation",
    "RevokedConfirmation",
    "RoleAssignment",
    "RoleItem",
    "SetCard",
    "VolunteerRole",
]
