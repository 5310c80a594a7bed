"""What plugins may import from the skills graph."""

from skills_graph.models import Competency, Evidence, Holding, Outcome
from skills_graph.services.ability import (
    NEVER,
    Abilities,
    abilities_of,
    reserved_wholes,
)
from skills_graph.services.asking import Asked, asked_of
from skills_graph.services.demand import AskedByJob, Held, asked_by_jobs, families_of_jobs, held_by

__all__ = [
    "NEVER",
    "Abilities",
    "Asked",
    "AskedByJob",
    "Competency",
    "Evidence",
    "Held",
    "Holding",
    "Outcome",
    "abilities_of",
    "asked_by_jobs",
    "asked_of",
    "families_of_jobs",
    "held_by",
    "reserved_wholes",
]
