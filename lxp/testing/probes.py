"""Tries a plugin in its world, with objects of it that the kit made; each probe returns what is wrong, one line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, models, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from lxp.checks import plugins_can_go
from lxp.models import Membership, Organisation, PluginIncident, User
from lxp.testing.addresses import Filling, addresses
from lxp.testing.faults import (
    IN_THE_TEST_SECONDS,
    NEVER_OFF,
    SLEEP_SECONDS,
    faults_of,
    implementations,
    incidents,
    replaced,
)
from lxp.testing.migrations import without_tables
from lxp.testing.objects import Factory, Planted, make_all, models_of, named_behind
from lxp.testing.pages import (
    HOME,
    HOSTILE,
    SHOWN,
    TAKEN_UP,
    address_of,
    ask,
    get,
    module_page,
    runs,
    taken_up,
)
from lxp.testing.world import World

MODULE = "courses.Module"
TOLD_OF_NOTHING = ("module_completed", "evidence_recorded")
ALWAYS_ASKED = (
    "activity_kinds",
    "urls",
    "library_sections",
    "reconcile",
    "person_export",
    "person_erase",
    "instruction_page_care_lines",  # whoever gave the card, which only the plugin knows
)


def faults_of_the_package(plugin: str) -> list[str]:
    """Keys that would keep the plugin's tables in place, and page types of Wagtail, which no page outlives."""
    held = [each.msg for each in plugins_can_go(None) if f"The key {plugin}." in each.msg]
    pages = [model._meta.label for model in models_of(plugin) if "wagtailcore.page" in map(_label, model.__mro__)]
    return [*held, *(f"{label} is a page type of Wagtail" for label in pages)]


def faulty(world: World, hook: str) -> list[str]:
    """Every fault in the place of one hook."""
    found: list[str] = []
    for fault in faults_of(hook):
        PluginIncident.objects.filter(plugin=world.plugin).delete()
        budget = IN_THE_TEST_SECONDS if fault.name == "sleeps" else SLEEP_SECONDS
        # It is broken more often here than anybody would stand.
        times = override_settings(PLUGIN_SECONDS=budget, PLUGIN_BACKGROUND_SECONDS=budget, PLUGIN_FAULT_LIMIT=NEVER_OFF)
        with times, replaced(implementations(world.plugin)[hook], lambda *_, act=fault.act: act(hook)):
            found += [f"{hook} {fault.name}: {line}" for line in _asked(hook, world)]
        if not incidents(world.plugin):
            found.append(f"{hook} {fault.name}: the operator hears nothing of it")
    return found


def _asked(hook: str, world: World) -> list[str]:
    """What gets through the boundary does not come from a hook, so it is said instead of raised."""
    try:
        with transaction.atomic():
            return ask(hook, world, world.member)
    except (Exception, SystemExit) as fault:  # noqa: BLE001 - whatever gets through is what we look for
        return [f"{type(fault).__name__} gets through: {fault}"]


def _label(each: type) -> str:
    return str(getattr(getattr(each, "_meta", None), "label_lower", ""))


@contextmanager
def _said(found: list[str]) -> Iterator[None]:
    """What a receiver of a signal raises while somebody signs in, or a page begins, reaches the test: it is a finding."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as fault:
        found.append(f"a page or signing in fails with {type(fault).__name__}: {fault}")


@dataclass
class Plan:
    """What is tried: the world, and what the plugin's own tests say of its objects."""

    world: World
    factories: Mapping[str, Factory]
    values: Mapping[str, Filling]
    shared: Mapping[str, str]
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    @property
    def plugin(self) -> str:
        return self.world.plugin

    def plant(self, person: User, organisation: Organisation, text: str) -> dict[str, models.Model]:
        """One new object of each model for a person; returns those of the plugin, by label."""
        planted = Planted(person, organisation, text, number=next(self.numbers), factories=self.factories)
        planted.made = self._given(person, organisation)
        given = set(planted.made)
        made = make_all(self.plugin, planted)
        return {label: each for label, each in made.items() if label not in given}

    def _given(self, person: User, organisation: Organisation) -> dict[str, models.Model]:
        given: dict[str, models.Model] = {}
        wanted = {each._meta.label for model in models_of(self.plugin) for each in _pointed_at(model)}
        if MODULE in wanted or self.factories or wanted & set(TAKEN_UP):
            given[MODULE] = module = module_page(organisation).module
            if wanted & set(TAKEN_UP):
                given |= taken_up(self.world, person, module)
        membership = Membership.objects.filter(person=person).first()
        return given if membership is None else {**given, "lxp.Membership": membership}

    def visits(self, person: User | None, paths: list[str], method: str = "get") -> Iterator[tuple[str, Any]]:
        """What somebody gets at each address."""
        client = self.world.client(person)
        for path in paths:
            yield path, (get(client, path) if method == "get" else client.post(path, {}))

    def plain_paths(self) -> list[str]:
        return [each.missing() for each in addresses(self.plugin) if each.is_plain]

    def paths_of(self, made: Mapping[str, models.Model]) -> list[str]:
        return [path for each in addresses(self.plugin) if not each.is_plain for path in each.naming(made, self.values)]

    def shown_paths(self) -> list[str]:
        """The pages of the platform on which the plugin shows something."""
        hooks = [hook for hook in implementations(self.plugin) if hook in SHOWN]
        return list(dict.fromkeys(address_of(hook, self.world.ours) for hook in hooks)) or [HOME]

    # ── what the clauses ask ─────────────────────────────────────────────────────────────────────────────────

    def answers(self) -> list[str]:
        """For somebody of whom the plugin knows nothing, and for somebody of whom it does."""
        found = []
        for words in ("the plugin knows nothing", "there are objects"):
            if words == "there are objects":
                self.plant(self.world.administrator, self.world.ours, "Kit")
            for hook in implementations(self.plugin):
                found += ask(hook, self.world, self.world.administrator)
            # What is told of a thing that does not exist may fail.
            noted = [each for each in incidents(self.plugin) if each.split(":")[0] not in TOLD_OF_NOTHING]
            found += [f"for a person of whom {words}: {line}" for line in noted]
            PluginIncident.objects.filter(plugin=self.plugin).delete()
        return found

    def without_tables(self) -> list[str]:
        found: list[str] = []
        paths = [*self.shown_paths(), HOME]
        with without_tables(self.plugin), _said(found):
            for path, response in self.visits(self.world.member, paths):
                if response.status_code != 200:
                    found.append(f"{path} has status {response.status_code}")
            for path, response in self.visits(self.world.member, self.plain_paths()):
                if response.status_code == 500 and not incidents(self.plugin):
                    found.append(f"{path} fails, and no incident says so")
        return found

    def escaping(self) -> list[str]:
        """Names and texts with HTML in them, on every page that shows them."""
        person = self.world.administrator
        User.objects.filter(pk=person.pk).update(first_name=HOSTILE, last_name=HOSTILE)
        Organisation.objects.filter(pk=self.world.ours.pk).update(name=HOSTILE)
        made = self.plant(person, self.world.ours, HOSTILE)
        paths = [*self.shown_paths(), *self.plain_paths(), *self.paths_of(made)]
        pages = self.visits(User.objects.get(pk=person.pk), paths)
        return [f"{path} shows “{HOSTILE}” as HTML" for path, response in pages if runs(response)]

    def switched_off(self) -> list[str]:
        """For a member of an organisation without the plugin, and for a visitor, who is asked to sign in."""
        found = []
        made = self.plant(self.world.member, self.world.ours, "Kit")
        every = [*(each.missing() for each in addresses(self.plugin)), *self.paths_of(made)]
        for person, who, wanted in ((self.world.outsider, "somebody without it", 404), (None, "a visitor", 302)):
            for method in ("get", "post"):
                for path, response in self.visits(person, every, method):
                    if response.status_code != wanted:
                        status = response.status_code
                        found.append(f"{who} gets status {status} from {method} {path}, where {wanted} is asked")
        for hook, implementation in implementations(self.plugin).items():
            asked: list[str] = []
            if hook not in ALWAYS_ASKED and hook not in ("module_panels", "course_panels"):
                with replaced(implementation, lambda *_, asked=asked, hook=hook: asked.append(hook)):
                    self._ask_outsider(hook)
                found += [f"{each} was asked for somebody who has it off" for each in asked]
        return found

    def _ask_outsider(self, hook: str) -> None:
        world = self.world
        elsewhere = World(**{**vars(world), "ours": world.without, "member": world.outsider})
        ask(hook, elsewhere, world.outsider)

    def growing_queries(self) -> list[str]:
        """The queries of each page with one object of each model, and with three."""
        person = self.world.administrator
        self.plant(person, self.world.ours, "Kit")
        paths = [*self.shown_paths(), *self.plain_paths()]
        self._queries(person, paths)  # what is looked up once in each process
        few = self._queries(person, paths)
        for _more in range(2):
            self.plant(person, self.world.ours, "Kit")
        many = self._queries(person, paths)
        return [
            f"{path}: {len(few[path])} with one object, {len(many[path])} with three: {_more_of(few[path], many[path])}"
            for path in paths
            if len(few[path]) != len(many[path])
        ]

    def _queries(self, person: User, paths: list[str]) -> dict[str, list[str]]:
        counted = {}
        for path in paths:
            client = self.world.client(person)
            with CaptureQueriesContext(connection) as captured:
                get(client, path)
            counted[path] = [each["sql"] for each in captured.captured_queries]
        return counted


def _pointed_at(model: type[models.Model]) -> Iterator[type[models.Model]]:
    """The models that this one has a key of, or names by a number or uuid."""
    for each in model._meta.get_fields():
        if each.is_relation and each.concrete and isinstance(each.related_model, type):
            yield each.related_model
        elif each.concrete and (behind := named_behind(each)) is not None:
            yield behind


def _more_of(few: list[str], many: list[str]) -> str:
    """The statement that became more, without its values."""
    count = {sql.split(" WHERE ")[0]: 0 for sql in many}
    for sql in many:
        count[sql.split(" WHERE ")[0]] += 1
    for sql in few:
        if sql.split(" WHERE ")[0] in count:
            count[sql.split(" WHERE ")[0]] -= 1
    return max(count, key=lambda sql: count[sql])[:200] if count else "-"
