"""The forms that a page shows, filled in the way somebody would who wants to change something."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

WRITTEN = "Kit wrote this"
TEXTS = ("text", "search", "textarea")
BUTTONS = ("submit", "image", "button")
LEFT_OUT = ("reset", "file")


@dataclass
class Form:
    """One form: where to, and a value and a kind for each of its fields."""

    address: str
    data: dict[str, list[str]] = field(default_factory=dict)
    method: str = "post"
    kinds: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self, page: str, methods: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.methods, self.found = page, methods, list[Form]()
        self.form: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open(given)
        elif self.form is not None and tag in ("input", "textarea", "button", "select", "option"):
            self._take(self.form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None

    def _open(self, given: dict[str, str]) -> None:
        method = given.get("method", "get").lower()
        if method in self.methods:
            self.form = Form(urlsplit(urljoin(self.page, given.get("action", ""))).path, method=method)
            self.found.append(self.form)

    def _take(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        kind = given.get("type", "submit" if tag == "button" else "text") if tag in ("input", "button") else tag
        if name:
            form.kinds[name] = kind
        if kind == "select":
            self.select = name
        elif kind == "option":
            self._choose(form, value)
        elif name and name != "csrfmiddlewaretoken" and kind not in LEFT_OUT:
            self._fill(form, name, value, kind)

    def _choose(self, form: Form, value: str) -> None:
        """The last choice that says something: seldom the one that stands there already."""
        if self.select and value:
            form.data[self.select] = [value]

    def _fill(self, form: Form, name: str, value: str, kind: str) -> None:
        if kind in TEXTS:
            form.data[name] = [WRITTEN]
        elif kind == "checkbox":
            form.data.setdefault(name, []).append(value or "on")
        elif kind in BUTTONS:
            form.data.setdefault(name, [value])  # the first button of that name is pressed
        elif kind == "number":
            form.data[name] = [value or "1"]
        else:  # a radio button, a date, a hidden field: what the page says
            form.data[name] = [value]


def forms_of(page: str, html: str, methods: Collection[str] = ("post",)) -> list[Form]:
    """Every form of a page that posts, filled in. Its token against forged requests is left out."""
    parser = _Forms(page, methods)
    parser.feed(html)
    return parser.found
