"""Whether people of one organisation can see or change what belongs to another: by asking, and by posting forms filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, models, transaction

from lxp.models import Organisation, Role, User
from lxp.testing.addresses import Address, addresses
from lxp.testing.forms import WRITTEN, Form, forms_of
from lxp.testing.objects import models_of
from lxp.testing.pages import text_of
from lxp.testing.probes import Plan
from lxp.testing.world import make_person

SECRET = "KITSECRET"  # noqa: S105 - a word to look for
NOT_FOUND, NOT_ALLOWED = 404, 405


class Isolation:
    """Objects of the other organisation, asked for and written to by a member and by an administrator of ours."""

    def __init__(self, plan: Plan) -> None:
        world = plan.world
        self.plan, self.world = plan, world
        User.objects.filter(pk=world.other.pk).update(first_name=SECRET, last_name=SECRET)
        self.other = User.objects.get(pk=world.other.pk)
        everything = plan.plant(self.other, world.theirs, SECRET)
        self.there: dict[Address, list[str]] = {}
        self.made = {label: each for label, each in everything.items() if label not in plan.shared}
        self.values = _values_of(everything.values())
        self.rows = self._rows()
        self.tables = [model._meta.db_table for model in models_of(plan.plugin)]
        self.clients = {each.pk: world.client(each) for each in (world.member, world.administrator)}

    def findings(self) -> list[str]:
        forms = self._looked_around()
        found = []
        for person, who in ((self.world.member, "a member"), (self.world.administrator, "an administrator")):
            lines = [*self._seen(person), *self._compared(person), *self._written(person, forms)]
            found += [f"{who}: {line}" for line in dict.fromkeys(lines)]
        return found

    def _looked_around(self) -> list[Form]:
        """The forms that their own people see; and which addresses lead somewhere, so that only these are tried."""
        people = (self.other, make_person(self.world.theirs, *Role.values))
        forms = []
        for each in addresses(self.plan.plugin):
            paths = [] if each.is_plain else each.naming(self.made, self.plan.values)
            there: list[str] = []
            for person in people:
                for path, response in self.plan.visits(person, [path for path in paths if path not in there]):
                    there += [path] if response.status_code != NOT_FOUND else []
                    forms += self._forms_on(path, response)
            self.there[each] = there or paths  # what even they do not find may still be changed
        return forms + [form for person in people for form in self._forms_seen_by(person)]

    def _forms_seen_by(self, person: User) -> list[Form]:
        """The forms on the pages that take no argument."""
        pages = self.plan.visits(person, [*self.plan.shown_paths(), *self.plan.plain_paths()])
        return [form for path, response in pages for form in self._forms_on(path, response)]

    def _forms_on(self, path: str, response: Any) -> list[Form]:
        """Those that lead to an address of this plugin."""
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return []
        own = f"/p/{self.plan.plugin}/"
        return [form for form in forms_of(path, text_of(response)) if form.address.startswith(own)]

    def _seen(self, person: User) -> list[str]:
        pages = self.plan.visits(person, [*self.plan.shown_paths(), *self.plan.plain_paths()])
        return [f"{path} shows something of another organisation" for path, page in pages if SECRET in text_of(page)]

    def _compared(self, person: User) -> list[str]:
        """What is theirs must look like what is not there, to who asks and to who writes."""
        found = []
        for each in addresses(self.plan.plugin):
            if not each.is_plain:
                for method, data in (("get", {}), ("post", self.values)):
                    found += self._compare(person, each, method, data)
        return found

    def _compare(self, person: User, address: Address, method: str, data: dict[str, Any]) -> list[str]:
        found = []
        nothing, _text, _changed = self._tried(person, method, address.missing(), data)
        if nothing == NOT_ALLOWED:  # of this address there is nothing of the kind, whoever asks
            return []
        for path in self.there[address]:
            status, text, changed = self._tried(person, method, path, data)
            found += [f"{method} {path} changes {each}" for each in changed]
            if SECRET in text:
                found.append(f"{method} {path} shows something of another organisation")
            elif status != nothing:
                found.append(f"{method} {path} answers {status}, where nothing gives {nothing}")
        return found

    def _written(self, person: User, theirs: list[Form]) -> list[str]:
        """Forms that this person sees, and those that only people of the other organisation see, sent by this person."""
        found = []
        every = [*self._forms_seen_by(person), *theirs]
        for form in {str(each): each for each in every}.values():
            _status, _text, changed = self._tried(person, "post", form.address, form.data)
            found += [f"post {form.address} with {', '.join(form.data)} changes {each}" for each in changed]
        return found

    def _tried(self, person: User, method: str, path: str, data: dict[str, Any]) -> tuple[int, str, list[str]]:
        """(status, text, what of theirs changed); taken back afterwards, so that each is tried on the same rows."""
        client = self.clients[person.pk]
        written: list[str] = []
        with transaction.atomic(), connection.execute_wrapper(self._noting(written)):
            response = client.post(path, data) if method == "post" else client.get(path)
            changed = self._changed() if written else []
            transaction.set_rollback(True)
        return response.status_code, text_of(response), changed

    def _noting(self, written: list[str]) -> Callable[..., Any]:
        """Note each statement that writes to a table of the plugin: only after one of these can a row be another one."""

        def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if sql.startswith(("INSERT", "UPDATE", "DELETE")) and any(table in sql for table in self.tables):
                written.append(sql)
            return execute(sql, *rest)

        return note

    def _changed(self) -> list[str]:
        rows = self._rows()
        return [label for label in self.rows if self.rows[label] != rows[label]]

    def _rows(self) -> dict[str, Any]:
        """What the database holds of their objects, and how many rows are theirs."""
        rows: dict[str, Any] = {}
        for label, each in self.made.items():
            model = type(each)
            rows[label] = model._default_manager.filter(pk=each.pk).values().first()
            for key in _keys_to_organisation(model):
                rows[f"rows of {label}"] = model._default_manager.filter(**{key: self.world.theirs}).count()
        return rows


def _keys_to_organisation(model: type[models.Model]) -> list[str]:
    return [each.name for each in model._meta.concrete_fields if each.related_model is Organisation]


def _values_of(made: Iterable[models.Model]) -> dict[str, Any]:
    """A valid value for each field of these models, for a form that no page shows: keys name these objects."""
    found: dict[str, Any] = {}
    for thing in made:
        for each in type(thing)._meta.concrete_fields:
            value = getattr(thing, each.attname)
            if isinstance(each, models.CharField | models.TextField) and not each.choices:
                value = WRITTEN[: each.max_length] if each.max_length else WRITTEN
            if not each.primary_key and value not in (None, ""):
                found.setdefault(each.name, str(value))
    return found
