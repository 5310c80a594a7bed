"""Writes inline content and simple blocks as the small HTML subset of a lesson, or as plain text for cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape, unescape

import nh3

from courses.cnxml.elements import Block, ItemList, Paragraph, Span, Unknown, every, plain
from courses.cnxml.references import References
from courses.cnxml.report import LossKind, LossLog
from courses.cnxml.typography import lowered, raised

TAGS = {"p", "h3", "ul", "ol", "li", "strong", "em", "sub", "sup", "a", "br"}
SCHEMES = {"http", "https", "mailto", "module"}
HTML_OF_KIND = {"em": "em", "strong": "strong", "label": "strong", "term": "strong", "sub": "sub", "sup": "sup"}
WEB = re.compile(r"https?://[^\s]+$", re.IGNORECASE)


def cleaned(html: str) -> str:
    """The last word on every piece of HTML: whatever came in, only the subset goes out."""
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)


class Markup:
    """Knows where it is (document, block), so that links resolve and losses have a place."""

    def __init__(self, references: References, log: LossLog) -> None:
        self.references = references
        self.log = log
        self.place = ""

    def html(self, content: Iterable[str | Span]) -> str:
        return "".join(escape(one_line(part)) if isinstance(part, str) else self.html_of_span(part) for part in content)

    def html_of_span(self, span: Span) -> str:
        if span.kind == "break":
            return "<br>" * len("".join(str(part) for part in span.content))
        if span.kind == "math":
            self.log.add(LossKind.MATH_AS_TEXT, self.place, plain(span.content))
            return "<br>".join(escape(line) for line in str(span.content[0]).split("\n"))
        if span.kind == "link":
            label, address = self.link(span)
            return f'<a href="{escape(address)}">{label}</a>' if address else label
        inside = self.html(span.content)
        self.note_losses(span)
        if span.kind == "footnote":
            return f" ({inside.strip()})"
        tag = HTML_OF_KIND.get(span.kind)
        return f"<{tag}>{inside}</{tag}>" if tag and inside.strip() else inside

    def note_losses(self, span: Span) -> None:
        if span.kind == "footnote":
            self.log.add(LossKind.FOOTNOTE_INLINE, self.place)
        if span.kind == "other" and span.tag not in ("", "code"):
            self.log.add(LossKind.ELEMENT_UNKNOWN, self.place, span.tag)

    def link(self, span: Span) -> tuple[str, str]:
        """The label as HTML and the address; an address that we cannot vouch for is empty, and reported."""
        target, label = span.target, self.html(span.content)
        if target.url:
            if WEB.match(target.url):
                return label or escape(target.url), target.url
            self.log.add(LossKind.LINK_UNRESOLVED, self.place, target.url)
            return label, ""
        here = self.log.document
        document = target.document or here
        if document not in self.references.slugs:
            self.log.add(LossKind.LINK_UNRESOLVED, self.place, document)
            return label or escape(document), ""
        if target.element:
            self.log.add(LossKind.LINK_TO_ELEMENT, self.place, f"{document}#{target.element}")
            name = self.references.names.get((document, target.element), "this part")
            away = "" if document == here else f" in “{self.references.titles[document]}”"
            label = label or escape(name + away)
        label = label or escape(self.references.titles[document])
        return label, "" if document == here else f"module:{self.references.slugs[document]}"

    def text(self, content: Iterable[str | Span]) -> str:
        """Plain text for cells and captions: breaks stay as newlines, raised and lowered letters stay so."""
        return "".join(one_line(part) if isinstance(part, str) else self.text_of_span(part) for part in content)

    def text_of_span(self, span: Span) -> str:
        if span.kind == "break":
            return "\n"
        if span.kind == "math":
            self.log.add(LossKind.MATH_AS_TEXT, self.place, plain(span.content))
            return str(span.content[0])
        if span.kind == "link":
            label, _address = self.link(span)
            return unescape(re.sub(r"<[^>]+>", "", label.replace("<br>", "\n")))
        self.note_losses(span)
        inside = self.text(span.content)
        if span.kind == "sup":
            return raised(inside)
        if span.kind == "sub":
            return lowered(inside)
        return f" ({inside.strip()})" if span.kind == "footnote" else inside

    def paragraph(self, paragraph: Paragraph) -> str:
        self.place = paragraph.id or self.place
        return wrapped("p", self.html(paragraph.content))

    def unknown(self, block: Unknown) -> str:
        self.place = block.id or self.place
        self.log.add(LossKind.ELEMENT_UNKNOWN, block.id, block.tag)
        return wrapped("p", self.html(block.content))

    def item_list(self, items: ItemList) -> str:
        """A list, nested where it was; a number other than 1 at the start is written out, since it may be cited."""
        self.place = items.id or self.place
        is_counted = items.is_numbered and items.start != 1
        if is_counted:
            self.log.add(LossKind.LIST_NUMBERING, items.id, str(items.start))
        tag = "ol" if items.is_numbered and not is_counted else "ul"
        lines = [
            f"<li>{f'{number}. ' if is_counted else ''}{self.item(item)}</li>"
            for number, item in enumerate(items.items, items.start)
        ]
        title = wrapped("p", f"<strong>{escape(items.title)}</strong>") if items.title else ""
        return f"{title}<{tag}>{''.join(lines)}</{tag}>" if lines else title

    def item(self, blocks: tuple[Block, ...]) -> str:
        """Text of an item without <p>; several paragraphs are parted by <br>, lists stay lists."""
        html = ""
        for block in blocks:
            if isinstance(block, ItemList):
                html += self.item_list(block)
            else:
                self.note_misplaced(block)
                words = " ".join(self.html(part.content).strip() for part in every(Paragraph, block))
                html += f"<br>{words}" if html and not html.endswith(("</ul>", "</ol>")) else words
        return trimmed(html)

    def note_misplaced(self, block: Block) -> None:
        """A table or figure inside an item or cell has no place there: only its paragraphs stay."""
        if not isinstance(block, Paragraph):
            self.log.add(LossKind.ELEMENT_UNKNOWN, block.id or self.place, type(block).__name__.lower())

    def lines(self, blocks: Iterable[Block], bullet: str = "") -> str:
        """Blocks as plain lines: "• " before an item, "– " before an item within an item."""
        lines: list[str] = []
        for block in blocks:
            if isinstance(block, ItemList):
                for number, item in enumerate(block.items, block.start):
                    mark = f"{number}. " if block.is_numbered else ("– " if bullet else "• ")
                    lines.append(mark + self.lines(item, bullet=mark))
            else:
                self.note_misplaced(block)
                lines.extend(self.text(part.content) for part in every(Paragraph, block))
        stripped = (line.strip() for text in lines for line in text.split("\n"))
        return "\n".join(line for line in stripped if line)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def trimmed(html: str) -> str:
    """Without white space and line breaks at either end, and without space around a break."""
    html = re.sub(r"\s*<br>\s*", "<br>", html)
    return re.sub(r"^(?:\s|<br>)+|(?:\s|<br>)+$", "", html)


def wrapped(tag: str, html: str) -> str:
    html = trimmed(html)
    return f"<{tag}>{html}</{tag}>" if html else ""
