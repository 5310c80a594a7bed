"""What lapses and what ends soon: on the home of whoever it concerns, and once in the daily mail."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from courses.models import Attempt
from lxp.models import NoticeSettings, User
from lxp.notices.digests import send_digests
from lxp.wording import full_day
from skills_graph.models import Holding
from skills_graph.services.digest import digest_items
from skills_graph.services.home import home_items
from tests.factories.acts import Act, make_act, make_carer, pass_practical, pass_theory
from tests.factories.modules import make_attempt, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def act() -> Act:
    return make_act()


def carer_until(act: Act, days: int) -> User:
    """Somebody whose proof of the act ends this many days from today."""
    carer = make_carer(act)
    pass_theory(carer, act)
    pass_practical(carer, act)
    Holding.objects.filter(person=carer).update(until=timezone.localdate() + timedelta(days=days))
    return carer


def told(person: User, *, days_ago: int = 1) -> list[tuple[str, str]]:
    """(title, day) of what the mail tells who was told some days ago, at nine."""
    day = timezone.localdate() - timedelta(days=days_ago)
    since = timezone.make_aware(datetime.combine(day, time(9)))
    return [(str(item.title), str(item.day)) for item in digest_items(person=person, since=since)]


@pytest.mark.parametrize(
    ("days", "is_told"), [(91, False), (90, True), (89, False), (30, True), (1, False), (0, True), (-1, False)]
)
def test_the_mail_tells_each_mark_once(act: Act, days: int, is_told: bool) -> None:
    assert bool(told(carer_until(act, days))) is is_told


def test_a_mark_that_passed_on_a_day_without_mail_is_told_on_the_next(act: Act) -> None:
    carer = carer_until(act, 88)
    assert told(carer, days_ago=2) == []
    (only,) = told(carer, days_ago=3)
    assert only[1] == str(timezone.localdate() + timedelta(days=87))  # the last day on which it counts


def test_what_was_told_this_morning_is_not_told_again(act: Act) -> None:
    assert told(carer_until(act, 90), days_ago=0) == []


def test_who_renewed_or_has_no_such_job_hears_nothing(act: Act) -> None:
    carer = carer_until(act, 30)
    Holding.objects.filter(person=carer).update(until=timezone.localdate() + timedelta(days=900))
    assert told(carer) == []
    other = carer_until(act, 30)
    other.memberships.update(job="Kok")
    other.__dict__.pop("current_memberships", None)
    assert told(other) == []


def test_the_home_says_it_until_it_is_renewed_and_the_mail_once(
    act: Act, client: Client, mailoutbox: list[Any]
) -> None:
    carer = carer_until(act, 30)
    NoticeSettings.objects.create(person=carer, hour=0, looked_at=timezone.now() - timedelta(days=2))
    assert send_digests()["sent"] == 1
    assert reverse("skills_graph:why", args=[act.act.uuid]) in mailoutbox[0].body
    assert send_digests()["sent"] == 0
    client.force_login(carer)
    page = client.get("/mijn/").content.decode()
    assert 'data-kind="expiring"' in page
    with translation.override("nl"):
        last = full_day(timezone.localdate() + timedelta(days=29))
    assert f"Telt tot en met {last}" in page
    assert f"Het telt tot en met {last}." in mailoutbox[0].body
    Holding.objects.filter(person=carer).update(until=timezone.localdate())
    page = client.get("/mijn/").content.decode()
    assert 'class="resume" aria-labelledby="stap" data-kind="overdue"' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_whole_home_needs_the_same_queries_for_any_number(
    act: Act, client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    carer = carer_until(act, 20)
    for _row in range(rows):
        make_attempt(carer, make_module(act.organisation))
        make_module(act.organisation)
    client.force_login(carer)
    client.get("/mijn/")
    # session, person, memberships; attempts, activities, states; jobs, what they ask, holdings; suggestions, stamp,
    # who may see their cards
    with django_assert_num_queries(12):
        page = client.get("/mijn/").content.decode()
    assert Attempt.objects.filter(person=carer).count() == rows
    assert (page.count('data-kind="expiring"'), page.count('data-kind="resume"')) == (1, rows)


def test_what_is_asked_has_no_scale_where_nobody_reads_it(act: Act, django_assert_num_queries: Any) -> None:
    carer = carer_until(act, 20)
    _memberships = carer.current_memberships
    with django_assert_num_queries(3):
        (item,) = home_items(person=carer)
    assert str(item.title) == str(act.act)
