"""What a check of a credential found."""

from __future__ import annotations

from skills_graph.openbadges.verdict import Verdict


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]
