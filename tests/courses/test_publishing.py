"""Publishing: a page becomes a version, and what that means for who is under way."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Locale, Page

from content.api import OrganisationPage
from courses.activities import registry
from courses.grading import activities_of
from courses.lxp_hooks import reconcile
from courses.models import Attempt, Course, CoursePage, Module, ModulePage, ModuleVersion
from courses.services.attempts import move_to_current
from courses.services.module_page import overview_of
from courses.services.pinning import pin_files
from lxp.models import AuditEvent
from tests.factories.learning import row_of, state_of, take
from tests.factories.modules import (
    body_for,
    lesson,
    make_attempt,
    make_course,
    make_module,
    make_page,
    page_of,
    publish,
    quiz,
    reflection,
    single_question,
    translate,
)
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
CHECKED = {"check": single_question("c1")}


def turned(key: str = "v1") -> dict[str, Any]:
    """A question whose right answer became the other one."""
    question = single_question(key)
    first, second = question["options"]
    first["right"], second["right"] = False, True
    return question


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_publishing_for_the_first_time_makes_version_one_with_its_activities(owner):
    page = make_page(
        owner, lesson(), quiz(), title="Handhygiëne", study_minutes=20, goals="Je wast je handen.\n\n Goed. "
    )
    assert Module.objects.get(pk=page.module_id).current_version is None
    module = publish(page, significance="editorial", sharing="coalition", change_note="Nieuw")
    version = module.current_version
    assert (version.number, version.title, version.language, version.study_minutes) == (1, "Handhygiëne", "nl", 20)
    assert (version.significance, version.change_note) == ("substantive", "Nieuw")
    assert version.goals == ["Je wast je handen.", "Goed."]
    assert (module.owner, module.sharing, module.study_minutes) == (owner, "coalition", 20)
    rows = version.activities.values_list("position", "kind", "title", "study_minutes", "is_required")
    assert list(rows) == [(1, "lesson", "Les-1", 3, True), (2, "quiz", "Toets", 5, True)]
    assert AuditEvent.objects.filter(action="module.published", object_id=str(module.pk)).count() == 1


def test_pinning_leaves_the_body_as_it_is_stored_and_a_version_holds_plain_json(owner):
    asked = {
        "type": "numeric",
        "id": "v1",
        "prompt": "Hoeveel?",
        "answer": 2.5,
        "unit": "ml",
        "explanation": "<p>Zo.</p>",
    }
    page = page_of(make_module(owner, quiz(questions=[asked])))
    before = activities_of(page)
    assert (pin_files(page.body), activities_of(page)) == ({}, before)
    list(page.body.stream_block.extract_references(page.body))  # now the blocks hold Python's values
    [found] = activities_of(page)
    assert found["content"]["questions"][0]["value"]["answer"] == "2.5"


def test_publishing_an_unchanged_page_makes_no_version(owner):
    module = make_module(owner)
    again = publish(page_of(module), change_note="Niets veranderd")
    assert again.current_version == module.current_version
    assert ModuleVersion.objects.filter(module=module).count() == 1


def test_a_new_way_of_sharing_counts_at_publishing_without_a_version(owner):
    module = make_module(owner)
    other = make_organisation("other")
    publish(page_of(module), sharing="chosen", shared_with=[other])
    module.refresh_from_db()
    assert module.sharing == "chosen"
    assert list(module.shared_with.all()) == [other]
    assert module.versions.count() == 1


def test_an_editorial_change_goes_to_who_is_under_way_and_keeps_what_they_did(owner):
    module = make_module(owner, lesson(), quiz())
    learner = make_member(owner)
    attempt = make_attempt(learner, module)
    take(attempt, 1, "finish")
    changed = publish(page_of(module), lesson(title="Les zonder tikfout"), quiz(), significance="editorial")
    attempt.refresh_from_db()
    assert (attempt.version, attempt.version.number) == (changed.current_version, 2)
    assert changed.current_version.significance == "editorial"
    assert state_of(attempt, 1).completed_at is not None
    assert row_of(attempt, 1).title == "Les zonder tikfout"


def test_an_editorial_change_leaves_finished_attempts_on_what_they_finished(owner):
    module = make_module(owner, lesson())
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, "finish")
    publish(page_of(module), title="Beter", significance="editorial")
    attempt.refresh_from_db()
    assert attempt.version == module.current_version


@pytest.mark.parametrize(
    "activities",
    [
        [lesson(), quiz(pass_percent=80)],
        [lesson(), quiz(rounds=1)],
        [lesson(), quiz(count=3)],
        [lesson(), quiz(questions=[turned("v1"), single_question("v2")])],
        [quiz(), lesson()],
        [lesson()],
        [lesson(), quiz(), lesson("les-2")],
        [lesson(is_required=False), quiz()],
        [lesson(**CHECKED), quiz()],
    ],
    ids=["pass mark", "tries", "question", "key", "order", "fewer", "more", "not needed", "practice question"],
)
def test_an_editorial_change_of_what_is_asked_counts_as_substantive(owner, activities):
    module = make_module(owner, lesson(), quiz())
    attempt = make_attempt(make_member(owner), module)
    changed = publish(page_of(module), *activities, significance="editorial")
    assert (changed.current_version.number, changed.current_version.significance) == (2, "substantive")
    attempt.refresh_from_db()
    assert attempt.version == module.current_version


def test_the_key_of_a_practice_question_cannot_change_as_an_editorial_change(owner):
    module = make_module(owner, lesson(check=single_question("c1")))
    changed = publish(page_of(module), lesson(check=turned("c1")), significance="editorial")
    assert changed.current_version.significance == "substantive"


def test_a_substantive_change_leaves_who_is_under_way_and_offers_the_new_version(owner, rf):
    module = make_module(owner, lesson(), quiz())
    learner = make_member(owner)
    attempt = make_attempt(learner, module)
    changed = publish(page_of(module), lesson(), reflection(), significance="substantive")
    attempt.refresh_from_db()
    assert attempt.version == module.current_version
    overview = overview_for(page_of(module), learner, rf)
    assert (overview.newer_version, overview.must_move) == (changed.current_version, False)
    assert make_attempt(make_member(owner), changed).version == changed.current_version


def test_a_safety_change_must_be_taken_also_when_a_later_one_is_not(owner, rf):
    module = make_module(owner, lesson())
    learner = make_member(owner)
    attempt = make_attempt(learner, module)
    publish(page_of(module), lesson(), reflection(), significance="safety")
    assert overview_for(page_of(module), learner, rf).must_move is True
    publish(page_of(module), lesson(), reflection(prompt="En nu?"), quiz(), significance="substantive")
    assert overview_for(page_of(module), learner, rf).must_move is True
    moved = move_to_current(attempt=attempt)
    assert moved.version.number == 3
    overview = overview_for(page_of(module), learner, rf)
    assert (overview.newer_version, overview.must_move) == (None, False)


def overview_for(page: ModulePage, person: Any, rf: Any) -> Any:
    request = rf.get("/")
    request.user = person
    return overview_of(page, request)


# ── leaving, copying, moving ─────────────────────────────────────────────────────────────────────────────────


def test_unpublishing_archives_the_module_hides_it_and_keeps_what_was_learnt(owner):
    module = make_module(owner, lesson())
    learner = make_member(owner)
    attempt = make_attempt(learner, module)
    page = page_of(module)
    url = page.get_url()
    assert Client().get(url).status_code == 200
    page.unpublish()
    module.refresh_from_db()
    assert module.archived_at is not None
    assert Module.objects.published().filter(pk=module.pk).exists() is False
    assert Client().get(url).status_code == 404
    take(attempt, 1, "finish")
    assert Attempt.objects.get(pk=attempt.pk).completed_at is not None


def test_publishing_again_brings_an_archived_module_back_with_the_same_version(owner):
    module = make_module(owner, lesson())
    page_of(module).unpublish()
    back = publish(page_of(module))
    assert (back.archived_at, back.current_version) == (None, module.current_version)


def test_unpublishing_a_course_archives_it(owner):
    course = make_course(owner, {"title": "Begin", "modules": [make_module(owner)]})
    course.pages.get().unpublish()
    assert Course.objects.get(pk=course.pk).archived_at is not None


def test_a_copied_page_makes_a_module_of_its_own_that_knows_where_it_came_from(owner):
    other = make_organisation("other")
    original = make_module(owner, lesson())
    place = OrganisationPage.objects.get(organisation=other, locale__language_code="nl")
    copy = page_of(original).copy(to=place, update_attrs={"slug": "kopie"}, keep_live=False)
    assert copy.module_id != original.pk
    module = Module.objects.get(pk=copy.module_id)
    assert (module.owner, module.copied_from, module.current_version) == (other, original, None)
    assert copy.live is False


def test_a_revision_of_a_copied_page_never_writes_to_the_module_of_the_original(owner):
    original = make_module(owner, lesson())
    attributes = {"slug": "kopie", "title": "Kopie"}
    copy = page_of(original).copy(update_attrs=attributes, copy_revisions=True, keep_live=False)
    old, latest = ModulePage.objects.get(pk=copy.pk).revisions.order_by("pk")
    assert [old.as_object().module_id, latest.as_object().module_id] == [copy.module_id] * 2
    latest.publish()
    original.refresh_from_db()
    assert original.versions.count() == 1
    assert Module.objects.get(pk=copy.module_id).current_version.title == "Kopie"
    assert ModulePage.objects.get(pk=copy.pk).module_id == copy.module_id


def test_an_alias_is_refused_and_leaves_nothing(owner):
    module = make_module(owner)
    count = Page.objects.count()
    with pytest.raises(ValidationError, match="alias"):
        page_of(module).create_alias(update_slug="schaduw")
    assert Page.objects.count() == count
    assert Module.objects.count() == 1


def test_a_course_page_that_cannot_be_saved_leaves_no_course(owner):
    page = make_course(owner, {"title": "Begin", "modules": [make_module(owner)]}).pages.get()
    twin = CoursePage(title="Nog een", summary="Waarover.", slug=page.slug, locale=page.locale)
    with pytest.raises(ValidationError, match="slug"):
        page.get_parent().add_child(instance=twin)
    assert Course.objects.count() == 1


def test_moving_a_page_changes_no_owner(owner):
    other = make_organisation("other")
    module = make_module(owner)
    page_of(module).move(OrganisationPage.objects.get(organisation=other, locale__language_code="nl"), pos="last-child")
    moved = publish(page_of(module), title="Na de verhuizing")
    assert (moved.owner, moved.current_version.number) == (owner, 2)


# ── kinds that are not here ──────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_kind_is_carried_into_the_version_as_it_is(owner):
    page = make_page(owner, lesson())
    value = {"title": "Peiling", "minutes": 4, "options": ["ja", {"x": [1, None]}], "is_required": False}
    unknown = {"type": "poll", "id": str(uuid4()), "value": value}
    page.body = json.dumps([*json.loads(body_for(page, lesson())), unknown])
    page.save_revision().publish()
    row = Module.objects.get(pk=page.module_id).current_version.activities.get(kind="poll")
    assert (row.content, str(row.block_id)) == (value, unknown["id"])
    assert (row.title, row.study_minutes, row.is_required) == ("Peiling", 4, False)
    stored = ModulePage.objects.get(pk=page.pk).body
    assert stored.stream_block.get_prep_value(stored)[1] == unknown


def test_a_kind_that_goes_away_makes_no_version(owner, monkeypatch):
    module = make_module(owner, lesson(), quiz())
    without = {kind: each for kind, each in registry.kinds().items() if kind != "quiz"}
    monkeypatch.setattr(registry, "kinds", lambda: without)
    assert reconcile() == []
    assert publish(page_of(module)).current_version.number == 1


# ── what never changes ───────────────────────────────────────────────────────────────────────────────────────


def test_versions_their_activities_and_their_words_cannot_be_changed(owner):
    module = make_module(owner, lesson())
    translate(page_of(module), title="Hands").get_latest_revision().publish()
    version = module.current_version
    for row in (version, version.activities.get(), version.texts.get()):
        row.title = "Anders"
        with pytest.raises(TypeError, match="cannot be changed"):
            row.save()
        with pytest.raises(TypeError, match="cannot be changed"):
            type(row).objects.filter(pk=row.pk).update(title="Anders")
        row.refresh_from_db()
        assert row.title != "Anders"


def test_languages_have_one_page_each(owner):
    module = make_module(owner)
    translate(page_of(module))
    assert Locale.objects.count() == 6
    assert sorted(module.pages.values_list("text_language", flat=True)) == ["en", "nl"]
