"""The home of a learner: what is urgent comes first, whoever handed it in, and there is one next best step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lxp.home import HomeItem, HomeKind, arrange
from tests.factories.modules import make_attempt, make_module
from tests.factories.people import make_member, make_organisation

TODAY = date(2026, 11, 22)


def item(kind: str, title: str = "", **fields: Any) -> HomeItem:
    return HomeItem(HomeKind(kind), title or kind, "Doe het", f"/{title or kind}/", **fields)


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def titles(items: list[HomeItem]) -> list[str]:
    return [str(each.title) for each in items]


EVERYTHING = [
    item("overdue", day=day(-3)),
    item("expiring", day=day(21)),
    item("booked", day=datetime(2026, 11, 25, 9, tzinfo=UTC)),
    item("asked"),
    item("resume", done=2, total=4),
    item("next", minutes=15),
]


def test_the_order_is_of_urgency_whoever_hands_in_first():
    for shuffled in permutations(EVERYTHING):
        home = arrange(shuffled, TODAY)
        assert (home.step.title, titles(home.rows), home.more) == (
            "overdue",
            ["expiring", "booked", "asked", "resume"],
            [],
        )


STEPS = [
    (["overdue", "resume", "next"], {}, "overdue"),
    (["booked", "expiring", "resume"], {"booked": TODAY, "expiring": day(5)}, "booked"),
    (["booked", "expiring", "asked"], {"booked": day(1), "expiring": day(30)}, "expiring"),
    (["asked", "expiring", "resume"], {"expiring": day(31)}, "asked"),
    (["resume", "expiring", "next"], {"expiring": day(31)}, "resume"),
    (["next", "expiring"], {"expiring": day(31)}, "expiring"),
    (["next", "booked"], {"booked": day(1)}, "next"),
    (["booked"], {"booked": day(1)}, "booked"),
    (["expiring", "resume"], {"expiring": TODAY}, "expiring"),
]


@pytest.mark.parametrize(("kinds", "days", "step"), STEPS)
def test_the_next_best_step_follows_the_rule(kinds: list[str], days: dict[str, date], step: str):
    home = arrange([item(kind, day=days.get(kind)) for kind in kinds], TODAY)
    assert home.step.title == step
    assert titles(home.rows) == [
        kind for kind in sorted(kinds, key=HomeKind.values.index) if kind not in (step, "next")
    ]


def test_five_overdue_things_hide_nothing_that_expires():
    overdue = [item("overdue", f"taak {number}", day=day(-number)) for number in range(1, 6)]
    home = arrange([*overdue, *EVERYTHING[1:]], TODAY)
    assert home.step.title == "taak 5"
    assert titles(home.rows) == ["taak 4", "expiring", "booked", "asked"]
    assert titles(home.more) == ["taak 3", "taak 2", "taak 1", "resume"]


def test_of_one_kind_weight_day_minutes_and_title_decide():
    rows = [
        item("expiring", "zwaar", weight=1, day=day(60)),
        item("expiring", "eerder", day=day(40)),
        item("expiring", "kort", day=day(50), minutes=5),
        item("expiring", "a", day=day(50), minutes=9),
        item("expiring", "b", day=day(50), minutes=9),
        item("expiring", "zonder dag"),
    ]
    expected = titles(rows)
    for shuffled in (rows, rows[::-1], rows[3:] + rows[:3]):
        home = arrange(shuffled, TODAY)
        assert titles([home.step, *home.rows, *home.more]) == expected


def test_what_is_under_way_for_something_urgent_takes_the_place_of_its_action():
    about = frozenset({"module:7"})
    way = replace(item("resume", "Katheter"), action="Ga verder", about=about, done=1, total=3, minutes=6)
    urgent = [item("overdue", "bij A", about=about), item("expiring", "bij B", about=about, day=day(9))]
    home = arrange([way, item("resume", "anders"), *urgent], TODAY)
    assert (home.step.title, home.step.action, home.step.url, home.step.done) == ("bij A", "Ga verder", "/Katheter/", 1)
    assert titles(home.rows) == ["bij B", "anders"]
    assert home.rows[0].url == "/Katheter/"


def test_a_booking_of_today_is_by_the_clock_of_this_place():
    late = datetime(
        2026, 10, 24, 22, 30, tzinfo=UTC
    )  # half past midnight of the 25th here, the day the clock goes back
    home = arrange([item("booked", day=late), item("resume")], date(2026, 10, 25))
    assert home.step.kind == HomeKind.BOOKED
    assert arrange([item("booked", day=late), item("resume")], date(2026, 10, 24)).step.kind == HomeKind.RESUME
    before = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)  # the 28th here, when the clock goes forward
    assert item("booked", day=before).local_day == date(2027, 3, 28)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "urgent"},
        {"title": " "},
        {"title": "x" * 301},
        {"title": 7},
        {"action": ""},
        {"url": "https://elsewhere.example/"},
        {"url": "//elsewhere.example/"},
        {"url": "javascript:alert(1)"},
        {"day": "morgen"},
        {"day": datetime(2026, 11, 25, 10)},  # noqa: DTZ001 - naive on purpose
    ],
)
def test_what_no_home_can_show_is_refused(fields: dict[str, Any]):
    good = {"kind": HomeKind.BOOKED, "title": "Oefenen", "action": "Toon", "url": "/p/x/"}
    with pytest.raises(ValueError, match="item of a home"):
        HomeItem(**{**good, **fields})


@pytest.mark.django_db
def test_somebody_with_nothing_gets_something_small(client: Client):
    organisation = make_organisation("linde")
    client.force_login(make_member(organisation))
    page = client.get("/mijn/").content.decode()
    assert 'data-kind="next"' in page
    assert 'href="/nl/ontdekken/"' in page
    make_module(organisation, title="Lang", study_minutes=50)
    make_module(organisation, title="Kort", study_minutes=5)
    page = client.get("/mijn/").content.decode()
    assert page.count("data-kind=") == 1
    assert '<h2 id="stap">Kort</h2>' in page


@pytest.mark.django_db
def test_there_is_one_main_button_and_no_other_persons_work(client: Client):
    organisation = make_organisation("linde")
    person = make_member(organisation)
    first, second = (make_attempt(person, make_module(organisation, title=title)) for title in ("Eerst", "Daarna"))
    make_attempt(make_member(organisation), make_module(organisation, title="Van een ander", sharing="organisation"))
    type(first).objects.filter(pk=first.pk).update(active_at=timezone.now() + timedelta(minutes=1))
    client.force_login(person)
    page = client.get("/mijn/").content.decode()
    assert page.count("btn--wide") == 1
    assert page.index(">Eerst<") < page.index(str(first.uuid)) < page.index(str(second.uuid)) < page.index(">Daarna<")
    assert "Van een ander" not in page.split('id="nieuw"', maxsplit=1)[0]
