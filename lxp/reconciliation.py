"""Finds what should exist, and what should no longer exist, from state alone, and puts it right."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from lxp import plugin_manager
from lxp.exceptions import LxpError
from lxp.models import User
from lxp.services.organisations import sync_groups

logger = logging.getLogger(__name__)


class ReconciliationError(LxpError):
    """Some of our own packages failed; the others did their work, which is in `done`."""

    def __init__(self, failed: list[str], done: list[str]) -> None:
        super().__init__(f"Could not put everything right: {', '.join(failed)} failed. See the incidents and the log.")
        self.done = done


def reconcile(before_each: Callable[[], object] | None = None) -> list[str]:
    """Ask every package and plugin to put right what a lost task or a killed process left; returns what was done.

    One that fails stops no other. `before_each` is called before each of them, and stops the run by raising. Raises
    ReconciliationError at the end where it was one of our own packages.
    """
    done, failed = plugin_manager.ask_each("reconcile", expects=str, guards_core=True, before_each=before_each)
    ours = [name for name in failed if plugin_manager.is_core(name)]
    if ours:
        raise ReconciliationError(ours, done)
    return done


def in_turn(*steps: Callable[[], Iterable[str]]) -> list[str]:
    """What one package does, step by step: a step that fails does not stop the next. Raises what failed, at the end."""
    done: list[str] = []
    faults: list[Exception] = []
    for step in steps:
        try:
            done.extend(step())
        except Exception as fault:
            logger.exception("A step of reconciliation failed: %s", getattr(step, "__name__", step))
            faults.append(fault)
    if faults:
        for line in done:
            logger.warning("%s", line)
        raise ExceptionGroup("Some of what should be put right could not be.", faults)
    return done


def sync_roles() -> int:
    """Give everybody the editor groups of today's memberships: they begin and end by date. Returns how many changed."""
    people = User.objects.filter(memberships__isnull=False).distinct()
    return sum(sync_groups(person=person) for person in people.iterator(chunk_size=500))
