"""Figures, lists and looks about staff begin at `Membership.objects.of_staff()`: a new one cannot forget volunteers."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("lxp", "content", "courses", "skills_graph", "plugins")
CHOOSES = re.compile(r"Membership\.objects\s*\.(of_staff|of_volunteers|supervised_by)\(")
ASKS = re.compile(r"Membership\.objects\b")
# Who asks for everybody on purpose, and why.
EVERYBODY = {
    "courses/benchmark/people.py": "makes staff",
    "lxp/notices/schedule.py": "volunteers get mail as well",
    "lxp/services/erasures.py": "whoever is forgotten",
    "lxp/services/exports.py": "a person's own copy",
    "lxp/services/members.py": "administrators, by `with_role`",
    "lxp/services/organisations.py": "makes memberships, and reads the roles of staff",
    "lxp/testing/probes.py": "somebody of no organisation",
    "lxp/testing/world.py": "ends memberships",
    "lxp/views/organisations.py": "the list of people, which tells the two apart",
    "skills_graph/models/ledger.py": "led people: `current().supervised_by`",
    "skills_graph/permissions.py": "led people: `current().supervised_by`",
    "skills_graph/services/authority.py": "assessors, by `with_role`; and who stands in a register, of staff",
    "skills_graph/services/completion.py": "led people: `current().supervised_by`",
}


def test_whoever_asks_for_memberships_says_of_whom():
    forgot = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            text = path.read_text(encoding="utf-8")
            if name not in EVERYBODY and len(ASKS.findall(text)) != len(CHOOSES.findall(text)):
                forgot[name] = "begin with of_staff(), or say here why everybody is asked"
    assert forgot == {}


def test_the_exceptions_are_still_there():
    assert [name for name in EVERYBODY if not ASKS.search((ROOT / name).read_text(encoding="utf-8"))] == []
