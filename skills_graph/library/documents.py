"""Reads the files of a library as documents of the skills graph: words become numbers, short names addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from lxp.library import LibraryError
from skills_graph.frameworks.document import BROADER, IMPLIES, REQUIRES, Entry, FrameworkDocument, Link
from skills_graph.models import Assurance, Scale, Strength

GROUP, RESERVED, KNOWLEDGE, SKILL = "group", "reserved", "knowledge", "skill"
KINDS = ("knowledge", "skill", "attitude", "task")
THEORY, PRACTICAL = "theorie", "praktijk"  # the ends of the codes of the two parts of a reserved act
FIELD_OF = {THEORY: "theory", PRACTICAL: "practical"}
PART_WORDS = {THEORY: ("theorie", "theory"), PRACTICAL: ("praktijk", "practical")}


def assurance_of(word: str) -> int:
    return int(_one_of(Assurance, word))


def strength_of(word: str) -> int:
    return int(_one_of(Strength, word))


def _one_of(choices: Any, word: str) -> Any:
    try:
        return choices[word.upper()]
    except KeyError as fault:
        known = ", ".join(name.lower() for name in choices.names)
        raise LibraryError(_("“%(word)s” is none of: %(known)s.") % {"word": word, "known": known}) from fault


def rank_of(scale: Scale, code: str) -> int:
    """The rank of a level by its code."""
    codes = [level["code"] for level in scale.levels]
    if code not in codes:
        raise LibraryError(_("“%(word)s” is none of: %(known)s.") % {"word": code, "known": ", ".join(codes)})
    return codes.index(code) + 1


def levels_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "code": each["code"],
            "labels": {"nl": each["nl"], "en": each["en"]},
            "min_assurance": assurance_of(each["min_assurance"]),
        }
        for each in data["levels"]
    ]


def framework_document(data: dict[str, Any], scale: Scale) -> FrameworkDocument:
    """A file of `frameworks/` as a document; what the format does not know raises LibraryError."""
    base = data["uri"].rstrip("/")
    entries, links = [], []
    for group in data["groups"]:
        entries.append(_entry(base, group, GROUP, group["role"]))
        for each in _expanded(group):
            if each["kind"] not in (*KINDS, RESERVED):
                raise LibraryError(_("%(code)s is of no known kind.") % {"code": each["code"]})
            entries.append(_entry(base, each, each["kind"], group["role"]))
            links.append(Link(f"{base}/{each['code']}", f"{base}/{group['code']}", BROADER))
            links.extend(_links(base, each, scale))
    return FrameworkDocument(
        uri=data["uri"],
        title=data["title"],
        labels=_by_language(data["title"], data.get("title_en")),
        scale_slug=scale.slug,
        scale_title=scale.title,
        levels=scale.levels,
        version=data.get("version", ""),
        licence=data.get("licence", ""),
        attribution=data.get("attribution", ""),
        entries=entries,
        links=links,
    )


def _by_language(dutch: str | None, english: str | None) -> dict[str, str]:
    """What the file says in Dutch, and in English where it does."""
    return {language: text for language, text in (("nl", dutch), ("en", english)) if text}


def _expanded(group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The competencies of a group; each reserved act with the theory and the practical that prove it together."""
    yield from group.get("competencies", [])
    for act in group.get("reserved_acts", []):
        for part, kind in ((THEORY, KNOWLEDGE), (PRACTICAL, SKILL)):
            dutch, english = PART_WORDS[part]
            words, english_words = act[FIELD_OF[part]], act.get(f"{FIELD_OF[part]}_en")
            yield {
                "summary_en": english_words,
                "code": f"{act['code']}-{part}",
                "kind": kind,
                "nl": f"{act['nl']}: {dutch}",
                "en": f"{act['en']}: {english}",
                "summary": words,
                "months": act["months"],
                "legal_basis": act["legal_basis"],
            }
        parts = [
            {"code": f"{act['code']}-{THEORY}", "at": "know", "assurance": "tested", "gives": "alone"},
            {"code": f"{act['code']}-{PRACTICAL}", "at": "alone", "assurance": "assessed", "gives": "alone"},
        ]
        yield {**act, "kind": RESERVED, "rollup": 0, "parts": parts}


def _entry(base: str, each: dict[str, Any], kind: str, role: str) -> Entry:
    return Entry(
        uri=f"{base}/{each['code']}",
        code=each["code"],
        kind=kind,
        title=each["nl"],
        labels={"nl": each["nl"], "en": each["en"]},
        summary=each.get("summary", ""),
        summaries=_by_language(each.get("summary"), each.get("summary_en")),
        role=role,
        months=each.get("months"),
        rollup=each.get("rollup"),
        legal_basis=each.get("legal_basis", ""),
    )


def _links(base: str, each: dict[str, Any], scale: Scale) -> Iterator[Link]:
    here = f"{base}/{each['code']}"
    for code in each.get("requires", []):
        yield Link(here, f"{base}/{code}", REQUIRES)
    for other in each.get("implies", []):
        at, gives = rank_of(scale, other["at"]), rank_of(scale, other["gives"])
        yield Link(here, f"{base}/{other['code']}", IMPLIES, at=at, gives=gives)
    for part in each.get("parts", []):
        at, gives = rank_of(scale, part["at"]), rank_of(scale, part["gives"])
        assurance = assurance_of(part["assurance"])
        yield Link(f"{base}/{part['code']}", here, BROADER, at=at, gives=gives, assurance=assurance)
