"""Icons, marks and the way times are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation

from lxp.templatetags.lxp_ui import badge_art, icon, organisation_mark
from lxp.wording import clock_time, dated_day, duration, full_day, full_moment


@dataclass
class Mark:
    slug: str = "zonnehof"
    name: str = "Zonnehof & Zn"
    monogram: str = "Zo"


def test_an_icon_points_into_the_sprite_and_is_hidden_from_screen_readers():
    assert icon("clock") == ('<svg class="icon" aria-hidden="true"><use href="/static/lxp/img/icons.svg#clock"/></svg>')


def test_an_icon_takes_classes():
    assert 'class="icon ok"' in icon("check", "ok")


def test_an_icon_name_cannot_bring_markup():
    assert '"><script>' not in icon('x"><script>')


def test_tags_work_in_a_template():
    page = Template('{% load lxp_ui %}{% icon "clock" %}{% organisation_mark mark %}{{ 75|duration }}')
    with translation.override("en"):
        assert page.render(Context({"mark": Mark()})).endswith("</span>1 hour 15 minutes")


def test_a_mark_shows_monogram_and_name():
    assert organisation_mark(Mark()) == '<span class="org" data-org="zonnehof" data-mono="Zo">Zonnehof &amp; Zn</span>'


def test_a_mark_may_say_something_else_than_the_name():
    assert organisation_mark(Mark(), "Made by Zonnehof").endswith(">Made by Zonnehof</span>")


def test_without_an_organisation_there_is_no_mark():
    assert organisation_mark(None) == ""


def test_a_badge_has_at_most_three_letters_in_capitals():
    art = badge_art(Mark(), "wondzorg")
    assert ">WON</text>" in art
    assert 'data-org="zonnehof"' in art


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (None, ""),
        (0, "0 min"),
        (20, "20 min"),
        (60, "1 hour"),
        (61, "1 hour 1 minute"),
        (75, "1 hour 15 minutes"),
        (120, "2 hours"),
        (135.4, "2 hours 15 minutes"),
    ],
)
def test_a_duration_reads_as_people_say_it(minutes, words):
    with translation.override("en"):
        assert duration(minutes) == words


@time_machine.travel("2026-11-22")
def test_a_day_of_this_year_has_no_year():
    with translation.override("en"):
        assert full_day(date(2026, 11, 25)) == "Wednesday 25 November"
        assert full_day(date(2027, 1, 4)) == "Monday 4 January 2027"


def test_a_dated_day_has_its_year_always() -> None:
    with translation.override("en"):
        with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC)):
            assert dated_day(date(2026, 11, 25)) == "Wednesday 25 November 2026"
        assert dated_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "Friday 1 January 2027"
        assert dated_day(None) == ""


@pytest.mark.parametrize(
    ("language", "this_year", "another_year"),
    [
        ("nl", "maandag 21 december", "maandag 4 januari 2027"),
        ("tr", "21 Aralık Pazartesi", "4 Ocak 2027 Pazartesi"),
        ("pl", "poniedziałek, 21 grudnia", "poniedziałek, 4 stycznia 2027"),
        ("ar", "الاثنين 21 ديسمبر", "الاثنين 4 يناير 2027"),
        ("uk", "понеділок, 21 грудня", "понеділок, 4 січня 2027"),
    ],
)
@time_machine.travel("2026-11-22")
def test_a_day_is_written_as_its_language_does(language: str, this_year: str, another_year: str) -> None:
    with translation.override(language):
        assert full_day(date(2026, 12, 21)) == this_year
        assert full_day(date(2027, 1, 4)) == another_year


@time_machine.travel("2026-11-22")
def test_a_moment_is_written_in_local_time():
    moment = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    with translation.override("en"):
        assert full_day(moment) == "Thursday 26 November"
        assert full_moment(moment) == "Thursday 26 November, 00:30"
        assert clock_time(moment) == "00:30"


def test_no_moment_gives_no_words():
    assert [full_day(None), full_moment(None), clock_time(None)] == ["", "", ""]
