"""What courses tell people by mail: who waits for an assessor, what became safer, and that an assessor answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from courses.models import AssessmentRequest
from courses.services.assessment import sign
from courses.services.digest import digest_items
from courses.services.requests import ask_for_assessment
from lxp.models import Notice, Organisation, Role, User
from lxp.notices.sending import send_notices
from tests.factories.learning import row_of, take
from tests.factories.modules import assignment, lesson, make_attempt, make_module, page_of, publish
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation("linde")


def ago(**span: int) -> Any:
    return timezone.now() - timedelta(**span)


def ask(organisation: Organisation, learner: User | None = None) -> AssessmentRequest:
    attempt = make_attempt(learner or make_member(organisation), make_module(organisation, assignment()))
    take(attempt, 1, "request")
    return ask_for_assessment(attempt=attempt, row=row_of(attempt, 1))


def waiting_since(request: AssessmentRequest, **span: int) -> None:
    AssessmentRequest.objects.filter(pk=request.pk).update(requested_at=ago(**span))


def titles(person: User, **span: int) -> list[str]:
    return [str(item.title) for item in digest_items(person=person, since=ago(**(span or {"days": 1})))]


@pytest.mark.parametrize("rows", [1, 3])
def test_an_assessor_hears_who_waits_longer_than_a_day(
    organisation: Organisation, rows: int, django_assert_num_queries: Any
):
    assessor = make_member(organisation, Role.ASSESSOR)
    for _row in range(rows):
        waiting_since(ask(organisation), hours=30)
    waiting_since(ask(organisation), hours=3)
    _memberships = assessor.current_memberships
    with django_assert_num_queries(2):
        (item,) = digest_items(person=assessor, since=ago(days=1))
    assert str(rows) in str(item.title)
    assert item.url == "/beoordelen/"


def test_what_was_told_before_is_not_told_again(organisation: Organisation):
    assessor = make_member(organisation, Role.ASSESSOR)
    waiting_since(ask(organisation), hours=49)
    assert titles(assessor) == []
    assert len(titles(assessor, days=2)) == 1


def test_nobody_else_hears_of_requests(organisation: Organisation):
    learner = make_member(organisation, Role.ASSESSOR)
    waiting_since(ask(organisation, learner), hours=30)
    for person in (learner, make_member(organisation), make_member(make_organisation("ander"), Role.ASSESSOR)):
        assert titles(person) == []


def test_a_safety_change_of_what_is_under_way_is_told_once(organisation: Organisation):
    module = make_module(organisation, lesson(), title="Tillift")
    learner, other = make_member(organisation), make_member(organisation)
    attempt = make_attempt(learner, module)
    publish(page_of(module), lesson("les-2"), significance="substantive")
    assert titles(learner) == []
    note = "De band zit anders."
    publish(page_of(module), lesson("les-3"), significance="safety", change_note=note)
    (item,) = digest_items(person=learner, since=ago(days=1))
    assert ("Tillift" in str(item.title), item.text, item.url) == (True, note, f"/leren/{attempt.uuid}/")
    assert titles(other) == []
    assert digest_items(person=learner, since=timezone.now() + timedelta(minutes=1)) == []


@pytest.mark.parametrize("is_competent", [True, False])
def test_an_answer_is_told_at_once_without_its_words(organisation: Organisation, is_competent: bool):
    learner = make_member(organisation, email="leerling@linde.example")
    request = ask(organisation, learner)
    assessor = make_member(organisation, Role.ASSESSOR, first_name="Wilhelmina")
    scores = {each["id"]: "met" for each in row_of(request.attempt, 1).content["criteria"]}
    sign(request=request, by=assessor, scores=scores, is_competent=is_competent, feedback="Let op de dosis.")
    assert Notice.objects.get().person == learner
    assert send_notices() == {"sent": 1}
    (message,) = mail.outbox
    assert message.to == ["leerling@linde.example"]
    assert request.attempt.version.title in message.body
    for words in ("Let op de dosis.", "Wilhelmina"):
        assert words not in message.body
