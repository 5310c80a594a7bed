"""What no browser of ours would send: days that the calendar hardly has, numbers out of every range, and NUL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from django.db import transaction
from django.test import override_settings
from django.urls import Resolver404, resolve
from django.utils import timezone

from lxp.models import PluginIncident
from lxp.testing.addresses import addresses
from lxp.testing.faults import NEVER_OFF, incidents
from lxp.testing.forms import Form, forms_of
from lxp.testing.pages import text_of
from lxp.testing.probes import Plan

LAST_DAY, HUGE = "9999-12-31", str(10**30)
ENDLESS = "9" * 5000  # more digits than int() reads
DAYS = ("0001-01-01", LAST_DAY, "2026-02-30")
NUMBERS = ("0", "-1", HUGE, ENDLESS)
NUL = "Kit\0"
LINK = "link"
EVERY = (*DAYS, *NUMBERS, NUL)
BY_KIND = {"date": DAYS, "datetime-local": tuple(f"{day}T00:00" for day in DAYS), "number": NUMBERS, LINK: EVERY}
FIXED = ("submit", "image", "button", "reset", "file")
FAILED = 500
Sent = dict[str, list[str]]


class Nonsense:
    """One person with every role, for whom there are objects, sends it wherever something can be sent."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.person = plan, plan.world.administrator
        self.made = plan.plant(self.person, plan.world.ours, "Kit")
        self.client = plan.world.client(self.person)
        self.own = f"/p/{plan.plugin}/"

    def findings(self) -> list[str]:
        found: list[str] = []
        with override_settings(PLUGIN_FAULT_LIMIT=NEVER_OFF):
            for each in addresses(self.plan.plugin, with_secrets=True):
                found += [line for path in each.absurd() for line in self._sent("get", path, {})]
            for method, path, data in self._everything():
                found += self._sent(method, path, data)
        return list(dict.fromkeys(found))

    def _everything(self) -> Iterator[tuple[str, str, Sent]]:
        """Each form and each parameter once, on whichever page it stands."""
        known: set[tuple[str, ...]] = set()
        for form in self._forms():
            key = (form.method, _name_of(form.address), *sorted(form.kinds))
            if key not in known:
                known.add(key)
                for data in _spoilt(form):
                    yield form.method, form.address, data

    def _forms(self) -> Iterator[Form]:
        """Those on the pages of the plugin and on pages that show it, and the links there with parameters as forms."""
        paths = [*self.plan.shown_paths(), *self.plan.plain_paths(), *self.plan.paths_of(self.made)]
        for path, response in list(self.plan.visits(self.person, paths)):
            if response.headers.get("Content-Type", "").startswith("text/html"):
                html = text_of(response)
                every = [*forms_of(path, html, ("get", "post")), *_links_of(path, html)]
                yield from (each for each in every if each.address.startswith(self.own) and each.data)

    def _sent(self, method: str, path: str, data: Sent) -> list[str]:
        """What is wrong with the answer; taken back afterwards, so that the next one finds everything as it was."""
        with transaction.atomic():
            PluginIncident.objects.filter(plugin=self.plan.plugin).delete()
            response = self.client.post(path, data) if method == "post" else self.client.get(path, data)
            why = "; ".join(incidents(self.plan.plugin)) if response.status_code >= FAILED else ""
            transaction.set_rollback(True)
        if response.status_code < FAILED:
            return []
        words = ", ".join(f"{name}={'/'.join(values)[:40]!r}" for name, values in data.items())
        return [f"{method} {path} with {words or 'nothing'} answers {response.status_code}: {why[:200]}"]


def _spoilt(form: Form) -> Iterator[Sent]:
    """Every field at once; all fields of a kind, with the others as they should be; and each day for itself."""
    names = [name for name, kind in form.kinds.items() if kind not in FIXED]
    for value in (LAST_DAY, HUGE, ENDLESS, NUL):
        yield _with(form, value, names)
    for kind, values in BY_KIND.items():
        of_kind = [name for name in names if form.kinds[name] == kind]
        if of_kind:
            yield from (_with(form, value, of_kind) for value in values)
        if len(of_kind) > 1 and kind != "number":
            yield from (_with(form, value, [name]) for value in values for name in of_kind)


def _with(form: Form, value: str, names: list[str]) -> Sent:
    given = {name: values for name, values in form.data.items() if values != [""]}
    usual = {"date": f"{timezone.localdate() + timedelta(days=9)}", "time": "09:00"}
    sensible = {name: [usual[kind]] for name, kind in form.kinds.items() if kind in usual}
    return {**form.data, **sensible, **given, **{name: [value] for name in names}}


def _name_of(address: str) -> str:
    try:
        return resolve(address).view_name
    except Resolver404:
        return address


class _Links(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.found = page, list[Form]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parts = urlsplit(urljoin(self.page, dict(attrs).get("href") or "")) if tag == "a" else None
        if parts is not None and parts.query:
            data: dict[str, Any] = parse_qs(parts.query, keep_blank_values=True)
            self.found.append(Form(parts.path, data, "get", dict.fromkeys(data, LINK)))


def _links_of(page: str, html: str) -> list[Form]:
    """The links of a page that send something, as a form by GET."""
    parser = _Links(page)
    parser.feed(html)
    return parser.found
