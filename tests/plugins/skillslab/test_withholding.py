"""Figures about fewer than five people are withheld, and nothing that is shown gives them away."""

from __future__ import annotations

from random import Random

from plugins.skillslab.services.figures.withholding import FEWEST_PEOPLE, Figure


def figure_of(**groups: int) -> Figure:
    figure, person = Figure(), 0
    for name, count in groups.items():
        for _each in range(count):
            person += 1
            figure.add((name,), person, places=1)
    return figure.withhold()


def shown(figure: Figure) -> dict[object, int]:
    return {part.key: part.count for part in figure.shown}


def test_a_figure_about_four_people_is_withheld_and_one_about_five_is_not() -> None:
    assert (figure_of(a=4).is_shown, figure_of(a=5).is_shown) == (False, True)
    assert shown(figure_of(a=4)) == {}


def test_what_subtracting_would_give_away_is_withheld_too() -> None:
    figure = figure_of(a=3, b=6, c=20)
    assert (figure.count, shown(figure)) == (29, {"c": 20})
    assert figure.withheld is not None
    assert (figure.withheld.count, figure.withheld.sums) == (9, {"places": 9})


def test_two_small_ones_together_are_a_group_when_they_are_five() -> None:
    assert shown(figure_of(a=3, b=2, c=20)) == {"c": 20}
    assert shown(figure_of(a=2, b=2, c=20, d=7)) == {"c": 20}


def test_nobody_is_no_group() -> None:
    figure = Figure()
    figure.add(("a",), None, places=4)
    for person in range(8):
        figure.add(("b",), person, places=1)
    assert shown(figure.withhold()) == {"a": 0, "b": 8}
    assert figure.withheld is None


def test_nothing_is_shown_below_what_is_withheld() -> None:
    figure = Figure()
    for person in range(30):
        figure.add(("a" if person < 3 else "b" if person < 9 else "c", "team"), person)
    figure.withhold()
    assert [[part.key, [team.is_shown for team in part.parts.values()]] for part in figure.parts.values()] == [
        ["a", [False]],
        ["b", [False]],
        ["c", [True]],
    ]


def test_the_rest_of_every_figure_is_nobody_or_a_group_of_two_parts_whatever_the_numbers() -> None:
    random = Random(7)  # noqa: S311 - no secrets
    for _turn in range(300):
        figure, person = Figure(), 0
        for quarter in range(random.randint(1, 5)):
            for organisation in range(random.randint(1, 5)):
                for unit in range(random.randint(1, 4)):
                    for _each in range(random.choice((0, 1, 2, 4, 5, 9))):
                        person += 1
                        figure.add((quarter, organisation, unit), person)
        figure.withhold()
        for each in figure.walk():
            assert not (each.is_shown and 0 < each.count < FEWEST_PEOPLE)
            hidden = [part for part in each.parts.values() if not part.is_shown]
            if each.is_shown and hidden:
                assert len(hidden) > 1
                assert each.count - sum(part.count for part in each.shown) >= FEWEST_PEOPLE
            if not each.is_shown:
                assert each.shown == []
