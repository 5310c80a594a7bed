"""What a hook may answer: of the right type, safe, of a size that a page can carry, and complete."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from lxp.exceptions import LxpError
from lxp.person_data import ExportPart

MAX_HTML_CHARACTERS = 500_000
MAX_ANSWERS = 10_000
MAX_LINE_CHARACTERS = 10_000


class PluginAnswerError(LxpError):
    """A hook answered something else than its specification asks."""


def checked(answer: Any, expects: type) -> list[Any]:
    """The answers of one implementation as a list. Raises PluginAnswerError for anything else than a list of `expects`."""
    if answer is None:
        return []
    if not isinstance(answer, list | tuple):
        raise PluginAnswerError(f"answered {type(answer).__name__}, where a list is asked")
    if len(answer) > MAX_ANSWERS:
        raise PluginAnswerError(f"answered {len(answer)} things; at most {MAX_ANSWERS} are taken")
    html_characters = 0
    for element in answer:
        if not isinstance(element, expects):
            raise PluginAnswerError(f"answered {type(element).__name__}, where {expects.__name__} is asked")
        if expects is SafeString:
            html_characters += len(checked_html(element))
        if isinstance(element, str) and expects is str and len(element) > MAX_LINE_CHARACTERS:
            raise PluginAnswerError(f"answered a line of {len(element)} characters; at most {MAX_LINE_CHARACTERS} fit")
    if html_characters > MAX_HTML_CHARACTERS:
        raise PluginAnswerError(f"answered more than {MAX_HTML_CHARACTERS} characters of HTML in all")
    return list(answer)


def checked_html(html: Any) -> SafeString:
    """A plugin's HTML. Raises PluginAnswerError for what is no safe text, or is far too large for a page."""
    if not isinstance(html, SafeString):
        raise PluginAnswerError(f"answered {type(html).__name__}, where safe HTML is asked")
    if len(html) > MAX_HTML_CHARACTERS:
        raise PluginAnswerError(f"answered {len(html)} characters of HTML; at most {MAX_HTML_CHARACTERS} fit")
    return html


def settled(element: Any) -> Any:
    """What would read its rows only later does so now, while a fault is still the plugin's."""
    return element.settled() if isinstance(element, ExportPart) else element
