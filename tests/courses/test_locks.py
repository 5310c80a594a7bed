"""Learning while the person is being forgotten: whoever comes second waits at the person, and nobody for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from courses.exceptions import EnrolmentRefusedError
from courses.models import Assessment, AssessmentRequest, Attempt, Enrolment
from courses.services.assessment import sign
from courses.services.attempts import move_to_current
from courses.services.enrolment import start_module
from courses.services.requests import ask_for_assessment
from lxp.models import Membership, User
from lxp.services.erasures import erase_person
from tests.factories.learning import row_of, take
from tests.factories.modules import assignment, lesson, make_attempt, make_module
from tests.factories.people import make_member, make_organisation

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="On SQLite one transaction writes at a time."),
]


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def learner() -> User:
    return make_member(make_organisation("linde"))


def in_another_connection(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as fault:  # noqa: BLE001 - what a call raises is its result
        return fault
    finally:
        connection.close()


def wait_until_blocked(future: Future[Any]) -> None:
    """Until the other connection waits for a lock that this one has."""
    blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    is_blocked = False
    while not is_blocked and not future.done():
        with connection.cursor() as cursor:
            cursor.execute(blocked)
            is_blocked = cursor.fetchone()[0] > 0
    assert is_blocked, future.result()


def while_forgetting(person: User, call: Callable[[], Any]) -> Any:
    """What a call came to that began while its person was being forgotten, who left yesterday and has a page open still."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(person=person).update(starts_on=date(2020, 1, 1), ends_on=yesterday)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=person.pk)  # as erasing does first
            future = pool.submit(in_another_connection, call)
            wait_until_blocked(future)
            erase_person(person=person, by=None)
        return future.result()


def test_who_learns_while_being_forgotten_waits_and_finds_nothing(learner: User) -> None:
    attempt = make_attempt(learner, make_module(make_organisation("wilg"), lesson()))
    found = while_forgetting(learner, lambda: take(attempt, 1, "finish"))
    assert isinstance(found, Attempt.DoesNotExist)
    assert Attempt.objects.exists() is False


def test_who_takes_up_the_newest_version_while_being_forgotten_waits_and_finds_nothing(learner: User) -> None:
    attempt = make_attempt(learner, make_module(make_organisation("wilg"), lesson()))
    found = while_forgetting(learner, lambda: move_to_current(attempt=attempt))
    assert isinstance(found, Attempt.DoesNotExist)


def test_who_signs_for_somebody_who_is_being_forgotten_waits_and_finds_nothing(learner: User) -> None:
    owner = make_organisation("wilg")
    attempt = make_attempt(learner, make_module(owner, assignment()))
    take(attempt, 1, "request")
    request = ask_for_assessment(attempt=attempt, row=row_of(attempt, 1))
    assessor = make_member(attempt.organisation, "assessor")
    scores = {each["id"]: "met" for each in row_of(attempt, 1).content["criteria"]}
    found = while_forgetting(
        learner, lambda: sign(request=request, by=assessor, scores=scores, is_competent=True, feedback="")
    )
    assert isinstance(found, Attempt.DoesNotExist)
    assert (Assessment.objects.exists(), AssessmentRequest.objects.exists()) == (False, False)


def test_who_starts_while_being_forgotten_waits_and_leaves_nothing(learner: User) -> None:
    module = make_module(make_organisation("wilg"), lesson())
    assert len(learner.organisations) == 1  # as the request read it, before that ended
    found = while_forgetting(learner, lambda: start_module(person=learner, module=module))
    assert isinstance(found, EnrolmentRefusedError)
    assert (Attempt.objects.exists(), Enrolment.objects.exists()) == (False, False)
