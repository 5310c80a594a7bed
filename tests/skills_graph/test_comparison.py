"""What somebody lacks of a profile, as numbers: exact, in one semantics with the portfolio, and fast."""

import random
from datetime import date, timedelta

from skills_graph.comparison import Asked, Shortfall, gap
from skills_graph.models import Competency
from skills_graph.services.standing import Fact, Need, judge

TODAY = date(2026, 11, 22)
SOON, PAST = TODAY + timedelta(days=30), TODAY


def test_what_is_missing_says_how_far_somebody_is():
    asked = [Asked(1, 3, 3, 1), Asked(2, 2, 2, 1), Asked(3, 1, 1, 3), Asked(4, 2, 2, 2)]
    holdings = {
        1: [(2, 2, SOON), (3, 2, SOON)],  # high enough, not firm enough
        2: [(2, 2, SOON)],
        4: [(3, 3, PAST)],  # until is the first day on which it no longer counts
    }
    assert gap(asked, holdings, TODAY) == [Shortfall(asked[0], 3), Shortfall(asked[2], 0), Shortfall(asked[3], 0)]


def test_a_comparison_and_a_portfolio_say_the_same():
    chance = random.Random(20)  # noqa: S311 - the same worlds every time, no secret
    for _world in range(300):
        asked = [Asked(pk, chance.randint(1, 4), chance.randint(1, 3), 1) for pk in range(1, 6)]
        holdings = {
            pk: [
                Fact(chance.randint(1, 4), chance.randint(1, 3), TODAY + timedelta(days=chance.randint(-2, 2)))
                for _row in range(chance.randint(0, 3))
            ]
            for pk in range(1, 6)
        }
        stands = [judge(Need(Competency(pk=each[0]), each.level, each.assurance), holdings, TODAY) for each in asked]
        expected = [Shortfall(each, now.level) for each, now in zip(asked, stands, strict=True) if not now.is_in_order]
        assert gap(asked, holdings, TODAY) == expected
