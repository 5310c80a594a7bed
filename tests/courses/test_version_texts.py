"""Translations: words for a version, and never a version of their own."""

from __future__ import annotations

from typing import Any

import pytest

from courses.lxp_hooks import reconcile
from courses.models import Attempt, Module, ModulePage, VersionActivity, VersionText
from courses.services import publishing
from courses.services.attempts import open_activity
from tests.factories.modules import (
    body_for,
    lesson,
    make_attempt,
    make_module,
    make_page,
    page_of,
    publish,
    quiz,
    translate,
)
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db


# ── translations ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_translation_gives_words_to_the_version_and_makes_none(owner):
    module = make_module(owner, lesson(), quiz(), title="Handen")
    page = translate(page_of(module), title="Hands", goals="You wash.")
    page = publish_translation(page, lesson(title="Lesson one"), quiz(title="Test"))
    text = VersionText.objects.get(version=module.current_version)
    assert (text.language, text.number, text.title, text.goals) == ("en", 1, "Hands", ["You wash."])
    assert sorted(text.titles.values()) == ["Lesson one", "Test"]
    assert module.versions.count() == 1
    assert page.module_id == module.pk
    assert set(module.facets.filter(name="language").values_list("value", flat=True)) == {"nl", "en"}


def publish_translation(page: ModulePage, *activities: dict[str, Any], source: ModulePage | None = None) -> ModulePage:
    """A translation has the ids of its source, as copying for translation gives them."""
    source = source or ModulePage.objects.get(module=page.module_id, text_language="nl")
    draft = ModulePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    draft.body = body_for(source, *activities)
    draft.save_revision().publish()
    return ModulePage.objects.get(pk=page.pk)


def test_a_block_whose_grading_differs_shows_the_words_of_the_source(owner):
    module = make_module(owner, lesson(), quiz())
    page = translate(page_of(module), title="Hands")
    publish_translation(page, lesson(title="Lesson one"), quiz(title="Another test", count=1))
    text = VersionText.objects.get(version=module.current_version)
    lesson_row, quiz_row = module.current_version.activities.all()
    assert list(text.titles) == [str(lesson_row.block_id)]
    attempt = make_attempt(make_member(owner), module)
    english = [open_in_english(attempt, row) for row in (lesson_row, quiz_row)]
    assert [each.usage.content_language for each in english] == ["en", "nl"]
    assert [each.usage.title for each in english] == ["Lesson one", "Toets"]


def open_in_english(attempt: Attempt, row: VersionActivity) -> Any:
    return open_activity(attempt=attempt, row=row, step_count=2, language="en")


def test_publishing_an_unchanged_translation_makes_no_words(owner):
    module = make_module(owner, lesson())
    page = translate(page_of(module), title="Hands")
    page.get_latest_revision().publish()
    page.get_latest_revision().publish()
    assert VersionText.objects.filter(version=module.current_version).count() == 1
    publish_translation(page, lesson(title="Changed"))
    assert list(VersionText.objects.values_list("number", flat=True).order_by("number")) == [1, 2]


def test_an_editorial_change_of_the_source_keeps_the_translation(owner):
    module = make_module(owner, lesson(), lesson("les-2"))
    publish_translation(translate(page_of(module), title="Hands"), lesson(title="One"), lesson("les-2", title="Two"))
    changed = publish(
        page_of(module), lesson(content=[{"text": "<p>Zonder tikfout.</p>"}]), lesson("les-2"), significance="editorial"
    )
    text = VersionText.objects.get(version=changed.current_version)
    assert (text.title, sorted(text.titles.values())) == ("Hands", ["One", "Two"])


def test_a_substantive_change_drops_the_translation_of_what_changed_only(owner):
    module = make_module(owner, lesson(), lesson("les-2"))
    publish_translation(translate(page_of(module), title="Hands"), lesson(title="One"), lesson("les-2", title="Two"))
    changed = publish(page_of(module), lesson(content=[{"text": "<p>Nu 5 ml.</p>"}]), lesson("les-2"))
    text = VersionText.objects.get(version=changed.current_version)
    assert (text.title, list(text.titles.values())) == ("Hands", ["Two"])


def test_a_translation_published_before_its_source_gives_its_words_to_the_first_version(owner):
    source = make_page(owner, lesson())
    page = translate(source, title="Hands")
    page.get_latest_revision().publish()
    assert VersionText.objects.count() == 0
    module = publish(source)
    assert VersionText.objects.get(version=module.current_version).title == "Hands"
    assert reconcile() == []


def test_words_that_could_not_be_kept_at_publishing_are_kept_by_reconcile(owner, monkeypatch):
    module = make_module(owner, lesson())
    page = translate(page_of(module), title="Hands")
    publish_translation(page, lesson(title="One"))
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish_text", lambda **arguments: 1 / 0)
        publish_translation(page, lesson(title="Better"))
    assert words_of(module) == (1, ["One"])
    assert len(reconcile()) == 1
    assert words_of(module) == (2, ["Better"])
    assert reconcile() == []


def words_of(module: Module) -> tuple[int, list[str]]:
    """The number of the latest English words of a module's current version, and their titles."""
    text = VersionText.objects.filter(version__module=module).order_by("version__number", "number").last()
    assert text.version_id == Module.objects.get(pk=module.pk).current_version_id
    return text.number, sorted(text.titles.values())


def test_words_published_while_the_version_of_their_source_was_missing_are_not_lost(owner, monkeypatch):
    module = make_module(owner, lesson(), lesson("les-2"))
    page = translate(page_of(module), title="Hands")
    publish_translation(page, lesson(title="One"), lesson("les-2", title="Two"))
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish_module", lambda **arguments: 1 / 0)
        publish(page_of(module), lesson(content=[{"text": "<p>Nu 5 ml.</p>"}]), lesson("les-2"))
    publish_translation(page, lesson(title="One: 5 ml"), lesson("les-2", title="Two"))
    assert len(reconcile()) == 1
    assert words_of(module)[1] == ["One: 5 ml", "Two"]
    assert reconcile() == []


def test_words_that_waited_never_translate_what_changed_after_them(owner, monkeypatch):
    module = make_module(owner, lesson(), lesson("les-2"))
    page = translate(page_of(module), title="Hands")
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish_text", lambda **arguments: 1 / 0)
        publish_translation(page, lesson(title="One: 10 ml"), lesson("les-2", title="Two"))
    publish(page_of(module), lesson(content=[{"text": "<p>Nu 5 ml.</p>"}]), lesson("les-2"), significance="safety")
    assert words_of(module)[1] == ["Two"]
    assert reconcile() == []


def test_a_translation_that_is_unpublished_leaves_the_module_in_the_catalogue_without_that_language(owner):
    module = make_module(owner, lesson())
    page = translate(page_of(module), title="Hands")
    page.get_latest_revision().publish()
    ModulePage.objects.get(pk=page.pk).unpublish()
    module.refresh_from_db()
    assert module.archived_at is None
    assert list(module.facets.filter(name="language").values_list("value", flat=True)) == ["nl"]
