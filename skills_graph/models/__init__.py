"""Definitions, outcomes, the ledger with what follows from it, authority, and credentials."""

from skills_graph.models.authority import AssessorAuthorisation, RecognitionRule, Registration
from skills_graph.models.credentials import Achievement, Credential, IssuerKey, StatusList, Withdrawal
from skills_graph.models.graph import (
    Assurance,
    Competency,
    CompetencyTerms,
    Framework,
    JobProfile,
    Profile,
    Relation,
    Requirement,
    Scale,
    ScaleMap,
    Strength,
)
from skills_graph.models.ledger import NEVER, Derivation, Evidence, Holding
from skills_graph.models.outcomes import ASSURANCE_OF, DraftOutcome, EvidenceKind, Outcome
from skills_graph.models.versions import GraphChange, GraphVersion

__all__ = [
    "ASSURANCE_OF",
    "NEVER",
    "Achievement",
    "AssessorAuthorisation",
    "Assurance",
    "Competency",
    "CompetencyTerms",
    "Credential",
    "Derivation",
    "DraftOutcome",
    "Evidence",
    "EvidenceKind",
    "Framework",
    "GraphChange",
    "GraphVersion",
    "Holding",
    "IssuerKey",
    "JobProfile",
    "Outcome",
    "Profile",
    "RecognitionRule",
    "Registration",
    "Relation",
    "Requirement",
    "Scale",
    "ScaleMap",
    "StatusList",
    "Strength",
    "Withdrawal",
]
