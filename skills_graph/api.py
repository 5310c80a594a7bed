"""What plugins may import from the skills graph."""

from skills_graph.models import AssessorAuthorisation, Competency, Evidence, Holding, Outcome
from skills_graph.services.ability import able_people, authorised_people

__all__ = [
    "AssessorAuthorisation",
    "Competency",
    "Evidence",
    "Holding",
    "Outcome",
    "able_people",
    "authorised_people",
]
