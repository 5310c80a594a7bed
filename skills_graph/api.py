"""What plugins may import from the skills graph."""

from skills_graph.models import AssessorAuthorisation, Competency, Evidence, Holding, Outcome
from skills_graph.services.ability import able_people, authorised_people
from skills_graph.services.asking import Asked, asked_of

__all__ = [
    "Asked",
    "AssessorAuthorisation",
    "Competency",
    "Evidence",
    "Holding",
    "Outcome",
    "able_people",
    "asked_of",
    "authorised_people",
]
