"""Finds what should exist, and what should no longer exist, from state alone, and puts it right."""

from __future__ import annotations

from lxp import plugin_manager
from lxp.models import User
from lxp.services.organisations import sync_groups


def reconcile() -> list[str]:
    """Ask every package and plugin to put right what a lost task or a killed process left; returns what was done."""
    return plugin_manager.call("reconcile", expects=str)


def sync_roles() -> int:
    """Give everybody the editor groups of today's memberships: they begin and end by date. Returns how many changed."""
    people = User.objects.filter(memberships__isnull=False).distinct()
    return sum(sync_groups(person=person) for person in people.iterator(chunk_size=500))
