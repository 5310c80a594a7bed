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
from courses.facets import CatalogueFacet, FacetValue
from courses.grading import activities_of
from courses.models import (
    ActivityState,
    Assessment,
    AssessmentRequest,
    Attempt,
    Course,
    Enrolment,
    Module,
    ModulePage,
    ModuleVersion,
    VersionActivity,
)
from courses.services.acting import act_for
from courses.services.requests import ask_for_assessment

__all__ = [
    "Activity",
    "ActivityState",
    "Assessment",
    "AssessmentRequest",
    "Attempt",
    "CatalogueFacet",
    "Content",
    "Course",
    "Enrolment",
    "Event",
    "FacetValue",
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
    "VersionActivity",
    "act_for",
    "activities_of",
    "ask_for_assessment",
    "handler",
]
