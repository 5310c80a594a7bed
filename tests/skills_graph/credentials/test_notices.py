"""Who loses a proof hears it at once, and once; a newer one that takes its place is no news."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lxp.models import Notice, User
from lxp.notices.sending import send_notices
from skills_graph.models import Credential, Evidence
from skills_graph.services.credentials import Done, issue_credentials
from skills_graph.services.definitions import add_terms
from skills_graph.services.evidence import revoke_evidence
from skills_graph.services.holdings import rebuild_holdings
from skills_graph.services.keys import rotate_key
from tests.factories.acts import Act, pass_practical, pass_theory

pytestmark = pytest.mark.django_db


def test_who_loses_a_proof_hears_it_at_once_and_once(act: Act, carer: User, mailoutbox: list[Any]) -> None:
    issue_credentials(person=carer)
    assert Notice.objects.exists() is False
    row = Evidence.objects.of(carer).get(kind="practical")
    revoke_evidence(person=carer, uuid=row.uuid, by=act.assessor, reason="A mistake")
    assert issue_credentials(person=carer) == Done(withdrawn=1)
    assert issue_credentials(person=carer) == Done()
    assert send_notices() == {"sent": 1}
    (message,) = mailoutbox
    assert message.to == [carer.email]
    assert reverse("skills_graph:credential", args=[Credential.objects.get().uuid]) in message.body
    assert "A mistake" not in message.body


@pytest.mark.parametrize("change", ["key", "term"])
def test_who_gets_a_new_one_in_the_same_run_hears_nothing(act: Act, carer: User, change: str) -> None:
    issue_credentials(person=carer)
    if change == "key":
        rotate_key(organisation=act.organisation, revoke=True)
    else:
        add_terms(competency=act.practical, renew_months=12)
        rebuild_holdings()
    assert issue_credentials(person=carer) == Done(issued=1, withdrawn=1)
    assert Notice.objects.exists() is False


def test_who_has_a_newer_one_of_an_earlier_run_hears_nothing_of_the_older_one(
    act: Act, carer: User, time_machine: Any
) -> None:
    issue_credentials(person=carer)
    time_machine.move_to(timezone.now() + timedelta(days=100), tick=False)
    pass_theory(carer, act)
    pass_practical(carer, act)
    assert issue_credentials(person=carer) == Done(issued=1)
    older, newer = Evidence.objects.of(carer).filter(kind="practical")
    revoke_evidence(person=carer, uuid=older.uuid, by=act.assessor, reason="A mistake")
    assert issue_credentials(person=carer) == Done(withdrawn=1)
    assert Notice.objects.exists() is False
    revoke_evidence(person=carer, uuid=newer.uuid, by=act.assessor, reason="A mistake")
    assert issue_credentials(person=carer) == Done(withdrawn=1)
    assert Notice.objects.get().key == f"credential:{Credential.objects.latest('pk').uuid}"


def test_who_gets_no_new_one_for_lack_of_a_key_hears_it(act: Act, carer: User, keys_dir: Path) -> None:
    issue_credentials(person=carer)
    add_terms(competency=act.practical, renew_months=12)
    rebuild_holdings()
    for file in keys_dir.iterdir():
        file.unlink()
    assert issue_credentials(person=carer) == Done(withdrawn=1)
    assert Notice.objects.get().key == f"credential:{Credential.objects.get().uuid}"
