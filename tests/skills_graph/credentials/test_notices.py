"""Who loses a proof hears it at once, and once; a newer one that takes its place is no news."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from lxp.models import Notice, User
from lxp.notices.urgent import send_notices
from skills_graph.models import Credential, Evidence
from skills_graph.services.credentials import Done, issue_credentials
from skills_graph.services.evidence import revoke_evidence
from tests.factories.acts import Act

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
