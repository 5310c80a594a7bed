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
    handler,
)
from courses.activities.stores import Act
from courses.cnxml.archive import ArchiveLimits, read_archive
from courses.cnxml.exceptions import ArchiveError, DocumentError
from courses.cnxml.safe_xml import local_name, parse_xml
from courses.exceptions import HandlerRefusedError, UnknownActivityError
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
from courses.services.attempts import PluginFailedError
from courses.services.attempts import handle as take_act
from courses.services.giving import give_to_volunteers
from courses.services.loading import CollectionFiles, store_module
from courses.services.requests import ask_for_assessment

__all__ = [
    "Act",
    "Activity",
    "ActivityState",
    "ArchiveError",
    "ArchiveLimits",
    "Assessment",
    "AssessmentRequest",
    "Attempt",
    "CatalogueFacet",
    "CollectionFiles",
    "Content",
    "Course",
    "DocumentError",
    "Enrolment",
    "Event",
    "FacetValue",
    "HandlerRefusedError",
    "Module",
    "ModulePage",
    "ModuleVersion",
    "NextAction",
    "PluginFailedError",
    "Result",
    "Scope",
    "State",
    "StateField",
    "UnknownActivityError",
    "VersionActivity",
    "act_for",
    "activities_of",
    "ask_for_assessment",
    "give_to_volunteers",
    "handler",
    "local_name",
    "parse_xml",
    "read_archive",
    "store_module",
    "take_act",
]
