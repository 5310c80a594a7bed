"""Keys in a folder of the test, an act that can be proven, and what strangers do with a credential."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from lxp.models import User
from skills_graph.models import Credential
from skills_graph.openbadges import Sources, Verdict, verify
from skills_graph.services.documents import own_document
from tests.factories.acts import Act, make_act, make_carer, pass_practical, pass_theory


@pytest.fixture(autouse=True)
def keys_dir(settings: Any, tmp_path: Path) -> Path:
    settings.SIGNING_KEYS_DIR = tmp_path / "keys"
    settings.ISSUER_URL = "https://leren.example"
    return tmp_path / "keys"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def act(db: None) -> Act:
    return make_act()


@pytest.fixture
def carer(act: Act) -> User:
    """Somebody with the theory and the practical of the act, proven today."""
    person = make_carer(act)
    pass_theory(person, act)
    pass_practical(person, act)
    return person


@pytest.fixture
def check() -> Callable[[Any], Verdict]:
    """What we say of a document, as of a file that somebody hands in; nothing is fetched."""
    return lambda document: verify(json.dumps(document).encode(), sources=Sources(own=own_document, fetch=None))


@pytest.fixture
def stands() -> Callable[[User], list[tuple[str, str, int, str]]]:
    """(issuer, competency, level, until) of what stands for somebody."""

    def listed(person: User) -> list[tuple[str, str, int, str]]:
        rows = (
            Credential.objects.standing()
            .filter(person=person)
            .select_related("achievement__organisation", "achievement__competency")
        )
        return sorted(
            (row.achievement.organisation.slug, row.achievement.competency.title, row.achievement.level, str(row.until))
            for row in rows
        )

    return listed
