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
from courses.grading import activities_of
from courses.models import AssessmentRequest, Attempt, Course, Module, ModulePage, ModuleVersion

__all__ = [
    "Activity",
    "AssessmentRequest",
    "Attempt",
    "Content",
    "Course",
    "Event",
    "HandlerRefusedError",
    "Module",
    "ModulePage",
    "ModuleVersion",
    "NextAction",
    "Result",
    "Scope",
    "State",
    "StateField",
    "Usage",
    "activities_of",
    "handler",
]
