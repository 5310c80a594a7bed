"""Who made the book and on what terms, said in every module: title, authors, publisher, licence, that it was changed.

CC BY 4.0, section 3(a)(1), asks for these; section 2(a)(6) forbids to suggest that the authors endorse the result.
The sentences are in English, as the book is: they are content and not interface.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext_lazy as _

from courses.cnxml.document import CnxmlDocument
from courses.cnxml.elements import Paragraph, Section, every, plain
from courses.cnxml.exceptions import LicenceError
from courses.cnxml.markup import cleaned
from courses.cnxml.tables import cut_at_breaks

DEFAULT_PUBLISHER = "OpenStax, Rice University"
CC = re.compile(r"https?://creativecommons\.org/licenses/(?P<terms>[a-z-]+)/(?P<version>\d\.\d)/?", re.IGNORECASE)
TERMS = {
    "by": "Attribution",
    "by-sa": "Attribution-ShareAlike",
    "by-nc": "Attribution-NonCommercial",
    "by-nc-sa": "Attribution-NonCommercial-ShareAlike",
}
AUTHOR = re.compile(
    r"(?:(?:Dr|Prof|Professor|Mr|Ms|Mrs)\.?\s+)?(?P<name>[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*){1,4}(?:\s\([^)]+\))?),\s"
)
CHANGES = (
    "Changes were made: the text was divided into lessons, tables were simplified, pictures, videos and online "
    "questions that are not in the source file were replaced by a description or a link."
)
NOTICE_TITLE = "Example from the United States"
NOTICE = (
    "<p>This text comes from an American textbook. It is an example of learning material. It is not a Dutch protocol. "
    "Names of medicines, doses, units and laws can differ here. Always follow the protocol of your organisation.</p>"
)


@dataclass(frozen=True)
class Attribution:
    """`licence` is its short name ("CC BY 4.0"), `licence_url` its text."""

    title: str
    authors: tuple[str, ...]
    publisher: str
    licence: str
    licence_name: str
    licence_url: str

    def as_html(self, part: str = "") -> str:
        """The attribution as the licence asks for it; `part` is the part of the book that was used."""
        authors = escape(", ".join(self.authors) or "the authors named in the book")
        licence = f'<a href="{escape(self.licence_url)}">{escape(self.licence_name)} ({escape(self.licence)})</a>'
        used = f"“{escape(part)}”, from " if part else ""
        return cleaned(
            f"<p>{used}<em>{escape(self.title)}</em> by {authors} ({escape(self.publisher)}).</p>"
            f"<p>Licence: {licence}. {CHANGES} The authors and the publisher do not endorse this version. "
            'The original is free at <a href="https://openstax.org/">openstax.org</a>.</p>'
        )


def attribution_of(
    title: str, licence_url: str, documents: Iterable[CnxmlDocument], publisher: str = DEFAULT_PUBLISHER
) -> Attribution:
    """Raises LicenceError when the book's licence is absent, unknown, or forbids changes."""
    match = CC.fullmatch(licence_url.strip())
    if not licence_url:
        raise LicenceError(
            _("The archive does not say under which licence the book may be used. Name the licence or leave it out.")
        )
    if match is None or match["terms"].lower() not in TERMS:
        raise LicenceError(
            _("The licence %(url)s does not allow a changed version. Ask the publisher, or choose another book.")
            % {"url": licence_url[:200]}
        )
    terms, version = match["terms"].lower(), match["version"]
    return Attribution(
        title=title,
        authors=authors_of(documents),
        publisher=publisher,
        licence=f"CC {terms.upper()} {version}",
        licence_name=f"Creative Commons {TERMS[terms]} {version} International",
        licence_url=f"https://creativecommons.org/licenses/{terms}/{version}/",
    )


def authors_of(documents: Iterable[CnxmlDocument]) -> tuple[str, ...]:
    """The authors in the metadata; in newer books these are empty, and the preface names the contributing authors."""
    names: dict[str, None] = {}
    for document in documents:
        names.update(dict.fromkeys(document.authors))
        if document.kind == "preface":
            names.update(dict.fromkeys(authors_in_preface(document)))
    return tuple(names)


def authors_in_preface(document: CnxmlDocument) -> Iterable[str]:
    for section in every(Section, document.blocks):
        if section.title.lower().endswith("contributing authors"):
            for paragraph in every(Paragraph, section.blocks):
                for line in cut_at_breaks(paragraph.content):
                    match = AUTHOR.match(plain(line))
                    if match:
                        yield match["name"]
