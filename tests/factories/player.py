"""A learner in the player: the pages that come, the addresses that take acts, and what is stored of them."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from courses.models import ActivityState, AssessmentRequest, Attempt, ProgressEvent
from lxp.models import User
from tests.factories.learning import row_of
from tests.factories.modules import make_attempt, make_module
from tests.factories.people import make_member, make_organisation

FETCH = {"X-Requested-With": "fetch"}


def attempt_of(*activities: dict[str, Any], **fields: Any) -> Attempt:
    owner = make_organisation()
    return make_attempt(make_member(owner), make_module(owner, *activities, **fields))


def client_of(person: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(person)
    return client


def address_of(attempt: Attempt, position: int, handler: str) -> str:
    return reverse("courses:handle", args=[attempt.uuid, row_of(attempt, position).block_id, handler])


def page(client: Client, attempt: Attempt, position: int = 1) -> str:
    answer = client.get(reverse("courses:play", args=[attempt.uuid, position]))
    assert answer.status_code == 200
    return answer.content.decode()


def nothing_is_stored() -> bool:
    counts = [model.objects.count() for model in (ProgressEvent, ActivityState, AssessmentRequest)]
    return counts == [0, 0, 0] and not Attempt.objects.completed().exists()
