"""What plugins may import from the skills graph."""

from skills_graph.models import Competency, Evidence, Holding, Outcome

__all__ = ["Competency", "Evidence", "Holding", "Outcome"]
