"""Somebody under way in a module in which an activity of the plugin stands between two of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lxp.models import User
from lxp.testing.pages import HOSTILE, get, model_named, module_page, runs, stored
from lxp.testing.world import World

FIRST, MIDDLE, LAST = (f"{number}0000000-0000-4000-8000-000000000000" for number in (1, 2, 3))
NOTICE = "data-missing-activity"
MINE = ("courses.ProgressEvent", "courses.ActivityState", "courses.ActivityPreference")
Kept = dict[str, list[dict[str, Any]]]


def _thought(identity: str) -> dict[str, Any]:
    value = {"title": "Kit", "minutes": 1, "prompt": "Kit?", "is_required": True, "_schema": 1}
    return {"type": "reflection", "id": identity, "value": value}


@dataclass
class Lesson:
    """A published module with an activity of one kind, and a learner who did what stands before it."""

    world: World
    kind: Any
    content: dict[str, Any]
    person: User

    @cached_property
    def page(self) -> Any:
        """The module's page."""
        middle = {"type": self.kind.kind, "id": MIDDLE, "value": self.content}
        slug = f"kit-{self.kind.kind}-{uuid4().hex[:8]}".replace("_", "-")
        return module_page(self.world.ours, _thought(FIRST), middle, _thought(LAST), slug=slug)

    @cached_property
    def client(self) -> Client:
        return self.world.client(self.person)

    @cached_property
    def attempt(self) -> Any:
        """Under way: the first part is done."""
        self.client.post(reverse("courses:start", args=[self.page.module.uuid]))
        started = model_named("courses.Attempt").objects.get(person=self.person, module=self.page.module)
        self.client.post(reverse("courses:handle", args=[started.uuid, FIRST, "write"]), {"text": "Kit"})
        return started

    def play(self) -> Any:
        return get(self.client, reverse("courses:play", args=[self.attempt.uuid, 2]))

    def act(self, handler: str, *, fetch: bool = False) -> Any:
        """Call a handler of the activity, as its form would."""
        address = reverse("courses:handle", args=[self.attempt.uuid, MIDDLE, handler])
        headers = {"X-Requested-With": "fetch"} if fetch else {}
        return self.client.post(address, {"event": str(uuid4())}, headers=headers)

    def page_named(self, name: str) -> Any:
        """Another page about the attempt: "print" or "result"."""
        return get(self.client, reverse(f"courses:{name}", args=[self.attempt.uuid]))

    def running(self) -> list[str]:
        """Where HTML that an author wrote into a plain field would run."""
        pages = {"learner_view": self.play(), "print_view": self.page_named("print"), "the public page": self.public()}
        kind = self.kind.kind
        return [f"{name} of {kind} shows “{HOSTILE}” as HTML" for name, shown in pages.items() if runs(shown)]

    def public(self) -> Any:
        return get(self.client, self.page.url)

    def complete(self) -> None:
        """As if everything had been done."""
        model_named("courses.Attempt").objects.filter(pk=self.attempt.pk).update(completed_at=timezone.now())

    def kept(self) -> Kept:
        """Everything that was stored of this learner, and of everybody in this activity."""
        found = {label: list(model_named(label).objects.filter(person=self.person).values()) for label in MINE}
        summaries = model_named("courses.ActivitySummary").objects.filter(module=self.page.module)
        attempts = model_named("courses.Attempt").objects.filter(pk=self.attempt.pk)
        return {**found, "summary": list(summaries.values()), "attempt": list(attempts.values("completed_at"))}

    def of_others(self) -> Kept:
        """What was stored in the other activities."""
        return {
            label: list(model_named(label).objects.filter(person=self.person).exclude(block_id=MIDDLE).values())
            for label in MINE[:2]
        }

    def reopened(self) -> Any:
        """The page, read again."""
        return model_named("courses.ModulePage").objects.get(pk=self.page.pk)

    def stored(self) -> list[dict[str, Any]]:
        """The activities of the page as the database holds them."""
        return stored(self.page.pk)


@contextmanager
def with_method(kind: Any, name: str, method: Any) -> Iterator[None]:
    """For a while another method in the place of one of an activity's class."""
    has_own, own = name in vars(kind), vars(kind).get(name)
    setattr(kind, name, method)
    try:
        yield
    finally:
        if has_own:
            setattr(kind, name, own)
        else:
            delattr(kind, name)
