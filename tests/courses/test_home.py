"""What courses show on a home: suggestions that colleagues share, without what each has begun."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from courses.models import Attempt
from courses.services.catalogue import suggestions
from courses.services.home import home_items
from tests.factories.modules import make_attempt, make_module
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def suggested(person) -> list[str]:
    cards = suggestions(person)
    return [
        title for title in ("Oud", "Midden", "Nieuw", "Nieuwst", "Van B") if any(f">{title}<" in each for each in cards)
    ]


def test_nobody_is_suggested_what_they_began_or_may_not_see():
    linde = make_organisation("linde")
    modules = {title: make_module(linde, title=title) for title in ("Oud", "Midden", "Nieuw", "Nieuwst")}
    make_module(make_organisation("berk"), title="Van B", sharing="organisation")
    person, colleague = make_member(linde), make_member(linde)
    assert suggested(person) == ["Midden", "Nieuw", "Nieuwst"]
    make_attempt(person, modules["Nieuw"])
    assert suggested(person) == ["Oud", "Midden", "Nieuwst"]
    assert suggested(colleague) == ["Midden", "Nieuw", "Nieuwst"]
    make_attempt(person, modules["Nieuwst"])  # who began all of the newest ones is given older ones
    assert suggested(person) == ["Oud", "Midden"]


def test_what_is_under_way_comes_last_active_first():
    linde = make_organisation("linde")
    person = make_member(linde)
    attempts = [make_attempt(person, make_module(linde, title=f"Module {number}")) for number in range(3)]
    later = timezone.now() + timedelta(minutes=1)
    Attempt.objects.filter(pk=attempts[1].pk).update(active_at=later)
    items = sorted(home_items(person=person), key=lambda item: -item.weight)
    assert [str(item.title) for item in items] == ["Module 1", "Module 2", "Module 0"]
    assert {item.organisation for item in items} == {linde}
