"""Scales, frameworks, competencies and profiles."""

from __future__ import annotations

from itertools import count
from typing import Any

from lxp.models import Organisation
from skills_graph.models import Competency, Framework, Profile, Scale
from skills_graph.services.definitions import add_competency, add_framework, add_scale, add_terms
from skills_graph.services.profiles import add_profile, add_requirement

LEVELS = [
    {"code": "knows", "labels": {"nl": "ken het", "en": "know it"}, "min_assurance": 1},
    {"code": "helped", "labels": {"nl": "met hulp", "en": "with help"}, "min_assurance": 2},
    {"code": "alone", "labels": {"nl": "zelf", "en": "alone"}, "min_assurance": 3},
    {"code": "teaches", "labels": {"nl": "leer anderen", "en": "teach others"}, "min_assurance": 3},
]
_numbers = count(1)


def make_scale(slug: str = "words", **fields: Any) -> Scale:
    return add_scale(slug=slug, **{"title": slug.title(), "levels": LEVELS, **fields})


def make_framework(slug: str = "care", **fields: Any) -> Framework:
    scale = fields.pop("scale", None) or make_scale()
    return add_framework(uri=f"https://example.org/{slug}", **{"title": slug.title(), "scale": scale, **fields})


def make_competency(
    title: str = "",
    *,
    framework: Framework | None = None,
    months: int | None = None,
    rollup: int | None = None,
    **fields: Any,
) -> Competency:
    """A competency, with terms where it lasts or is made of parts."""
    title = title or f"Competency {next(_numbers)}"
    framework = framework or make_framework()
    uri = fields.pop("uri", f"{framework.uri}/{title.lower().replace(' ', '-')}")
    competency = add_competency(framework=framework, uri=uri, **{"title": title, "kind": "skill", **fields})
    if months is not None or rollup is not None:
        add_terms(competency=competency, renew_months=months, rollup=rollup)
    return competency


def make_profile(
    title: str = "Carer", *requirements: tuple[Competency, int], owner: Organisation | None = None
) -> Profile:
    """A profile that asks competencies at levels, declared and essential; everybody's unless it has an owner."""
    profile = add_profile(uri=f"https://example.org/profiles/{title.lower()}", title=title, owner=owner)
    for competency, level in requirements:
        add_requirement(profile=profile, competency=competency, level=level)
    return profile
