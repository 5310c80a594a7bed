"""Changes on their way to the index: marked with the change, taken in once, and never at the cost of the serving index."""

from __future__ import annotations

import errno
import fcntl
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from whoosh.filedb.filestore import FileStorage

from content.api import OrganisationPage
from courses.models import ModulePage
from lxp import reconciliation
from lxp.models import PluginIncident, PublicStamp, SearchChange
from lxp.search import consumer
from lxp.search.lookup import index_version, ranked
from lxp.search.storage import Storage
from tests.factories.modules import lesson, make_module, page_of
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db
FOLDER = settings.VAR_DIR / "search"


def pages_with(words: str) -> set[int]:
    return {pk for pk, _score in ranked(words, ModulePage)}


def write_module(title: str) -> ModulePage:
    return page_of(make_module(make_organisation(), lesson(), title=title))


def files() -> list[Path]:
    return sorted((FOLDER / Storage(FOLDER).serving()).iterdir())


@pytest.fixture
def page() -> ModulePage:
    written = write_module("Katheter")
    consumer.catch_up()
    assert (SearchChange.objects.count(), pages_with("katheter")) == (0, {written.pk})
    return written


# ── marking ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_change_is_marked_once_however_often_it_is_stored(page: ModulePage) -> None:
    for _turn in range(3):
        page.save()
    assert list(SearchChange.objects.values_list("model", "object_key")) == [("courses.modulepage", str(page.pk))]


def test_what_is_rolled_back_is_not_marked(page: ModulePage) -> None:
    with transaction.atomic():
        page.save()
        transaction.set_rollback(True)
    assert SearchChange.objects.exists() is False


def test_storing_writes_nothing_to_the_index(page: ModulePage) -> None:
    before = index_version()
    page.title = "Stoma"
    page.save()
    assert (index_version(), pages_with("stoma")) == (before, set())


# ── taking in ────────────────────────────────────────────────────────────────────────────────────────────────


def test_changed_new_and_deleted_objects_are_taken_in(page: ModulePage) -> None:
    other = write_module("Wond")
    page.title = "Stoma"
    page.save()
    consumer.catch_up()
    assert (pages_with("stoma"), pages_with("katheter"), pages_with("wond")) == ({page.pk}, set(), {other.pk})
    OrganisationPage.objects.get(pk=other.get_parent().pk).save()
    ModulePage.objects.filter(pk=other.pk).delete()
    consumer.catch_up()
    assert (pages_with("wond"), SearchChange.objects.count()) == (set(), 0)


def test_a_change_while_taking_in_is_taken_in_too(page: ModulePage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of an object that is stored again while its batch is written stays."""
    get_indexed = ModulePage.get_search_fields
    turns: list[int] = []

    def stored_meanwhile() -> Any:
        if not turns:
            turns.append(1)
            ModulePage.objects.get(pk=page.pk).save()
        return get_indexed()

    page.save()
    monkeypatch.setattr(ModulePage, "get_search_fields", stored_meanwhile)
    batch = list(SearchChange.objects.all())
    consumer._take_in(consumer.get_search_backend(), batch)
    assert SearchChange.objects.count() == 1


def test_taking_in_makes_kept_pages_old(page: ModulePage) -> None:
    before = PublicStamp.objects.get().number
    assert consumer.catch_up() == []
    assert PublicStamp.objects.get().number == before
    page.save()
    assert consumer.catch_up() == ["Took 1 changes into the search index."]
    assert PublicStamp.objects.get().number == before + 1


def test_one_object_that_cannot_be_indexed_keeps_no_other_out(
    page: ModulePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = write_module("Wond")
    whole = ModulePage.get_search_fields

    def body_of(found: ModulePage) -> str:
        if found.pk == broken.pk:
            raise ValueError("no words")
        return str(found.title)

    monkeypatch.setattr(ModulePage, "summary", property(body_of, lambda found, value: None), raising=False)
    assert whole()
    page.title = "Stoma"
    page.save()
    consumer.take_in_changes()
    assert (pages_with("stoma"), SearchChange.objects.count()) == ({page.pk}, 0)
    assert consumer.rebuild() >= 0
    assert (pages_with("stoma"), pages_with("wond")) == ({page.pk}, set())


def test_what_cannot_be_read_any_more_is_not_found_by_its_old_words(
    page: ModulePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say_nothing(found: ModulePage) -> str:
        raise ValueError("no words")

    page.save()
    monkeypatch.setattr(ModulePage, "summary", property(say_nothing, lambda found, value: None), raising=False)
    consumer.take_in_changes()
    assert (pages_with("katheter"), SearchChange.objects.count()) == (set(), 0)


def test_while_somebody_writes_others_are_sent_away(page: ModulePage) -> None:
    page.save()
    with (FOLDER / "writing").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # as another process does: a lock belongs to the opened file
        with pytest.raises(CommandError, match="Try again"):
            call_command("index", "drain")
        assert reconciliation.reconcile() == []
    assert SearchChange.objects.count() == 1


# ── building anew ────────────────────────────────────────────────────────────────────────────────────────────


def test_building_anew_serves_from_a_new_folder_and_learns_words(page: ModulePage) -> None:
    before = Storage(FOLDER).serving()
    write_module("Zonnebloem")
    write_module("Een zonnebloem")
    olie = write_module("Zonnebloemolie")
    call_command("index", "rebuild", stdout=StringIO())
    storage = Storage(FOLDER)
    assert storage.serving() != before
    assert "zonnebloem" in storage.lexicon(storage.serving()).learnt
    assert olie.pk in pages_with("zonnebloem")
    assert (SearchChange.objects.count(), pages_with("katheter")) == (0, {page.pk})


def test_what_is_committed_while_building_anew_is_taken_in_afterwards(
    page: ModulePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mark has the number of when it was made, which may be long before its transaction was committed."""
    page.save()
    before = SearchChange.objects.get()

    def build(*arguments: Any, **options: Any) -> None:
        call_command(*arguments, **options)
        SearchChange.objects.create(model="courses.modulepage", object_key="gone", number=before.number - 1)

    monkeypatch.setattr(consumer, "call_command", build)
    consumer.rebuild()
    assert list(SearchChange.objects.values_list("object_key", "number")) == [("gone", before.number - 1)]


def test_wagtails_own_command_builds_the_same(page: ModulePage) -> None:
    before = Storage(FOLDER).serving()
    call_command("update_index", stdout=StringIO())
    assert Storage(FOLDER).serving() != before
    assert pages_with("katheter") == {page.pk}


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("damage", ["folder", "pointer", "cut", "noise"])
def test_an_index_that_is_deleted_or_damaged_is_built_again_by_reconcile(page: ModulePage, damage: str) -> None:
    if damage == "folder":
        for path in sorted(FOLDER.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    elif damage == "pointer":
        (FOLDER / "current").write_text("nowhere")
    else:
        for path in files():
            content = path.read_bytes()
            half = len(content) // 2
            path.write_bytes(content[:half] if damage == "cut" else content[:half] + b"\xff" * half)
    found = ModulePage.objects.filter(live=True).search("katheter")
    # Only noise in the middle of a file goes unnoticed by who reads; every file is looked at when things are put right.
    assert [each.pk for each in found] in ([page.pk], [] if damage == "noise" else [page.pk])
    assert any("Built the search index anew" in line for line in reconciliation.reconcile())
    assert pages_with("katheter") == {page.pk}
    assert reconciliation.reconcile() == []


def test_a_full_disk_is_recorded_and_tried_again_and_the_index_serves_on(
    page: ModulePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.title = "Stoma"
    page.save()

    def refuse(storage: FileStorage, name: str, **options: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(FileStorage, "create_file", refuse)
        with pytest.raises(OSError, match="No space"):
            consumer.catch_up()
        assert (pages_with("katheter"), pages_with("stoma"), SearchChange.objects.count()) == ({page.pk}, set(), 1)
        with pytest.raises(CommandError, match="No space"):
            call_command("index", "rebuild")
        assert pages_with("katheter") == {page.pk}
    assert PluginIncident.objects.get().hook == "search.catch_up"
    consumer.catch_up()
    assert (pages_with("stoma"), SearchChange.objects.count()) == ({page.pk}, 0)


def test_status_says_how_it_stands(page: ModulePage) -> None:
    page.save()
    said = StringIO()
    call_command("index", "status", stdout=said)
    assert said.getvalue().splitlines() == ["WhooshSearchBackend: in order.", "1 changes to take in."]
