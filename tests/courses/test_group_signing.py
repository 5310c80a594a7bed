"""Signing for a group: common scores once, exceptions for each; who is refused stays and holds up nobody."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Assessment, AssessmentRequest
from courses.services.assessment import sign
from courses.services.requests import ask_for_assessment
from lxp.models import Role, User
from tests.factories.learning import row_of
from tests.factories.modules import assignment, make_attempt, make_module
from tests.factories.people import make_member, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def assessor() -> User:
    return make_member(make_organisation(), Role.ASSESSOR, language="en")


@pytest.fixture
def client(assessor: User) -> Client:
    client = Client()
    client.force_login(assessor)
    return client


def asked(assessor: User, count: int) -> list[AssessmentRequest]:
    (owner,) = assessor.organisations
    module = make_module(owner, assignment())
    found = []
    for number in range(count):
        attempt = make_attempt(make_member(owner, first_name=f"Lena {number}"), module)
        found.append(ask_for_assessment(attempt=attempt, row=row_of(attempt, 1)))
    return found


def address(requests: list[AssessmentRequest], **more: str) -> str:
    return (
        f"{reverse('courses:sign_together')}?{urlencode([*(('van', each.uuid) for each in requests), *more.items()])}"
    )


def criteria_of(request: AssessmentRequest) -> list[str]:
    return [each["id"] for each in row_of(request.attempt, 1).content["criteria"]]


def filled(requests: list[AssessmentRequest], **more: str) -> dict[str, str]:
    """Everything met, competent, for everybody."""
    values = {f"criterion-{each}": "met" for each in criteria_of(requests[0])}
    return {**values, "decision": "competent", **{f"for-{each.pk}": "on" for each in requests}, **more}


def test_eight_people_are_signed_with_common_scores_and_one_exception(assessor: User, client: Client) -> None:
    requests = asked(assessor, 8)
    critical, other = criteria_of(requests[0])
    odd, left_out = requests[2], requests[7]
    values = filled(requests)
    del values[f"for-{left_out.pk}"]
    values |= {
        f"criterion-{critical}-{odd.pk}": "not_met",
        f"decision-{odd.pk}": "not_yet",
        f"feedback-{odd.pk}": "Oefen nog.",
    }
    page = address(requests, next="/p/skillslab/lijst/")
    assert client.get(page).content.decode().count("<details") >= 8
    assert client.post(page, values).url == "/p/skillslab/lijst/"
    signed = {each.request_id: each for each in Assessment.objects.all()}
    assert set(signed) == {each.pk for each in requests[:7]}
    assert [signed[each.pk].is_competent for each in requests[:7]] == [each is not odd for each in requests[:7]]
    assert (signed[odd.pk].scores, signed[odd.pk].feedback) == ({critical: "not_met", other: "met"}, "Oefen nog.")
    assert {each.assessor for each in signed.values()} == {assessor}
    assert AssessmentRequest.objects.waiting().get() == left_out


def test_who_is_refused_stays_with_what_was_chosen_and_holds_up_nobody(assessor: User, client: Client) -> None:
    requests = asked(assessor, 3)
    (critical, _other), odd = criteria_of(requests[0]), requests[1]
    values = filled(requests, **{f"criterion-{critical}-{odd.pk}": "not_met", f"feedback-{odd.pk}": "Bijna."})
    answer = client.post(address(requests), values)
    text = answer.content.decode()
    assert (answer.status_code, Assessment.objects.count()) == (422, 2)
    assert (
        f"{odd.person}: A critical criterion is not met" in text,
        "Bijna." in text,
        "Otherwise for Lena 0" in text,
    ) == (
        True,
        True,
        False,
    )
    again = client.post(address(requests), {**values, f"decision-{odd.pk}": "not_yet"})
    assert (again.url, Assessment.objects.count()) == (reverse("courses:requests"), 3)


def test_a_criterion_that_nobody_judged_signs_nothing(assessor: User, client: Client) -> None:
    requests = asked(assessor, 2)
    values = filled(requests)
    del values[f"criterion-{criteria_of(requests[0])[0]}"]
    assert (client.post(address(requests), values).status_code, Assessment.objects.count()) == (422, 0)


def test_a_request_that_somebody_else_signed_meanwhile_is_left_out(assessor: User, client: Client) -> None:
    requests = asked(assessor, 2)
    first = requests[0]
    scores = dict.fromkeys(criteria_of(first), "met")
    sign(request=first, by=assessor, scores=scores, is_competent=True, feedback="")
    client.post(address(requests), filled(requests))
    assert Assessment.objects.count() == 2
    assert client.get(address(requests)).url == reverse("courses:requests")


def test_only_requests_of_own_organisations_and_of_one_assignment_are_shown(assessor: User, client: Client) -> None:
    own, second = asked(assessor, 1), asked(assessor, 1)
    stranger = make_member(make_organisation(), Role.ASSESSOR)
    other = asked(stranger, 1)
    shown = client.get(address([*own, *second, *other]))
    assert [each.pk for each in shown.context["form"].requests] in ([own[0].pk], [second[0].pk])
    assert client.get(address(other)).url == reverse("courses:requests")
    assert client.get(f"{reverse('courses:sign_together')}?van=x").status_code == 404
    assert client.get(f"{reverse('courses:sign_together')}?next=//elders.example/").url == reverse("courses:requests")
    assert Client().get(address(own)).status_code == 302
