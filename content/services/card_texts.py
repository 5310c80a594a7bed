"""A card as rows of text: side by side with its source, and what changed in the source since a translation was made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.models import Revision

from content.card_text import alt_of, items_of
from content.models import InstructionPage

MOST_REVISIONS = 60  # how far back an earlier text of the source is looked for
Rows = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Pair:
    """One piece of text in two languages. `before`: what the source said when the translation was made, where it said
    something else and that is known."""

    label: str
    source: str
    text: str
    before: str = ""
    is_changed: bool = False


@dataclass(frozen=True)
class Change:
    """One piece of the source that says something else now; "" where it was not there."""

    label: str
    before: str
    after: str


def rows_of(page: InstructionPage) -> Rows:
    """All that a reader reads, by a key that is the same in every language: (what it is, its text)."""
    return {key: (label, text) for key, label, text in _pieces(page) if text}


def pairs_of(page: InstructionPage, source: InstructionPage, earlier: Rows | None) -> list[Pair]:
    """Source and translation beside each other. `earlier` is what `earlier_text` found."""
    theirs, own = rows_of(source), rows_of(page)
    before = earlier if earlier is not None else theirs
    nothing = ("", "")
    return [
        Pair(
            label=next(rows[key][0] for rows in (theirs, own, before) if key in rows),
            source=theirs.get(key, nothing)[1],
            text=own.get(key, nothing)[1],
            before=before.get(key, nothing)[1],
            is_changed=before.get(key, nothing)[1] != theirs.get(key, nothing)[1],
        )
        for key in dict.fromkeys([*theirs, *own, *before])
    ]


def changes_between(before: Rows, after: Rows) -> list[Change]:
    """What says something else, in the order of the card."""
    nothing = ("", "")
    return [
        Change((after.get(key) or before[key])[0], before.get(key, nothing)[1], after.get(key, nothing)[1])
        for key in dict.fromkeys([*after, *before])
        if before.get(key, nothing)[1] != after.get(key, nothing)[1]
    ]


def earlier_text(source: InstructionPage, digest: str) -> Rows | None:
    """What the source said when its digest was this; None where no kept version says so. Two queries at most."""
    return earlier_texts(source, {digest}).get(digest)


def earlier_texts(source: InstructionPage, digests: set[str]) -> dict[str, Rows]:
    """The texts with these digests, as far as they are known, looking back from the newest version."""
    found = {source.text_digest: rows_of(source)} if source.text_digest in digests else {}
    revisions = Revision.page_revisions.filter(object_id=str(source.pk)).order_by("-created_at", "-pk")
    for revision in revisions[:MOST_REVISIONS] if digests - found.keys() else ():
        page = source.with_content_json(revision.content)
        digest = page.digest()
        if digest in digests:
            found.setdefault(digest, rows_of(page))
        if not digests - found.keys():
            break
    return found


def _pieces(page: InstructionPage) -> Iterator[tuple[str, str, str]]:
    yield "title", _("Title"), page.title
    yield "intro", _("What this is about"), page.intro
    lists = (
        ("core", _("What matters most"), page.core),
        ("do", _("Do"), page.do),
        ("dont", _("Do not"), page.dont),
        ("call", _("When to call your organisation"), page.call),
        ("emergency", _("When to call 112 at once"), page.emergency),
    )
    for name, label, lines in lists:
        for number, line in enumerate(lines, start=1):
            yield f"{name}-{number}", f"{label} {number}", line
    for number, raw in enumerate(page.needs.raw_data, start=1):
        yield f"needs-{number}", _("What you need %(number)d") % {"number": number}, raw["value"].get("text") or ""
    for number, raw in enumerate(page.steps.raw_data, start=1):
        label, key, value = _("Step %(number)d") % {"number": number}, raw.get("id") or number, raw["value"]
        yield f"step-{key}-title", label, value.get("title") or ""
        yield f"step-{key}-text", _("%(what)s, sentence") % {"what": label}, value.get("text") or ""
        yield f"step-{key}-alt", _("%(what)s, what the picture shows") % {"what": label}, alt_of(value)
    for number, raw in enumerate(page.check_questions.raw_data, start=1):
        label, key, value = _("Question %(number)d") % {"number": number}, raw.get("id") or number, raw["value"]
        yield f"check-{key}", label, value.get("prompt") or ""
        yield from _answers(f"check-{key}", label, value.get("options") or [])


def _answers(key: str, label: str, options: list[object]) -> Iterator[tuple[str, str, str]]:
    for number, option in enumerate(items_of(options), start=1):
        answer = _("%(what)s, answer %(number)d") % {"what": label, "number": number}
        if option.get("right"):
            answer = _("%(what)s (the right one)") % {"what": answer}
        yield f"{key}-{number}", answer, option.get("text") or ""
        yield f"{key}-{number}-why", _("%(what)s, explanation") % {"what": answer}, option.get("feedback") or ""
        yield f"{key}-{number}-alt", _("%(what)s, what the picture shows") % {"what": answer}, alt_of(option)
