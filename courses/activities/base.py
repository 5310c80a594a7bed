"""What an activity is: content of an author, state of a learner, views, handlers and a result."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString
from wagtail.blocks import Block, StructValue

from courses.exceptions import HandlerRefusedError, UnknownSchemaError
from lxp.models import User

Content = dict[str, Any]
State = dict[str, Any]
Words = str | Promise
SCHEMA_KEY = "_schema"  # in stored content: the schema it was written with, 1 when absent


class Scope:
    """Whose state a field is. Content is the author's and never changes while learning."""

    STATE = "state"  # one person in one activity of one attempt: the fold of its events, only read
    PREFERENCES = "preferences"  # one person in every activity of this kind
    SUMMARY = "summary"  # everybody of one organisation in this activity of a module: no names


@dataclass(frozen=True)
class Usage:
    """Where an activity stands. A preview has no attempt and no addresses to post to."""

    block_id: UUID
    title: str
    position: int
    step_count: int
    language: str
    content_language: str
    attempt_uuid: UUID | None = None
    handler_prefix: str = ""
    minutes: int = 0

    @property
    def is_preview(self) -> bool:
        return self.attempt_uuid is None

    @property
    def seed(self) -> str:
        """What shuffling starts from: the same for one attempt, on every device."""
        return f"{self.attempt_uuid or 'preview'}:{self.block_id}"

    def handler_url(self, name: str) -> str:
        """Where a form of this activity posts to; "" in a preview, where nothing is kept."""
        return f"{self.handler_prefix}{name}/" if self.handler_prefix else ""


@dataclass(frozen=True)
class Event:
    """One act of a learner or assessor. `name` and `payload` are the kind's own; `at` is when the server stored it."""

    name: str
    payload: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Result:
    """How an activity ended, or that it has not. `score_percent` is 0 to 100, or None without a score."""

    is_completed: bool = False
    score_percent: int | None = None
    passed: bool | None = None


class Store(Protocol):
    """Keeps what an activity remembers: the database for learners, memory for previews."""

    def load(self, scope: str) -> State: ...

    def save(self, scope: str, data: State) -> None: ...

    def append(self, name: str, payload: dict[str, Any]) -> Event: ...


class StateField:
    """A named value in one scope. Fields of the learner's state are only read: they follow from events."""

    def __init__(self, default: Any = None, scope: str = Scope.STATE) -> None:
        self.default, self.scope, self.name = default, scope, ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, activity: Activity | None, owner: type | None = None) -> Any:
        if activity is None:
            return self
        return activity.scope_data(self.scope).get(self.name, copy.deepcopy(self.default))

    def __set__(self, activity: Activity, value: Any) -> None:
        if self.scope == Scope.STATE:
            raise AttributeError(f"{self.name} follows from events; call record() instead.")
        activity.scope_data(self.scope)[self.name] = value
        activity.store.save(self.scope, activity.scope_data(self.scope))


Handler = TypeVar("Handler", bound=Callable[..., None])


def handler(function: Handler) -> Handler:
    """Mark a method that a learner's form may call by POST: it gets the form's values, and records events."""
    function.is_handler = True  # type: ignore[attr-defined]
    return function


class Activity:
    """The base of every kind. One instance serves one learner, one activity and one request.

    Content comes from the version as raw JSON; state is a fold of events by `reduce`, which is pure: the same events
    give the same state, on whatever server and in whatever order they were stored twice.
    """

    kind: ClassVar[str]
    schema: ClassVar[int] = 1
    label: ClassVar[Words]
    description: ClassVar[Words] = ""
    icon: ClassVar[str] = "form"
    public_icon: ClassVar[str] = "book-open"
    form: ClassVar[str] = "online"  # where it happens: online, workplace, skillslab, group
    has_score: ClassVar[bool] = False
    works_offline: ClassVar[bool] = False
    template: ClassVar[str]
    result_template: ClassVar[str] = "courses/activities/result.html"
    print_template: ClassVar[str] = "courses/activities/print.html"

    # ── for authors ──────────────────────────────────────────────────────────────────────────────────────────
    @classmethod
    def fields(cls) -> list[tuple[str, Block]]:
        """(name, Wagtail block) of what an author fills in, beside title, minutes and "needed to complete"."""
        raise NotImplementedError

    @classmethod
    def public_fields(cls) -> tuple[str, ...]:
        """Names of fields that may leave the server by search or API. Nothing by default: answers must not leak."""
        return ()

    @classmethod
    def clean(cls, value: StructValue) -> None:
        """Refuse what cannot be taken: raise wagtail's StructBlockValidationError. Not called for drafts."""

    @classmethod
    def upgrade(cls, content: Content, from_schema: int) -> Content:
        """Bring stored content of an older schema to this one. Called on every load of older content; pure.

        `content` is a copy of your own. What raises here is kept as it is, and shown as an activity that is off.
        """
        return content

    @classmethod
    def upgraded(cls, content: Content) -> Content:
        """Content in this schema, stamped. Raises UnknownSchemaError for what a newer release of the kind has written."""
        stored = content.get(SCHEMA_KEY, 1)
        if stored == cls.schema:
            return content
        if stored > cls.schema:
            raise UnknownSchemaError(f"{cls.kind} has schema {cls.schema}; this content is of schema {stored}.")
        return {**cls.upgrade(copy.deepcopy(content), stored), SCHEMA_KEY: cls.schema}

    @classmethod
    def graded(cls, content: Content) -> Any:
        """What completing depends on, without its words: an editorial change or a translation may not differ in it."""
        return None

    @classmethod
    def graded_digest(cls, content: Content) -> str:
        """`graded` as 64 hexadecimal digits, or "" where nothing is graded."""
        graded = cls.graded(content)
        return "" if graded is None else hashlib.sha256(json.dumps(graded, sort_keys=True).encode()).hexdigest()

    # ── for learners ─────────────────────────────────────────────────────────────────────────────────────────
    def __init__(self, *, block: Block, content: Content, usage: Usage, person: User | None, store: Store) -> None:
        self.block, self.content, self.usage, self.person, self.store = block, content, usage, person, store
        self._scopes: dict[str, State] = {}

    @cached_property
    def value(self) -> StructValue:
        """The content as Wagtail's value, with pictures and rich text; made only where a view needs it."""
        return self.block.to_python(self.content)

    def scope_data(self, scope: str) -> State:
        if scope not in self._scopes:
            self._scopes[scope] = self.store.load(scope)
        return self._scopes[scope]

    @property
    def state(self) -> State:
        return self.scope_data(Scope.STATE)

    @staticmethod
    def reduce(state: State, event: Event, content: Content) -> State:
        """The next state. Pure: no clock, no database. Must not mind an event it does not know."""
        return state

    def record(self, name: str, payload: dict[str, Any] | None = None) -> None:
        """Store an event and fold it into the state."""
        event = self.store.append(name, payload or {})
        self._scopes[Scope.STATE] = self.reduce(self.state, event, self.content)

    def result(self) -> Result:
        """How it stands, from the state alone."""
        return Result()

    def handle(self, name: str, data: dict[str, Any]) -> None:
        """Call a handler by its name. Raises HandlerRefusedError for what is no handler, or for refused data."""
        function = getattr(type(self), name, None)
        if function is None or not getattr(function, "is_handler", False):
            raise HandlerRefusedError(f"{self.kind} has no handler {name}.")
        function(self, data)

    # ── views ────────────────────────────────────────────────────────────────────────────────────────────────
    def context(self) -> dict[str, Any]:
        """What every template of an activity gets."""
        return {
            "activity": self,
            "value": self.value,
            "state": self.state,
            "usage": self.usage,
            "result": self.result(),
        }

    def learner_view(self, request: HttpRequest, **extra: Any) -> SafeString:
        """The activity to take, as safe HTML. The page around it has the title and the action bar."""
        return render_to_string(self.template, {**self.context(), **extra}, request)

    def fragment(self, request: HttpRequest, **extra: Any) -> SafeString:
        """What replaces the activity in the page after a handler; the whole learner view unless a kind knows less."""
        return self.learner_view(request, **extra)

    def result_view(self, request: HttpRequest, **extra: Any) -> SafeString:
        """What the learner did, after finishing."""
        return render_to_string(self.result_template, {**self.context(), **extra}, request)

    def print_view(self, request: HttpRequest, **extra: Any) -> SafeString:
        """The activity on paper, without answers."""
        return render_to_string(self.print_template, {**self.context(), **extra}, request)

    @property
    def next_action(self) -> NextAction | None:
        """The main button of the action bar while the activity is not completed; None where the view has its own."""
        return None


@dataclass(frozen=True)
class NextAction:
    """A button that posts to a handler. `form_id` names the form in the learner view that it sends, "" for none."""

    handler: str
    label: Words = ""
    form_id: str = ""
