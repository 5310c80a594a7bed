"""The forms that a page shows, filled in the way somebody would who wants to change something."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

WRITTEN = "Kit wrote this"
TEXTS = ("text", "search", "textarea")
BUTTONS = ("submit", "image", "button")
LEFT_OUT = ("reset", "file")


@dataclass
class Form:
    """One form that posts: where to, and a value for each of its fields."""

    address: str
    data: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.found = page, list[Form]()
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
        if given.get("method", "").lower() == "post":
            self.form = Form(urlsplit(urljoin(self.page, given.get("action", ""))).path)
            self.found.append(self.form)

    def _take(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        kind = given.get("type", "submit" if tag == "button" else "text") if tag in ("input", "button") else tag
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


def forms_of(page: str, html: str) -> list[Form]:
    """Every form of a page that posts, filled in. Its token against forged requests is left out."""
    parser = _Forms(page)
    parser.feed(html)
    return parser.found
