"""Parses XML from anybody: no DTD, no entities, nothing external, bounded in length, depth and number of elements."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext_lazy as _

from courses.cnxml.exceptions import DocumentError

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 200_000


class TooComplexError(Exception):
    """Raised inside the parser; becomes a DocumentError that knows file and line."""


class BoundedBuilder(TreeBuilder):
    """Builds the tree, yet stops at a depth and a size that no book has: recursion over the tree stays safe."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.elements = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise TooComplexError
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return super().end(tag)


def parse_xml(name: str, data: bytes) -> Element:
    """The root element of one file; raises DocumentError naming the file, and the line where there is one."""
    if len(data) > MAX_BYTES:
        raise DocumentError(
            _("%(name)s is longer than %(megabytes)d MB of text. Split it into smaller parts.")
            % {"name": name, "megabytes": MAX_BYTES // (1024 * 1024)}
        )
    check_encoding(name, data)
    parser: Any = DefusedXMLParser(target=BoundedBuilder(), forbid_dtd=True, encoding="utf-8")
    try:
        parser.feed(data)
        root: Element = parser.close()
    except DefusedXmlException as danger:
        raise DocumentError(
            _("%(name)s, line %(line)d: it declares a document type or an entity. Remove the declaration.")
            % {"name": name, "line": parser.parser.CurrentLineNumber}
        ) from danger
    except TooComplexError as refusal:
        raise DocumentError(
            _("%(name)s, line %(line)d: the elements are nested too deep or are too many. Make it simpler.")
            % {"name": name, "line": parser.parser.CurrentLineNumber}
        ) from refusal
    except ParseError as damage:
        line, column = damage.position
        raise DocumentError(
            _("%(name)s, line %(line)d, column %(column)d: this is not well-formed XML. Correct it and try again.")
            % {"name": name, "line": line, "column": column + 1}
        ) from damage
    return root


def check_encoding(name: str, data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as damage:
        line = data.count(b"\n", 0, damage.start) + 1
        raise DocumentError(
            _("%(name)s, line %(line)d: the text is not UTF-8. Save it as UTF-8.") % {"name": name, "line": line}
        ) from damage


def local_name(element: Element) -> str:
    """The tag without its namespace; CNXML, MDML, CollXML and MathML share no names that could be mixed up here."""
    return element.tag.rpartition("}")[2]
