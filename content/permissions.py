"""Who may do what with instruction cards."""

from __future__ import annotations

from content.models import InstructionPage
from lxp.models import Role, User
from lxp.permissions import rule


@rule("card.check")
def may_check(person: User, card: InstructionPage) -> bool:
    """Who publishes for the card's organisation answers for what it says in another language."""
    return person.is_superuser or Role.PUBLISHER in person.roles_in(card.organisation_id)
