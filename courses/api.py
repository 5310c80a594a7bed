"""What other packages and plugins may import from courses."""

from courses.activities.base import (
    Activity,
    Content,
    Event,
    NextAction,
    Result,
    Scope,
    State,
    StateField,
    Usage,
    handler,
)
from courses.exceptions import HandlerRefusedError
from courses.models import Attempt, Course, Module

__all__ = [
    "Activity",
    "Attempt",
    "Content",
    "Course",
    "Event",
    "HandlerRefusedError",
    "Module",
    "NextAction",
    "Result",
    "Scope",
    "State",
    "StateField",
    "Usage",
    "handler",
]
