"""Giving compliments."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from courses.api import Attempt
from lxp.library import LibraryError
from lxp.models import User
from lxp_testdummy.models import Compliment
from skills_graph.api import Evidence


def compliment_attempt(attempt_uuid: UUID) -> bool:
    """Give the compliment that a completed attempt deserves. Returns whether it was not there yet; safe to repeat."""
    attempt = Attempt.objects.completed().select_related("version").filter(uuid=attempt_uuid).first()
    if attempt is None:
        return False
    _compliment, is_new = Compliment.objects.get_or_create(
        attempt_uuid=attempt.uuid,
        defaults={
            "person_id": attempt.person_id,
            "module_id": attempt.module_id,
            "text": _("Well done: %(title)s") % {"title": attempt.version.title[:150]},
        },
    )
    return is_new


def compliment_evidence(evidence_uuid: UUID, person: User) -> None:
    """A kind word for a new row in somebody's ledger."""
    row = Evidence.objects.select_related("competency").get(person=person, uuid=evidence_uuid)
    text = _("New in your record: %(competency)s") % {"competency": str(row.competency)[:150]}
    Compliment.objects.create(person_id=person.pk, text=text)


def count_changes(person_id: int, count: int) -> None:
    """A word about how much somebody holds otherwise than before."""
    Compliment.objects.create(person_id=person_id, text=_("Changed for you: %(count)d") % {"count": count})


def load_compliment(slug: str, data: dict[str, Any], path: Path) -> None:
    """A compliment of a library, given once: `person`, an address, and `text`."""
    person = User.objects.filter(email=data["person"]).first()
    if person is None:
        raise LibraryError(f"{path}: there is nobody with the address {data['person']}.")
    Compliment.objects.get_or_create(person=person, text=data["text"])


def missing_compliments() -> list[UUID]:
    """Completed attempts of people who have been complimented before, that were missed."""
    known = Compliment.objects.exclude(attempt_uuid=None)
    missed = Attempt.objects.completed().filter(person__in=known.values("person"))
    return list(missed.exclude(uuid__in=known.values("attempt_uuid")).values_list("uuid", flat=True))
