"""The test class that a plugin's own tests derive from: one test for each clause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import override_settings

from lxp import icons, plugin_discovery, plugin_manager
from lxp.testing import absence, broken_activities, clauses, migrations, probes, records, translations
from lxp.testing.addresses import Filling, unnamed
from lxp.testing.clauses import hold, tries
from lxp.testing.content import content_of
from lxp.testing.faults import for_core, implementations, kinds_of
from lxp.testing.isolation import Isolation
from lxp.testing.lesson import Lesson
from lxp.testing.nonsense import Nonsense
from lxp.testing.objects import Factory, holders
from lxp.testing.pages import HOSTILE
from lxp.testing.probes import Plan
from lxp.testing.world import World

WorldMaker = Callable[[str], World]


class PluginContract:
    """What every plugin passes. Derive from it, with a name that begins with Test, and say which plugin.

    `objects`: factories, by the label of the model, where the kit cannot guess how to fill one in. `values`: what stands
    in an address for an argument of this name, made from the objects. `shared`: models that all organisations see, and
    `exempt`: fields ("app.Model.field") that name a person and are not personal data; each with the reason. `blocks`:
    content of the plugin's activities, by kind.
    """

    plugin: ClassVar[str]
    objects: ClassVar[Mapping[str, Factory]] = {}
    values: ClassVar[Mapping[str, Filling]] = {}
    shared: ClassVar[Mapping[str, str]] = {}
    exempt: ClassVar[Mapping[str, str]] = {}
    blocks: ClassVar[Mapping[str, dict[str, Any]]] = {}
    languages: ClassVar[tuple[str, ...]] = ("nl",)

    @pytest.fixture(autouse=True)
    def _nothing_of_another_test(self, tmp_path: Path) -> Iterator[None]:
        """The journal of erasures is kept beside the database; it is this test's own."""
        cache.clear()
        with override_settings(VAR_DIR=tmp_path):
            yield
        cache.clear()

    @pytest.fixture
    def world(self, plugin_world: WorldMaker) -> World:
        if self.plugin not in plugin_manager.installed():
            clauses.broken(clauses.FITS, f"there is no plugin {self.plugin} here; is its package installed?")
        return plugin_world(self.plugin)

    @pytest.fixture
    def plan(self, world: World) -> Plan:
        return Plan(world, self.objects, self.values, self.shared)

    @tries(clauses.FITS)
    def test_it_fits(self) -> None:
        name = self.plugin
        if name not in plugin_discovery.found:
            reason = plugin_discovery.quarantined.get(name, "its package is not installed")
            clauses.broken(clauses.FITS, f"{name}: {reason}")
        found = [f"{hook} is only for our own packages" for hook in implementations(name) if hook in for_core()]
        found += [f"the address {each!r} has no name" for each in unnamed(name)]
        found += [f"there is no icon {each}" for each in icons.unknown_in(Path(apps.get_app_config(name).path))]
        hold(clauses.FITS, [*found, *probes.faults_of_the_package(name)])

    @tries(clauses.MIGRATIONS)
    def test_its_migrations_hold_nobody_up(self, db: None) -> None:
        hold(clauses.MIGRATIONS, migrations.faults_in(self.plugin))

    @tries(clauses.TRANSLATIONS)
    def test_every_text_is_translated(self) -> None:
        found = [line for language in self.languages for line in translations.missing_in(self.plugin, language)]
        hold(clauses.TRANSLATIONS, found)

    @tries(clauses.FAULTS)
    def test_a_faulty_hook_costs_only_itself(self, world: World) -> None:
        hold(clauses.FAULTS, [line for hook in implementations(self.plugin) for line in probes.faulty(world, hook)])

    @tries(clauses.ACTIVITIES)
    def test_a_faulty_activity_costs_only_itself(self, world: World) -> None:
        lessons = self._lessons(world, "Kit")
        hold(clauses.ACTIVITIES, [line for each in lessons for line in broken_activities.faults_of_kind(each)])

    def _lessons(self, world: World, text: str) -> list[Lesson]:
        """A module with each of the plugin's activities."""
        kinds = kinds_of(self.plugin)
        contents = [{**content_of(each, text), **self.blocks.get(each.kind, {})} for each in kinds]
        return [Lesson(world, kind, content, world.member) for kind, content in zip(kinds, contents, strict=True)]

    @tries(clauses.ANSWERS)
    def test_its_hooks_answer_as_asked(self, plan: Plan) -> None:
        hold(clauses.ANSWERS, plan.answers())

    @tries(clauses.TABLES)
    def test_it_survives_without_its_tables(self, plan: Plan) -> None:
        hold(clauses.TABLES, plan.without_tables())

    @tries(clauses.ESCAPING)
    def test_what_people_wrote_never_runs(self, plan: Plan) -> None:
        found = plan.escaping()
        for each in self._lessons(plan.world, HOSTILE):
            found += each.running()
        hold(clauses.ESCAPING, found)

    @tries(clauses.ABSENCE)
    def test_stored_blocks_survive_its_absence(self, django_db_setup: None) -> None:
        kinds = enumerate((each.kind for each in kinds_of(self.plugin)), start=1)
        blocks = [absence.stored_block(at, kind, self.blocks.get(kind, {})) for at, kind in kinds]
        hold(clauses.ABSENCE, absence.play(self.plugin, blocks))

    @tries(clauses.SWITCH)
    def test_its_switch_counts_for_each_organisation(self, plan: Plan) -> None:
        hold(clauses.SWITCH, plan.switched_off())

    @tries(clauses.EXPORT)
    def test_what_it_holds_of_a_person_is_in_their_copy(self, plan: Plan) -> None:
        found = []
        for holder in holders(self.plugin):
            if holder.name not in self.exempt:
                found += records.faults_in_copy(plan, holder)
        hold(clauses.EXPORT, found)

    @tries(clauses.ERASURE)
    def test_what_it_holds_of_a_person_can_be_forgotten(self, plan: Plan) -> None:
        held = [holder for holder in holders(self.plugin) if holder.name not in self.exempt]
        hold(clauses.ERASURE, records.faults_in_erasure(plan, held))

    @tries(clauses.ISOLATION)
    def test_nothing_of_another_organisation_is_seen_or_changed(self, plan: Plan) -> None:
        hold(clauses.ISOLATION, Isolation(plan).findings())

    @tries(clauses.NONSENSE)
    def test_nonsense_is_answered(self, plan: Plan) -> None:
        hold(clauses.NONSENSE, Nonsense(plan).findings())

    @tries(clauses.QUERIES)
    def test_queries_do_not_grow(self, plan: Plan) -> None:
        hold(clauses.QUERIES, plan.growing_queries())
