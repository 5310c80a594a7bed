"""What a plugin hears of the ledger: after the commit, and where it fails nothing is taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from lxp_testdummy.models import Compliment

from lxp.models import Organisation, PluginIncident
from skills_graph.models import Evidence
from tests.factories.frameworks import make_competency
from tests.factories.people import make_member
from tests.factories.skills import held, prove

pytestmark = pytest.mark.django_db
HOOKS = ("evidence_recorded", "holding_changed")


def test_evidence_and_what_follows_reach_the_plugin_after_the_transaction(
    with_it: Organisation, django_capture_on_commit_callbacks: Any
) -> None:
    person, competency = make_member(with_it), make_competency("Washing")
    with translation.override("nl"), django_capture_on_commit_callbacks(execute=True):
        prove(person, competency, issuer=with_it)
        assert not Compliment.objects.exists()
    assert sorted(Compliment.objects.filter(person=person).values_list("text", flat=True)) == [
        "Nieuw in je dossier: Washing",
        "Voor jou veranderd: 1",
    ]


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("mode", ["raise", "write_and_raise"])
def test_a_plugin_that_fails_takes_no_evidence_back(
    with_it: Organisation, faults: dict[str, str], hook: str, mode: str, django_capture_on_commit_callbacks: Any
) -> None:
    person, competency = make_member(with_it), make_competency("Washing")
    faults[hook] = mode
    with django_capture_on_commit_callbacks(execute=True):
        prove(person, competency, issuer=with_it)
    assert PluginIncident.objects.get().hook == hook
    assert (Evidence.objects.count(), held(person)) == (1, [("Washing", 1, 2, "9999-12-31")])


def test_a_plugin_that_is_off_hears_nothing(
    without_it: Organisation, with_it: Organisation, django_capture_on_commit_callbacks: Any
) -> None:
    person = make_member(without_it)
    with django_capture_on_commit_callbacks(execute=True):
        prove(person, make_competency(), issuer=with_it)
    assert not Compliment.objects.exists()
