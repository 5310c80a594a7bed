"""What follows from publishing by itself: on a schedule, and again by reconcile where it failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from courses.lxp_hooks import reconcile
from courses.models import Module, ModulePage, ModuleVersion
from courses.services import publishing
from tests.factories.modules import lesson, make_course, make_module, make_page, page_of, publish, quiz, translate
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db


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


def test_who_may_find_a_module_counts_in_the_end_though_publishing_failed_at_first(owner, monkeypatch):
    module = make_module(owner, sharing="public")
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish_module", lambda **arguments: 1 / 0)
        assert (
            publish(page_of(module), sharing="organisation", co_owners=[make_organisation("other")]).sharing == "public"
        )
    assert len(reconcile()) == 1
    module.refresh_from_db()
    assert (module.sharing, [each.slug for each in module.co_owners.all()]) == ("organisation", ["other"])
    assert module.versions.count() == 1
    assert reconcile() == []


def test_who_may_find_a_course_counts_in_the_end_though_publishing_failed_at_first(owner, monkeypatch):
    course = make_course(owner, {"title": "Begin", "modules": [make_module(owner)]}, sharing="public")
    page = course.pages.get()
    page.sharing = "organisation"
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish_course", lambda **arguments: 1 / 0)
        page.save_revision().publish()
    assert len(reconcile()) == 1
    course.refresh_from_db()
    assert (course.sharing, course.versions.count()) == ("organisation", 1)
    assert reconcile() == []


def test_a_draft_beside_a_live_page_is_no_reason_to_make_a_version(owner):
    module = make_module(owner, lesson())
    page = page_of(module)
    page.title = "Half af"
    page.save_revision()
    assert reconcile() == []
    assert module.versions.count() == 1


def test_a_module_that_came_back_while_something_failed_is_put_back_by_reconcile(owner, monkeypatch):
    module = make_module(owner, lesson())
    page_of(module).unpublish()
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish_module", lambda **arguments: 1 / 0)
        page_of(module).get_latest_revision().publish()
    assert Module.objects.published().exists() is False
    assert len(reconcile()) == 1
    assert (Module.objects.published().get(), ModuleVersion.objects.count()) == (module, 1)
    assert reconcile() == []


@pytest.mark.parametrize("count", [1, 4])
def test_looking_for_what_is_missing_takes_one_query_for_any_number_of_pages(owner, django_assert_num_queries, count):
    for number in range(count):
        module = make_module(owner, lesson(), quiz())
        make_course(owner, {"title": "Begin", "modules": [module]})
        translate(page_of(module), title=f"Hands {number}").get_latest_revision().publish()
    with django_assert_num_queries(1):
        assert publishing.missing_versions() == []


def test_a_page_that_was_published_again_unchanged_is_not_missing_anything(owner):
    module = make_module(owner, lesson())
    page_of(module).get_latest_revision().publish()
    page = page_of(module)
    assert page.last_published_at > module.current_version.published_at
    assert publishing.missing_versions() == []
