"""Open Badges 3.0: building, signing and checking credentials. Pure: no models, no settings, no database."""

from skills_graph.openbadges.achievement import (
    Achievement,
    Award,
    CitedEvidence,
    Issuer,
    Recipient,
    Target,
    build_achievement,
    build_credential,
)
from skills_graph.openbadges.did import build_did_document, did_of_key, did_of_web, method_of_key
from skills_graph.openbadges.exceptions import OpenBadgesError, RefusedError, UnavailableError, UnreadableError
from skills_graph.openbadges.keys import PublicKey, SigningKey
from skills_graph.openbadges.proofs import sign
from skills_graph.openbadges.reading import read_credential, read_json
from skills_graph.openbadges.sources import Sources
from skills_graph.openbadges.status_list import StatusEntry, build_status_list
from skills_graph.openbadges.verdict import Outcome, Reason, Summary, Verdict
from skills_graph.openbadges.verification import verify, verify_document

__all__ = [
    "Achievement",
    "Award",
    "CitedEvidence",
    "Issuer",
    "OpenBadgesError",
    "Outcome",
    "PublicKey",
    "Reason",
    "Recipient",
    "RefusedError",
    "SigningKey",
    "Sources",
    "StatusEntry",
    "Summary",
    "Target",
    "UnavailableError",
    "UnreadableError",
    "Verdict",
    "build_achievement",
    "build_credential",
    "build_did_document",
    "build_status_list",
    "did_of_key",
    "did_of_web",
    "method_of_key",
    "read_credential",
    "read_json",
    "sign",
    "verify",
    "verify_document",
]
