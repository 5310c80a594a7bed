"""What the graph alone costs, in this process: `python -m tests.benchmarks.graph` prints (what, figure, reach) as JSON.

The reach is that of a graph in memory (`rustworkx`, dictionaries), so it is asked of the table in memory. What a page asks also
has the database say what this person may find of the best, which is a row of its own, and now and then the table anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from itertools import islice

import django

if __name__ == "__main__":
    django.setup()  # the models below need it

from django.utils import timezone

from lxp.models import User
from skills_graph.comparison import Asked, gap
from skills_graph.models import Competency
from skills_graph.services.comparing import own_facts
from skills_graph.services.teaching import offers, read_proofs
from tests.benchmarks.meter import best_ms

Figure = tuple[str, str, str]
SKILLS = 40
BEST = 20


def figures() -> list[Figure]:
    person = User.objects.filter(evidence__number=1).order_by("pk").first()
    skills = list(Competency.objects.exclude(kind="group").order_by("pk").values_list("pk", flat=True))
    facts, today = own_facts(person), timezone.localdate()
    demands = [Asked(pk, 3, 1, 1) for pk in skills[:SKILLS]]
    wanted = {each.asked.competency: 1 for each in gap(demands, facts, today)}
    all_skills = dict.fromkeys(skills, 1)
    proofs = read_proofs()
    ranked = sum(1 for _place in proofs.ranked(all_skills))
    if not ranked:
        raise RuntimeError("No module proves anything here: there is nothing to measure.")

    def rank(asked: Mapping[int, int]) -> list[dict[int, int]]:
        return [proofs.of(place, asked) for place in islice(proofs.ranked(asked), BEST)]

    return [
        (f"graph: gap of {SKILLS} skills", f"{best_ms(lambda: gap(demands, facts, today)):.3f} ms", "≤ 0.05 ms"),
        (f"graph: modules for the {len(wanted)} missing", f"{best_ms(lambda: rank(wanted)):.3f} ms", "≤ 0.12 ms"),
        (f"graph: rank {ranked:,} modules", f"{best_ms(lambda: rank(all_skills)):.3f} ms", "≤ 0.6 ms"),
        ("   the missing, with rights", f"{best_ms(lambda: offers(person, wanted, most=BEST)):.2f} ms", ""),
        ("   all, with rights", f"{best_ms(lambda: offers(person, all_skills, most=BEST)):.2f} ms", ""),
        ("   the table anew, after something was published", f"{best_ms(read_proofs):.0f} ms", ""),
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures()))
