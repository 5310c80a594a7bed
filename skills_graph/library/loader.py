"""Loads the folders of a library that the skills graph owns: scales, frameworks, profiles and agreements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxp.exceptions import LxpError
from lxp.library import LibraryError, LibrarySection
from lxp.library_names import organisation_named, person_named
from skills_graph.frameworks.document import Demand
from skills_graph.library.documents import assurance_of, framework_document, levels_of, rank_of, strength_of
from skills_graph.library.evidence import load_evidence
from skills_graph.library.names import competencies_of
from skills_graph.models import JobProfile, Scale
from skills_graph.services.definitions import add_scale, close_definition
from skills_graph.services.profiles import add_profile, add_recognition, authorise_assessor, link_job
from skills_graph.services.storing import store_framework, store_requirements


def load_scale(slug: str, data: dict[str, Any], path: Path) -> None:
    """A scale of levels in words."""
    add_scale(slug=slug, title=data["title"], levels=levels_of(data))


def load_framework(slug: str, data: dict[str, Any], path: Path) -> None:
    """A framework with its competencies, terms and relations."""
    owner = organisation_named(data["owner"], path) if data.get("owner") else None
    scale = Scale.objects.filter(slug=data["scale"]).first()
    if scale is None:
        raise LibraryError(f"{path}: there is no scale {data['scale']}.")
    try:
        store_framework(document=framework_document(data, scale), owner=owner)
    except LxpError as refusal:
        raise LibraryError(f"{path}: {refusal}") from refusal


def load_profile(slug: str, data: dict[str, Any], path: Path) -> None:
    """What a job asks, and which jobs of which organisations it is for."""
    labels = {"nl": data["title"], "en": data["title_en"]}
    profile = add_profile(uri=data["uri"], title=data["title"], labels=labels)
    codes = [code for row in data["requirements"] for code in row["competencies"]]
    found = competencies_of(codes, path)
    demands = [
        Demand(
            code,
            rank_of(found[code].framework.scale, row["level"]),
            assurance_of(row["assurance"]),
            strength_of(row["strength"]),
        )
        for row in data["requirements"]
        for code in row["competencies"]
    ]
    store_requirements(profile=profile, demands=demands, ids={code: each.pk for code, each in found.items()})
    jobs = {
        link_job(organisation=organisation_named(organisation, path), job=job, profile=profile).pk
        for organisation, names in data.get("jobs", {}).items()
        for job in names
    }
    for gone in JobProfile.objects.current().filter(profile=profile, asserted_by=None).exclude(pk__in=jobs):
        close_definition(definition=gone)


def load_agreement(slug: str, data: dict[str, Any], path: Path) -> None:
    """Whom an organisation lets assess what, and what it recognises of others."""
    organisation = organisation_named(slug, path)
    for row in data.get("assessors", []):
        found = competencies_of(row["competencies"], path)
        for competency in found.values():
            authorise_assessor(
                person=person_named(row["person"], path),
                organisation=organisation,
                competency=competency,
                starts_on=row["from"],
                ends_on=row.get("until"),
            )
    for row in data.get("recognises", []):
        gives = row.get("gives", row["competency"])
        found = competencies_of({row["competency"], gives}, path)
        add_recognition(
            accepting=organisation,
            issuer=organisation_named(row["issuer"], path),
            competency=found[row["competency"]],
            kind=row["kind"],
            level=rank_of(found[row["competency"]].framework.scale, row["level"]),
            gives=found[gives],
            gives_level=rank_of(found[gives].framework.scale, row.get("gives_level", row["level"])),
            max_age_months=row.get("max_age_months"),
        )


def sections() -> list[LibrarySection]:
    """What modules refer to comes before them; evidence, which refers to modules, comes last."""
    return [
        LibrarySection("scales", load_scale, before="modules"),
        LibrarySection("frameworks", load_framework, before="modules"),
        LibrarySection("profiles", load_profile),
        LibrarySection("agreements", load_agreement),
        LibrarySection("evidence", load_evidence),
    ]
