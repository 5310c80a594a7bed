"""Giving compliments."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from courses.api import Attempt
from lxp_testdummy.models import Compliment


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


def missing_compliments() -> list[UUID]:
    """Completed attempts of people who have been complimented before, that were missed."""
    known = Compliment.objects.exclude(attempt_uuid=None)
    missed = Attempt.objects.completed().filter(person__in=known.values("person"))
    return list(missed.exclude(uuid__in=known.values("attempt_uuid")).values_list("uuid", flat=True))
