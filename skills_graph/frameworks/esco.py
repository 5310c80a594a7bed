"""Reads ESCO from a folder of CSV files, plain or gzipped: the joined files of our test data, or the official download.

Skills and skill groups become competencies, “broader” relations, occupations profiles; a relation “essential” becomes an
essential requirement, “optional” a useful one. ESCO has no levels, so its scale has one. Free reuse by Commission Decision
2011/833/EU, on condition that `ATTRIBUTION` stands wherever it shows.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from lxp.exceptions import LxpError
from skills_graph.frameworks.document import BROADER, RELATED, Demand, Entry, FrameworkDocument, Link, Occupation

ATTRIBUTION = "This service uses the ESCO classification of the European Commission."
LICENCE = "Commission Decision 2011/833/EU"
URI = "http://data.europa.eu/esco"
KNOWLEDGE_ROOT = f"{URI}/skill/c46fcb45-5c14-4ffa-abed-5a43f104bb22"
LEVELS = [{"code": "has", "labels": {"nl": "heeft het", "en": "has it"}, "min_assurance": 1}]
STRENGTHS = {"essential": 1, "optional": 3}
GROUPS = ("SkillGroup",)


class EscoFileError(LxpError):
    """A file of ESCO that is missing or broken, with its name and what to mend."""


@dataclass(frozen=True)
class Table:
    """One file: its possible names without ending, and for each column the headers that it may have."""

    names: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    is_required: bool = True


URI_HEADERS, LABEL_HEADERS = ("uri", "conceptUri"), ("label_en", "preferredLabel")
SKILLS = Table(("skills", "skills_en"), (URI_HEADERS, LABEL_HEADERS, ("type", "conceptType")))
SKILL_GROUPS = Table(("skillGroups_en",), (URI_HEADERS, LABEL_HEADERS), is_required=False)
OCCUPATIONS = Table(("occupations", "occupations_en"), (URI_HEADERS, LABEL_HEADERS))
BROADER_LINKS = Table(
    ("broader", "broaderRelationsSkillPillar_en", "broaderRelationsSkillPillar"),
    (URI_HEADERS, ("broader_uri", "broaderUri")),
)
NEEDED_SKILLS = Table(
    ("occupation_skills", "occupationSkillRelations_en", "occupationSkillRelations"),
    (("occupation_uri", "occupationUri"), ("skill_uri", "skillUri"), ("relation", "relationType")),
)
RELATED_SKILLS = Table(
    ("skill_relations", "skillSkillRelations_en", "skillSkillRelations"),
    (("uri", "originalSkillUri"), ("related_uri", "relatedSkillUri"), ("relation", "relationType")),
)
DUTCH = tuple(
    Table((name,), (URI_HEADERS, ("preferredLabel",)), is_required=False)
    for name in ("skills_nl", "skillGroups_nl", "occupations_nl")
)
DUTCH_BESIDE = Table(("occupations",), (URI_HEADERS, ("label_nl",)), is_required=False)


@dataclass
class EscoReading:
    """The document that was read, and what was left out, for the operator."""

    document: FrameworkDocument
    notes: list[str] = field(default_factory=list)


def read_esco(folder: Path, *, version: str) -> EscoReading:
    """The whole of ESCO in a folder. Raises EscoFileError for a file that is missing or cannot be read."""
    if not folder.is_dir():
        raise EscoFileError(_("There is no folder %(folder)s.") % {"folder": folder})
    dutch = {uri: label for table in (*DUTCH, DUTCH_BESIDE) for uri, label in _rows(folder, table) if label}
    notes: list[str] = []
    broader = list(_rows(folder, BROADER_LINKS))
    document = FrameworkDocument(
        uri=URI,
        title="ESCO",
        scale_slug="esco",
        scale_title="ESCO",
        levels=LEVELS,
        version=version,
        licence=LICENCE,
        attribution=ATTRIBUTION,
        entries=_entries(folder, dutch, broader, notes),
        links=[Link(uri, above, BROADER) for uri, above in broader],
        occupations=_occupations(folder, dutch, notes),
    )
    _add_related(folder, document, notes)
    return EscoReading(document, notes)


def _entries(folder: Path, dutch: dict[str, str], broader: list[tuple[str, ...]], notes: list[str]) -> list[Entry]:
    """Skills and groups. What is below the root of knowledge is knowledge: the joined files do not say it of each."""
    skills = list(_rows(folder, SKILLS))
    groups = {uri for uri, _label, kind in skills if kind in GROUPS}
    labels = {uri: label for uri, label, _kind in skills}
    for uri, label in _rows(folder, SKILL_GROUPS):
        groups.add(uri)
        labels.setdefault(uri, label)
    knowledge = _below(KNOWLEDGE_ROOT, broader)
    nameless = sum(not label for label in labels.values())
    if nameless:
        notes.append(_("%(count)d competencies have no label here; they carry their number.") % {"count": nameless})
    return [
        Entry(
            uri=uri,
            kind="group" if uri in groups else "knowledge" if uri in knowledge else "skill",
            title=label or dutch.get(uri) or f"ESCO {uri.rpartition('/')[2]}",
            labels=_labels(uri, label, dutch),
        )
        for uri, label in labels.items()
    ]


def _labels(uri: str, title: str, dutch: dict[str, str]) -> dict[str, str]:
    found = {"en": title, "nl": dutch.get(uri, "")}
    return {language: label for language, label in found.items() if label}


def _below(root: str, broader: list[tuple[str, ...]]) -> set[str]:
    children: dict[str, list[str]] = {}
    for uri, above in broader:
        children.setdefault(above, []).append(uri)
    found, waiting = {root}, [root]
    while waiting:
        for each in children.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def _occupations(folder: Path, dutch: dict[str, str], notes: list[str]) -> list[Occupation]:
    """What each occupation asks. A skill that it names twice counts once, at the stronger of the two."""
    titles = {uri: title for uri, title in _rows(folder, OCCUPATIONS)}  # noqa: C416 - rows are tuples of any length
    asked: dict[str, dict[str, int]] = {uri: {} for uri in titles}
    doubles = 0
    for occupation, skill, relation in _rows(folder, NEEDED_SKILLS):
        if occupation not in asked:
            raise EscoFileError(
                _("%(uri)s asks skills, and there is no such occupation. Take all files from one version of ESCO.")
                % {"uri": occupation}
            )
        strength, before = _strength(relation), asked[occupation].get(skill)
        doubles += before is not None
        asked[occupation][skill] = min(strength, before or strength)
    if doubles:
        notes.append(_("%(count)d links are there twice; each counts once.") % {"count": doubles})
    return [
        Occupation(
            uri,
            title,
            _labels(uri, title, dutch),
            [Demand(skill, 1, 1, strength) for skill, strength in asked[uri].items()],
        )
        for uri, title in titles.items()
    ]


def _strength(relation: str) -> int:
    if relation not in STRENGTHS:
        raise EscoFileError(_("“%(word)s” is neither essential nor optional.") % {"word": relation})
    return STRENGTHS[relation]


def _add_related(folder: Path, document: FrameworkDocument, notes: list[str]) -> None:
    for uri, other, relation in _rows(folder, RELATED_SKILLS):
        if uri == other:
            notes.append(_("Left out: %(uri)s is related to itself.") % {"uri": uri})
        else:
            document.links.append(Link(uri, other, RELATED, provenance=f"ESCO {relation}"))


def _rows(folder: Path, table: Table) -> Iterator[tuple[str, ...]]:
    """The columns of a file, row by row; nothing where an optional file or column is not there."""
    path = _find(folder, table)
    if path is None:
        return
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            places = _places(next(reader, []), table, path)
            if places is None:
                return
            most = max(places)
            for row in reader:
                if len(row) <= most:
                    raise EscoFileError(
                        _("%(file)s, line %(line)d: a value is missing. Get the file again.")
                        % {"file": path.name, "line": reader.line_num}
                    )
                yield tuple([row[place].strip() for place in places])
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error) as fault:
        raise EscoFileError(
            _("%(file)s cannot be read: %(fault)s. Get the file again.") % {"file": path.name, "fault": fault}
        ) from fault


def _find(folder: Path, table: Table) -> Path | None:
    for name in table.names:
        for path in (folder / f"{name}.csv", folder / f"{name}.csv.gz"):
            if path.is_file():
                return path
    if table.is_required:
        raise EscoFileError(
            _("There is no %(name)s.csv or %(name)s.csv.gz in %(folder)s. Give the folder with all files of ESCO.")
            % {"name": table.names[0], "folder": folder}
        )
    return None


def _places(header: list[str], table: Table, path: Path) -> list[int] | None:
    places = []
    for headers in table.columns:
        place = next((header.index(name) for name in headers if name in header), None)
        if place is None and not table.is_required:
            return None
        if place is None:
            raise EscoFileError(
                _("%(file)s has no column %(column)s. Is it a file of ESCO?")
                % {"file": path.name, "column": " / ".join(headers)}
            )
        places.append(place)
    return places
