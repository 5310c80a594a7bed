"""Publishing: a page becomes a version, and what that means for who is under way."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image as PillowImage
from wagtail.models import Locale, Page

from content.api import OrganisationPage, Picture
from courses.activities import registry
from courses.activities.stores import Act
from courses.lxp_hooks import reconcile
from courses.models import Attempt, Course, Module, ModulePage, ModuleVersion, VersionActivity, VersionText
from courses.services import publishing
from courses.services.attempts import move_to_current, open_activity
from courses.services.module_page import overview_of
from lxp.models import AuditEvent, Organisation
from tests.factories.learning import answer_quiz, choice, question_of, row_of, state_of, take
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


@pytest.fixture
def owner() -> Organisation:
    return make_organisation("linde")


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


# ── taking up a newer version ────────────────────────────────────────────────────────────────────────────────


def test_moving_keeps_what_did_not_change_and_starts_anew_what_did(owner):
    module = make_module(owner, lesson(), quiz(), reflection())
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, "finish")
    answer_quiz(attempt, 2)
    publish(page_of(module), lesson(), quiz(pass_percent=100), reflection())
    moved = move_to_current(attempt=attempt)
    assert moved.version.number == 2
    assert state_of(moved, 1).completed_at is not None
    state = state_of(moved, 2)
    assert (state.completed_at, state.passed, state.score_percent, state.data) == (None, None, None, {})
    assert moved.events.filter(block_id=state.block_id, name="answered").count() == 2
    assert moved.completed_at is None


def test_moving_completes_when_the_new_version_asks_nothing_more(owner):
    module = make_module(owner, lesson(), quiz(rounds=1))
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, "finish")
    publish(page_of(module), lesson())
    moved = move_to_current(attempt=attempt)
    assert moved.completed_at is not None
    assert (moved.passed, moved.score_percent) == (True, None)


def test_the_score_of_a_quiz_that_left_the_module_does_not_count(owner):
    module = make_module(owner, lesson(), quiz(rounds=1))
    attempt = make_attempt(make_member(owner), module)
    answer_quiz(attempt, 2, wrong=2)
    publish(page_of(module), lesson())
    moved = move_to_current(attempt=attempt)
    take(moved, 1, "finish")
    moved.refresh_from_db()
    assert (moved.passed, moved.score_percent) == (True, None)


def test_moving_twice_is_moving_once(owner):
    module = make_module(owner, quiz())
    attempt = make_attempt(make_member(owner), module)
    publish(page_of(module), quiz(pass_percent=50))
    move_to_current(attempt=attempt)
    answer_quiz(Attempt.objects.get(pk=attempt.pk), 1)
    again = move_to_current(attempt=attempt)
    assert again.completed_at is not None
    assert state_of(again, 1).score_percent == 100


def test_answers_to_the_old_quiz_never_return_in_the_new_one(owner):
    """Late work makes the state anew from its events: those of before the move answered something else."""
    from_device = {"device": "tablet"}
    module = make_module(owner, quiz(count=3))
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, "answer", choice(question_of(attempt, 1, 1)), act=act_of(1, **from_device))
    publish(page_of(module), quiz(count=3, pass_percent=50))
    moved = move_to_current(attempt=attempt)
    take(moved, 1, "answer", choice(question_of(moved, 1, 2)), act=act_of(9, **from_device))
    take(moved, 1, "answer", choice(question_of(moved, 1, 3)), act=act_of(5, **from_device))
    answered = state_of(moved, 1).data["rounds"]["1"]
    assert set(answered) == {question_of(moved, 1, 2)["id"], question_of(moved, 1, 3)["id"]}


def act_of(sequence: int, **fields: Any) -> Act:
    return Act(sequence=sequence, **fields)


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


def test_a_translation_published_before_its_source_gets_its_words_by_reconcile(owner):
    source = make_page(owner, lesson())
    page = translate(source, title="Hands")
    page.get_latest_revision().publish()
    assert VersionText.objects.count() == 0
    module = publish(source)
    reconcile()
    assert VersionText.objects.get(version=module.current_version).title == "Hands"
    assert reconcile() == []


def test_a_translation_that_is_unpublished_leaves_the_module_in_the_catalogue_without_that_language(owner):
    module = make_module(owner, lesson())
    page = translate(page_of(module), title="Hands")
    page.get_latest_revision().publish()
    ModulePage.objects.get(pk=page.pk).unpublish()
    module.refresh_from_db()
    assert module.archived_at is None
    assert list(module.facets.filter(name="language").values_list("value", flat=True)) == ["nl"]


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


def test_moving_a_page_changes_no_owner(owner):
    other = make_organisation("other")
    module = make_module(owner)
    page_of(module).move(OrganisationPage.objects.get(organisation=other, locale__language_code="nl"), pos="last-child")
    moved = publish(page_of(module), title="Na de verhuizing")
    assert (moved.owner, moved.current_version.number) == (owner, 2)


# ── signals, schedule, reconcile ─────────────────────────────────────────────────────────────────────────────


def test_a_scheduled_page_makes_its_version_when_its_time_has_come(owner, time_machine):
    module = make_module(owner, lesson())
    page = page_of(module)
    page.title, page.go_live_at = "Vanaf morgen", timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    call_command("publish_scheduled")
    assert module.versions.count() == 1
    time_machine.move_to(timezone.now() + timedelta(days=2))
    call_command("publish_scheduled")
    module.refresh_from_db()
    assert (module.current_version.number, module.current_version.title) == (2, "Vanaf morgen")


def test_a_page_that_expires_is_archived(owner, time_machine):
    module = make_module(owner, lesson())
    publish(page_of(module), expire_at=timezone.now() + timedelta(days=1))
    time_machine.move_to(timezone.now() + timedelta(days=2))
    call_command("publish_scheduled")
    module.refresh_from_db()
    assert module.archived_at is not None


def test_a_fault_while_making_a_version_stops_no_publishing_and_reconcile_makes_it(owner, monkeypatch, caplog):
    page, other = make_page(owner, lesson()), make_page(owner, lesson())

    def fail(**arguments: Any) -> None:
        raise RuntimeError("no disk")

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish_module", fail)
        page.get_latest_revision().publish()
        other.get_latest_revision().publish()
    assert "reconcile will try again" in caplog.text
    assert ModulePage.objects.filter(live=True).count() == 2
    assert ModuleVersion.objects.count() == 0
    assert len(reconcile()) == 2
    assert ModuleVersion.objects.count() == 2
    assert reconcile() == []


def test_a_course_whose_version_fell_behind_is_found_by_reconcile(owner, monkeypatch):
    course = make_course(owner, {"title": "Begin", "modules": [make_module(owner)]})
    page = course.pages.get()
    page.title = "Nieuwe naam"
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish_course", lambda **arguments: 1 / 0)
        page.save_revision().publish()
    assert len(reconcile()) == 1
    course.refresh_from_db()
    assert (course.current_version.number, course.current_version.title) == (2, "Nieuwe naam")
    assert reconcile() == []


def test_a_draft_beside_a_live_page_is_no_reason_to_make_a_version(owner):
    module = make_module(owner, lesson())
    page = page_of(module)
    page.title = "Half af"
    page.save_revision()
    assert reconcile() == []
    assert module.versions.count() == 1


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


class OnePicture:
    """A picture finder that knows one picture."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    def find(self, name: str) -> int:
        return self.picture.pk


def png(colour: str) -> ContentFile:
    file = BytesIO()
    PillowImage.new("RGB", (40, 30), colour).save(file, "PNG")
    return ContentFile(file.getvalue(), name="plaatje.png")


def set_file(picture: Picture, colour: str) -> None:
    picture.file = png(colour)
    picture._set_image_file_metadata()
    picture.save()
    picture.renditions.all().delete()


@pytest.fixture
def picture(owner) -> Picture:
    picture = Picture(title="Plaatje", collection=owner.collection)
    set_file(picture, "red")
    return picture


def page_with(owner: Organisation, picture: Picture) -> ModulePage:
    shown = {"picture": {"file": "plaatje.png", "alt": "Een kraan"}}
    asked = {**single_question("c1"), "file": "plaatje.png", "alt": "Een kraan"}
    return make_page(owner, lesson(content=[shown], check=asked), pictures=OnePicture(picture))


def sources_in(client: Client, attempt: Attempt) -> set[str]:
    html = client.get(f"/leren/{attempt.uuid}/1/").content.decode()
    return {part.split('"')[0] for part in html.split('<img src="')[1:]}


def test_a_replaced_picture_changes_no_published_lesson_until_it_is_published_again(owner, picture):
    page = page_with(owner, picture)
    module = publish(page)
    client = Client()
    learner = make_member(owner)
    client.force_login(learner)
    attempt = make_attempt(learner, module)
    before = sources_in(client, attempt)
    assert len(before) == 1
    assert next(iter(before)).startswith("/media/pinned/")
    set_file(picture, "blue")
    assert sources_in(client, attempt) == before
    assert reconcile() == []
    renewed = publish(page, significance="editorial")
    assert renewed.current_version.number == 2
    after = sources_in(client, Attempt.objects.get(pk=attempt.pk))
    assert len(after) == 1
    assert after != before


def test_a_picture_that_is_lost_from_the_disk_stops_no_publishing(owner, picture):
    page = page_with(owner, picture)
    picture.file.storage.delete(picture.file.name)
    module = publish(page)
    assert (module.current_version.number, module.current_version.files) == (1, {})


def test_languages_have_one_page_each(owner):
    module = make_module(owner)
    translate(page_of(module))
    assert Locale.objects.count() == 2
    assert sorted(module.pages.values_list("text_language", flat=True)) == ["en", "nl"]
