"""What an import could not carry over, counted per kind and with the places, for the person who started it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _


class LossKind(StrEnum):
    """Everything that may be lost or changed on the way; the value is stable, the label is for readers."""

    QUESTION_ELSEWHERE = "question_elsewhere"
    QUESTION_WITHOUT_KEY = "question_without_key"
    QUESTION_TOO_LONG = "question_too_long"
    ANSWER_IN_DOUBT = "answer_in_doubt"
    PICTURE_MISSING = "picture_missing"
    PICTURE_REFUSED = "picture_refused"
    ALT_TEXT_MISSING = "alt_text_missing"
    VIDEO_AS_LINK = "video_as_link"
    TABLE_SPAN = "table_span"
    TABLE_LAYOUT = "table_layout"
    TABLE_HEADER_CHOSEN = "table_header_chosen"
    TABLE_HEADER_MADE = "table_header_made"
    TABLE_CELL_MARKUP = "table_cell_markup"
    TABLE_SHAPE = "table_shape"
    HEADING_LEVEL = "heading_level"
    LINK_TO_ELEMENT = "link_to_element"
    LINK_UNRESOLVED = "link_unresolved"
    MATH_AS_TEXT = "math_as_text"
    MATH_UNKNOWN = "math_unknown"
    FOOTNOTE_INLINE = "footnote_inline"
    ELEMENT_UNKNOWN = "element_unknown"
    LIST_NUMBERING = "list_numbering"
    TITLE_SHORTENED = "title_shortened"
    GOALS_MADE = "goals_made"
    GOALS_LIMITED = "goals_limited"
    MODULE_MISSING = "module_missing"
    MODULE_TWICE = "module_twice"
    MODULE_UNLISTED = "module_unlisted"
    ORDER_DERIVED = "order_derived"


LABELS: Mapping[LossKind, str | Promise] = {
    LossKind.QUESTION_ELSEWHERE: _("questions whose text is only in the publisher's question bank"),
    LossKind.QUESTION_WITHOUT_KEY: _("questions without a key, kept as practice text"),
    LossKind.QUESTION_TOO_LONG: _("questions too long for a quiz, kept as practice text"),
    LossKind.ANSWER_IN_DOUBT: _("answers that do not fit their question, not marked: check them"),
    LossKind.PICTURE_MISSING: _("pictures that are not in the archive, replaced by their description"),
    LossKind.PICTURE_REFUSED: _("pictures that are no PNG, JPEG, GIF or WebP, replaced by their description"),
    LossKind.ALT_TEXT_MISSING: _("pictures without a description"),
    LossKind.VIDEO_AS_LINK: _("videos and other embedded pages, now a link"),
    LossKind.TABLE_SPAN: _("tables with merged cells, now repeated in each row or column"),
    LossKind.TABLE_LAYOUT: _("tables of labelled cells, now one row for each label"),
    LossKind.TABLE_HEADER_CHOSEN: _("tables without a header, whose first row of headings became it"),
    LossKind.TABLE_HEADER_MADE: _("tables without a header, which got numbered columns"),
    LossKind.TABLE_CELL_MARKUP: _("tables with lists, links or emphasis in cells, now plain lines"),
    LossKind.TABLE_SHAPE: _("tables that were empty or too wide"),
    LossKind.HEADING_LEVEL: _("headings below the third level, now at the third"),
    LossKind.LINK_TO_ELEMENT: _("links to a table or figure, now its name"),
    LossKind.LINK_UNRESOLVED: _("links that lead nowhere in this book, now plain text"),
    LossKind.MATH_AS_TEXT: _("formulas, now text"),
    LossKind.MATH_UNKNOWN: _("parts of formulas without a rule, their contents kept"),
    LossKind.FOOTNOTE_INLINE: _("footnotes, now between brackets in the text"),
    LossKind.ELEMENT_UNKNOWN: _("unknown elements, their text kept"),
    LossKind.LIST_NUMBERING: _("numbered lists that do not start at 1, their numbers now in the text"),
    LossKind.TITLE_SHORTENED: _("titles that were too long, shortened in the middle"),
    LossKind.GOALS_MADE: _("modules with too few learning outcomes, completed with a general one"),
    LossKind.GOALS_LIMITED: _("modules with more than 5 learning outcomes: the first 5 are goals, all are in the text"),
    LossKind.MODULE_MISSING: _("modules in the table of contents that are not in the archive"),
    LossKind.MODULE_TWICE: _("modules that the table of contents names twice, imported once"),
    LossKind.MODULE_UNLISTED: _("modules that the table of contents does not name, put last"),
    LossKind.ORDER_DERIVED: _("no table of contents in the archive: order and chapters were derived"),
}

CARRIED_LABELS: Mapping[str, str | Promise] = {
    "chapters": _("chapters"),
    "modules": _("modules"),
    "lessons": _("lessons"),
    "pieces": _("pieces of content"),
    "tables": _("tables"),
    "warnings": _("warnings"),
    "key terms": _("key terms"),
    "questions": _("questions with an answer"),
    "reflections": _("moments to look back"),
    "pictures": _("pictures"),
}


@dataclass(frozen=True)
class Loss:
    """One thing at one place: the document's id, the element's id (may be empty), and what helps to find it."""

    kind: LossKind
    document: str
    element: str = ""
    detail: str = ""

    def __str__(self) -> str:
        place = f"{self.document}#{self.element}" if self.element else self.document
        return f"{place} ({self.detail})" if self.detail else place


@dataclass(frozen=True)
class Report:
    """The result of an import: `carried` counts what came over, `losses` names what did not."""

    carried: Mapping[str, int]
    losses: tuple[Loss, ...]

    def counts(self) -> dict[LossKind, int]:
        counted = Counter(loss.kind for loss in self.losses)
        return {kind: counted[kind] for kind in LossKind if counted[kind]}

    def places(self, kind: LossKind) -> tuple[Loss, ...]:
        return tuple(loss for loss in self.losses if loss.kind is kind)

    def as_text(self, places: int = 5) -> str:
        """For a terminal or a mail: each kind with its count and the first `places` places."""
        carried = (f"  {count:6} {CARRIED_LABELS.get(name, name)}" for name, count in self.carried.items())
        lines = [gettext("Carried over:"), *carried]
        if not self.losses:
            return "\n".join([*lines, gettext("Nothing was lost or changed.")])
        lines.append(gettext("Not carried over, or changed:"))
        for kind, count in self.counts().items():
            lines.append(f"  {count:6} {LABELS[kind]}")
            found = self.places(kind)
            lines.extend(f"           {loss}" for loss in found[:places])
            if len(found) > places:
                more = len(found) - places
                text = ngettext("and %(count)d more place", "and %(count)d more places", more) % {"count": more}
                lines.append(f"           {text}")
        return "\n".join(lines)


@dataclass
class LossLog:
    """Collects losses while one document is converted."""

    document: str
    losses: list[Loss] = field(default_factory=list)

    def add(self, kind: LossKind, element: str = "", detail: str = "") -> None:
        self.losses.append(Loss(kind, self.document, element, detail[:200]))
