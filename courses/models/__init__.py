"""What exists, what editors write, and what learners leave behind."""

from courses.models.catalogue import (
    Course,
    CourseSlot,
    CourseVersion,
    GivenToVolunteers,
    Module,
    ModuleFacet,
    ModuleVersion,
    PinnedFile,
    PinnedSource,
    Sharing,
    Significance,
    VersionActivity,
    VersionText,
)
from courses.models.pages import CoursePage, ModulePage
from courses.models.records import (
    ActivityPreference,
    ActivityState,
    ActivitySummary,
    Assessment,
    AssessmentRequest,
    Attempt,
    Enrolment,
    ProgressEvent,
)

__all__ = [
    "ActivityPreference",
    "ActivityState",
    "ActivitySummary",
    "Assessment",
    "AssessmentRequest",
    "Attempt",
    "Course",
    "CoursePage",
    "CourseSlot",
    "CourseVersion",
    "Enrolment",
    "GivenToVolunteers",
    "Module",
    "ModuleFacet",
    "ModulePage",
    "ModuleVersion",
    "PinnedFile",
    "PinnedSource",
    "ProgressEvent",
    "Sharing",
    "Significance",
    "VersionActivity",
    "VersionText",
]
