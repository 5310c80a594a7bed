"""MathML as text that can be read aloud: for the elements that occur in textbooks, on one line where possible.

An unknown element keeps its contents; nothing is dropped. A space between numbers and units comes from the book.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from courses.cnxml.safe_xml import local_name
from courses.cnxml.typography import lowered, raised

TOKENS = {"mi", "mn", "mo", "mtext", "ms"}
GROUPS = {"math", "semantics", "mrow", "mstyle", "mpadded", "menclose", "mtd", "merror"}
JOINING = set("=≠≈<>≤≥±+-−×÷·→")
UNSEEN = {"annotation", "annotation-xml", "mphantom", "none"}


def text_of_math(math: Element) -> str:
    """Readable text of a <math> element; lines of a table or a forced break are joined by a newline."""
    lines = written(math).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def written(element: Element) -> str:
    tag = local_name(element)
    if tag in TOKENS:
        return element.text or ""
    if tag in UNSEEN:
        return ""
    if tag in FORMS:
        return FORMS[tag](element)
    return row(element)


def row(element: Element) -> str:
    """The parts in a row, with a space around what joins two of them; a sign in front of a number has none."""
    text = ""
    for child in element:
        part = written(child)
        is_between = local_name(child) == "mo" and part.strip() in JOINING and bool(text.strip())
        text += f" {part.strip()} " if is_between else part
    return text


def space(element: Element) -> str:
    return "\n" if element.get("linebreak") == "newline" else " "


def fraction(element: Element) -> str:
    parts = [written(child).strip() for child in element][:2]
    numerator, denominator = ([*parts, "", ""])[:2]
    if not denominator:
        return bracketed(numerator)
    return f"{bracketed(numerator)}/{bracketed(denominator)}"


def bracketed(text: str) -> str:
    return text if text.replace(".", "").replace(",", "").isalnum() or not text else f"({text})"


def root(element: Element) -> str:
    return f"√({row(element).strip()})"


def indexed_root(element: Element) -> str:
    parts = [written(child).strip() for child in element]
    base, index = ([*parts, "", ""])[:2]
    return f"{raised(index)}√({base})"


def powers(element: Element) -> str:
    parts = [written(child) for child in element]
    tag = local_name(element)
    if tag in ("msub", "munder"):
        return parts[0] + lowered(parts[1]) if len(parts) == 2 else "".join(parts)
    if tag in ("msup", "mover"):
        return parts[0] + raised(parts[1]) if len(parts) == 2 else "".join(parts)
    return parts[0] + lowered(parts[1]) + raised(parts[2]) if len(parts) == 3 else "".join(parts)


def fence(element: Element) -> str:
    separator = (element.get("separators", ",").strip() or " ")[0]
    inside = f"{separator} ".join(written(child).strip() for child in element)
    return f"{element.get('open', '(')}{inside}{element.get('close', ')')}"


def lines(element: Element) -> str:
    rows = [" ".join(written(cell).strip() for cell in line) for line in element]
    return "\n" + "\n".join(rows) + "\n"


FORMS: dict[str, Callable[[Element], str]] = {
    "mspace": space,
    "mfrac": fraction,
    "msqrt": root,
    "mroot": indexed_root,
    "msub": powers,
    "msup": powers,
    "msubsup": powers,
    "munder": powers,
    "mover": powers,
    "munderover": powers,
    "mfenced": fence,
    "mtable": lines,
}
KNOWN = TOKENS | GROUPS | UNSEEN | set(FORMS) | {"mtr"}


def unknown_parts(math: Element) -> list[str]:
    """Names of elements in a formula that have no rule here."""
    return sorted({local_name(part) for part in math.iter()} - KNOWN)
