"""Workplace assignments: asked by the learner, judged and signed by an assessor of the same organisation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from courses.exceptions import SignOffRefusedError
from courses.models import ActivityState, Assessment, AssessmentRequest, Attempt, ProgressEvent
from courses.services import attempts
from courses.services.assessment import sign
from courses.services.attempts import move_to_current
from courses.services.requests import ask_for_assessment
from lxp.models import AuditEvent, Membership, Role, User
from tests.factories.learning import row_of, state_of, take
from tests.factories.modules import assignment, lesson, make_attempt, make_module, page_of, publish
from tests.factories.people import join, make_member, make_organisation
from tests.factories.simultaneous import at_once

pytestmark = pytest.mark.django_db
DETAILS = {"is_competent": True, "feedback": "Rustig gewerkt."}


@pytest.fixture
def attempt() -> Attempt:
    owner = make_organisation()
    return make_attempt(make_member(owner, first_name="Lena"), make_module(owner, assignment()))


@pytest.fixture
def request_(attempt) -> AssessmentRequest:
    take(attempt, 1, "request")
    return ask_for_assessment(attempt=attempt, row=row_of(attempt, 1))


def assessor_of(attempt: Attempt, **fields: Any) -> User:
    return make_member(attempt.organisation, Role.ASSESSOR, **fields)


def scores_of(attempt: Attempt, *found: str) -> dict[str, str]:
    criteria = row_of(attempt, 1).content["criteria"]
    return {each["id"]: score for each, score in zip(criteria, found or ("met", "met"), strict=True)}


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def nothing_was_signed(request: AssessmentRequest) -> bool:
    request.refresh_from_db()
    found = (Assessment.objects.count(), request.closed_at, ProgressEvent.objects.filter(name="assessed").count())
    return found == (0, None, 0) and Attempt.objects.get(pk=request.attempt_id).completed_at is None


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_asking_twice_is_asking_once(attempt):
    client = client_of(attempt.person)
    address = reverse("courses:handle", args=[attempt.uuid, row_of(attempt, 1).block_id, "request"])
    for _click in range(2):
        assert client.post(address).status_code == 302
    found = AssessmentRequest.objects.get()
    assert (found.person, found.organisation, found.closed_at) == (attempt.person, attempt.organisation, None)
    assert ProgressEvent.objects.count() == 1
    assert Attempt.objects.get().completed_at is None


def test_what_was_signed_is_never_changed(attempt, request_):
    values = {"assessor": assessor_of(attempt), "organisation": attempt.organisation, "is_competent": True}
    Assessment.objects.create(request=request_, person=attempt.person, **values)
    with pytest.raises(TypeError, match="cannot be changed"):
        Assessment.objects.update(is_competent=False)


def test_who_waits_stands_on_the_list_or_did_not_ask(attempt, monkeypatch):
    def fail(**arguments: Any) -> None:
        raise RuntimeError("the list is full")

    monkeypatch.setattr(attempts, "ask_for_assessment", fail)
    client = client_of(attempt.person)
    client.raise_request_exception = False
    address = reverse("courses:handle", args=[attempt.uuid, row_of(attempt, 1).block_id, "request"])
    assert client.post(address).status_code == 500
    assert ProgressEvent.objects.exists() is False
    assert ActivityState.objects.exists() is False


# ── signing ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_signing_for_competent_completes_the_assignment_and_the_module(attempt, request_):
    assessor = assessor_of(attempt, first_name="Toos", last_name="Smit")
    signed = sign(request=request_, by=assessor, scores=scores_of(attempt, "met", "not_seen"), **DETAILS)
    request_.refresh_from_db()
    attempt.refresh_from_db()
    assert request_.closed_at is not None
    assert (signed.person, signed.assessor, signed.organisation) == (attempt.person, assessor, attempt.organisation)
    assert (attempt.passed, attempt.score_percent) == (True, None)
    assert attempt.completed_at is not None
    state = state_of(attempt, 1)
    assert (state.data["assessor"], state.data["feedback"], state.passed) == (
        str(assessor.uuid),
        "Rustig gewerkt.",
        True,
    )
    audit = AuditEvent.objects.get(action="assessment.signed")
    assert (audit.actor, audit.person, audit.detail) == (assessor, attempt.person, {"is_competent": True})


def test_not_yet_competent_leaves_it_open_and_the_learner_may_ask_again(attempt, request_):
    details = {"is_competent": False, "feedback": "Oefen het ontsmetten."}
    sign(request=request_, by=assessor_of(attempt), scores=scores_of(attempt, "not_met", "met"), **details)
    assert Attempt.objects.get().completed_at is None
    take(attempt, 1, "request")
    again = ask_for_assessment(attempt=attempt, row=row_of(attempt, 1))
    assert again != request_
    sign(request=again, by=assessor_of(attempt), scores=scores_of(attempt), **DETAILS)
    assert Attempt.objects.get().completed_at is not None
    assert Assessment.objects.count() == 2


@pytest.mark.parametrize(
    "who", ["learner", "learner who assesses", "author", "of another organisation", "until yesterday"]
)
def test_who_may_not_sign_is_refused_and_nothing_changes(attempt, request_, who):
    people = {
        "learner": lambda: make_member(attempt.organisation),
        "author": lambda: make_member(attempt.organisation, Role.AUTHOR, Role.ADMINISTRATOR),
        "of another organisation": lambda: make_member(make_organisation(), Role.ASSESSOR),
        "until yesterday": lambda: assessor_of(attempt),
        "learner who assesses": lambda: attempt.person,
    }
    person = people[who]()
    if who == "learner who assesses":
        Membership.objects.get(person=person).role_grants.create(role=Role.ASSESSOR)
    if who == "until yesterday":
        Membership.objects.filter(person=person).update(ends_on=date(2021, 1, 1))
    person = User.objects.get(pk=person.pk)
    with pytest.raises(SignOffRefusedError) as error:
        sign(request=request_, by=person, scores=scores_of(attempt), **DETAILS)
    assert str(error.value) != ""
    assert nothing_was_signed(request_)
    status = client_of(person).get(reverse("courses:sign_off", args=[request_.uuid])).status_code
    assert status == 404


def test_an_assessor_of_two_organisations_sees_the_requests_of_both_and_not_their_own(attempt, request_):
    assessor = assessor_of(attempt)
    other = make_organisation()
    join(assessor, other, Role.ASSESSOR)
    assessor = User.objects.get(pk=assessor.pk)
    module = make_module(other, assignment())
    theirs = make_attempt(make_member(other), module)
    own = make_attempt(assessor, module)
    requests = [ask_for_assessment(attempt=each, row=row_of(each, 1)) for each in (theirs, own)]
    visible = AssessmentRequest.objects.visible_to(assessor)
    assert set(visible) == {request_, requests[0]}
    page = client_of(assessor).get(reverse("courses:requests"))
    assert page.content.decode().count('class="inbox__link"') == 2


@pytest.mark.parametrize(
    "found",
    [{}, {"x": "met"}, {"x": "met", "y": "met"}, "met only one", "unknown score", "one more"],
)
def test_every_criterion_is_judged_with_a_known_score(attempt, request_, found):
    scores = scores_of(attempt)
    first, _second = scores
    odd = {
        "met only one": {first: "met"},
        "unknown score": {**scores, first: "perfect"},
        "one more": {**scores, "x": "met"},
    }
    with pytest.raises(SignOffRefusedError):
        sign(request=request_, by=assessor_of(attempt), scores=odd.get(str(found), found), **DETAILS)  # type: ignore[arg-type]
    assert nothing_was_signed(request_)


@pytest.mark.parametrize("score", ["not_met", "not_seen"])
def test_nobody_is_competent_without_the_critical_criterion(attempt, request_, score):
    with pytest.raises(SignOffRefusedError, match="Controleert de naam"):
        sign(request=request_, by=assessor_of(attempt), scores=scores_of(attempt, score, "met"), **DETAILS)
    assert nothing_was_signed(request_)


def test_what_is_signed_cannot_be_signed_again(attempt, request_):
    sign(request=request_, by=assessor_of(attempt), scores=scores_of(attempt), **DETAILS)
    with pytest.raises(SignOffRefusedError):
        sign(request=request_, by=assessor_of(attempt), scores=scores_of(attempt), **DETAILS)
    assert Assessment.objects.count() == 1


def test_an_assignment_that_left_the_module_cannot_be_signed(attempt, request_):
    publish(page_of(attempt.module), lesson())
    move_to_current(attempt=attempt)
    assessor = assessor_of(attempt)
    with pytest.raises(SignOffRefusedError, match=r".+"):
        sign(request=request_, by=assessor, scores={}, **DETAILS)
    assert client_of(assessor).get(reverse("courses:sign_off", args=[request_.uuid])).status_code == 404
    assert nothing_was_signed(request_)


def test_a_version_that_a_safety_change_replaced_cannot_be_signed(attempt, request_):
    publish(page_of(attempt.module), assignment(instructions="<p>Doe het veilig.</p>"), significance="safety")
    with pytest.raises(SignOffRefusedError, match="veiliger versie"):
        sign(request=request_, by=assessor_of(attempt), scores=scores_of(attempt), **DETAILS)
    assert nothing_was_signed(request_)


def test_the_learner_reads_who_signed_and_the_record_holds_no_name(attempt, request_):
    sign(
        request=request_,
        by=assessor_of(attempt, first_name="Toos", last_name="Smit"),
        scores=scores_of(attempt),
        **DETAILS,
    )
    address = reverse("courses:play", args=[attempt.uuid, row_of(attempt, 1).position])
    assert "Toos Smit" in client_of(attempt.person).get(address).content.decode()
    assert "Toos" not in str(list(ProgressEvent.objects.values_list("payload", flat=True)))


def test_a_renewed_assignment_is_signed_by_its_new_criteria(attempt, request_):
    criteria = [{"text": "Nieuw.", "critical": True}, {"text": "Ook nieuw."}, {"text": "Drie."}]
    publish(page_of(attempt.module), assignment(criteria=criteria))
    move_to_current(attempt=attempt)
    old, assessor = scores_of(attempt), assessor_of(attempt)
    current = Attempt.objects.get(pk=attempt.pk)
    with pytest.raises(SignOffRefusedError):
        sign(request=request_, by=assessor, scores=old, **DETAILS)
    sign(request=request_, by=assessor, scores=scores_of(current, "met", "met", "met"), **DETAILS)
    assert Attempt.objects.get().completed_at is not None


def test_nobody_signs_for_themselves_in_the_database_either(attempt, request_):
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(
            request=request_,
            person=attempt.person,
            assessor=attempt.person,
            organisation=attempt.organisation,
            is_competent=True,
        )


def test_a_signed_assessment_cannot_be_changed(attempt, request_):
    signed = sign(request=request_, by=assessor_of(attempt), scores=scores_of(attempt), **DETAILS)
    signed.is_competent = False
    with pytest.raises(TypeError):
        signed.save()


@pytest.mark.django_db(transaction=True)
def test_two_assessors_at_once_give_one_assessment_and_one_clear_refusal():
    owner = make_organisation()
    attempt = make_attempt(make_member(owner), make_module(owner, assignment()))
    take(attempt, 1, "request")
    request = ask_for_assessment(attempt=attempt, row=row_of(attempt, 1))
    assessors = [assessor_of(attempt).pk for _number in range(2)]
    scores = scores_of(attempt)
    calls = [
        lambda pk=pk: sign(request=request, by=User.objects.get(pk=pk), scores=scores, **DETAILS).assessor_id
        for pk in assessors
    ]
    found = at_once(calls)
    refusals = [each for each in found if isinstance(each, SignOffRefusedError)]
    assert len(refusals) == 1
    assert Assessment.objects.get().assessor_id in found
    assert ProgressEvent.objects.filter(name="assessed").count() == 1
    assert Attempt.objects.get().completed_at is not None


# ── the screen ───────────────────────────────────────────────────────────────────────────────────────────────


def form_of(attempt: Attempt, *found: str, decision: str = "competent", **fields: str) -> dict[str, str]:
    scores = {f"criterion-{name}": score for name, score in scores_of(attempt, *found).items()}
    return {**scores, "decision": decision, "feedback": "Goed zo.", **fields}


def test_the_screen_signs_and_leads_back_to_the_list(attempt, request_):
    client = client_of(assessor_of(attempt))
    address = reverse("courses:sign_off", args=[request_.uuid])
    page = client.get(address).content.decode()
    assert "Lena" in page
    assert "Controleert de naam." in page
    assert client.post(address, form_of(attempt)).url == reverse("courses:requests")
    assert Assessment.objects.get().feedback == "Goed zo."


def test_who_comes_second_reads_who_signed_and_keeps_their_words(attempt, request_):
    first = client_of(assessor_of(attempt, first_name="Toos", last_name="Smit"))
    second = client_of(assessor_of(attempt, language="en"))
    address = reverse("courses:sign_off", args=[request_.uuid])
    assert second.get(address).status_code == 200
    first.post(address, form_of(attempt))
    refused = second.post(address, form_of(attempt, feedback="Dat zag ik anders."))
    text = refused.content.decode()
    assert refused.status_code == 409
    assert ("This request has been signed already." in text, "Toos Smit" in text) == (True, True)
    assert "Dat zag ik anders." in text
    assert second.get(address).status_code == 200
    assert Assessment.objects.get().feedback == "Goed zo."


def test_the_learner_reads_who_looked_at_what_another_signed(attempt, request_):
    own, other = assessor_of(attempt), assessor_of(attempt)
    sign(request=request_, by=own, scores=scores_of(attempt), **DETAILS)
    addresses = [reverse("courses:sign_off", args=[request_.uuid]), reverse("courses:assessed") + "?van=iedereen"]
    for person in (own, other):
        for address in addresses:
            assert client_of(person).get(address).status_code == 200
    [look] = AuditEvent.objects.filter(action="assessments.looked")  # the second within the hour is the same look
    assert (look.actor, look.person, look.organisation) == (other, attempt.person, attempt.organisation)


def test_the_learner_reads_which_assessor_opened_the_work_and_did_not_sign(attempt, request_):
    opening = assessor_of(attempt)
    for _time in range(2):
        assert client_of(opening).get(reverse("courses:sign_off", args=[request_.uuid])).status_code == 200
    [look] = AuditEvent.objects.filter(action="requests.looked")
    assert (look.actor, look.person, look.organisation) == (opening, attempt.person, attempt.organisation)


def test_a_refused_form_comes_back_with_what_was_typed(attempt, request_):
    client = client_of(assessor_of(attempt))
    address = reverse("courses:sign_off", args=[request_.uuid])
    for values in (form_of(attempt, "not_met", "met"), {"feedback": "Goed zo."}, form_of(attempt, feedback="x" * 2001)):
        answer = client.post(address, values)
        assert answer.status_code == 422
        assert values["feedback"] in answer.content.decode()
        assert nothing_was_signed(request_)


def test_the_list_is_only_for_assessors(attempt, request_):
    assert client_of(attempt.person).get(reverse("courses:requests")).status_code == 403
    assert Client().get(reverse("courses:requests")).status_code == 302


def test_only_the_learner_and_not_the_assessor_opens_the_attempt(attempt, request_):
    client = client_of(assessor_of(attempt))
    for name in ("resume", "result", "print"):
        assert client.get(reverse(f"courses:{name}", args=[attempt.uuid])).status_code == 404
    with pytest.raises(ObjectDoesNotExist):
        Attempt.objects.visible_to(assessor_of(attempt)).get()
