"""Sessions beside a module."""

from __future__ import annotations

from django.utils import timezone

from courses.api import Module
from lxp.models import User
from plugins.skillslab.models import Session
from plugins.skillslab.services.week import Slot, booking_organisations, slots_of

SHOWN = 3


def slots_for_module(*, module: Module, person: User) -> list[Slot]:
    """The next sessions of a module that this person may book. Five queries, one where there is none."""
    labs = booking_organisations(person)
    now = timezone.now()
    rows = Session.objects.published().filter(
        session_type__module=module, session_type__skillslab__in=labs, starts_at__gt=now
    )
    related = ("session_type__skillslab", "room__location", "organiser")
    listed = list(rows.select_related(*related).order_by("starts_at", "pk")[:SHOWN])
    return slots_of(person, listed, labs, now) if listed else []
