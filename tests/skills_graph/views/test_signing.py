"""The screens of an assessor: what a signature proves, what was signed, and taking it back."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Assessment, AssessmentRequest
from courses.services.requests import ask_for_assessment
from lxp.models import AuditEvent, Role, User
from skills_graph.inference import add_months
from skills_graph.models import AssessorAuthorisation, Credential, DraftOutcome, Evidence, Holding
from skills_graph.services.credentials import issue_credentials
from skills_graph.services.definitions import retire_competency
from tests.factories.acts import LEVEL, Act, make_act, make_carer, make_leader, pass_practical, pass_theory
from tests.factories.learning import row_of, take
from tests.factories.modules import assignment, make_attempt, make_module, page_of, publish
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys_dir(settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEYS_DIR = tmp_path / "keys"


@pytest.fixture
def act() -> Act:
    """The assessor has authority over the act until the end of 2099, and own proof without end."""
    made = make_act()
    AssessorAuthorisation.objects.create(
        person=made.assessor,
        organisation=made.organisation,
        competency=made.act,
        starts_on=date(2020, 1, 1),
        ends_on=date(2099, 12, 31),
    )
    for level, competency in ((LEVEL, made.practical), (LEVEL, made.act)):
        Holding.objects.create(
            person=made.assessor, competency=competency, level=level, assurance=3, until=date(9999, 12, 31)
        )
    return made


@pytest.fixture
def asked(act: Act) -> AssessmentRequest:
    """Somebody with the theory waits for the practical."""
    carer = make_carer(act, "Lena")
    pass_theory(carer, act)
    return ask(act, carer)


def ask(act: Act, carer: User, *, proves: bool = True) -> AssessmentRequest:
    module = make_module(act.organisation, assignment(), title="Katheter in de praktijk")
    if proves:
        block_id = module.current_version.activities.get().block_id
        DraftOutcome.objects.create(
            module=module, competency=act.practical, level=LEVEL, kind="practical", block_id=block_id
        )
        publish(page_of(module))
        module.refresh_from_db()
    attempt = make_attempt(carer, module)
    take(attempt, 1, "request")
    return ask_for_assessment(attempt=attempt, row=row_of(attempt, 1))


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def page(person: User, name: str, *arguments: Any, query: str = "") -> str:
    response = signed_in(person).get(reverse(name, args=arguments) + query)
    assert response.status_code == 200
    return text_of(response)


def sign(act: Act, asked: AssessmentRequest, decision: str = "competent") -> Assessment:
    criteria = row_of(asked.attempt, 1).content["criteria"]
    data = {f"criterion-{each['id']}": "met" for each in criteria} | {"decision": decision, "feedback": "Rustig."}
    response = signed_in(act.assessor).post(reverse("courses:sign_off", args=[asked.uuid]), data)
    assert response.status_code == 302
    return Assessment.objects.get(request=asked)


# ── before signing ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_assessor_reads_what_the_signature_proves_until_when_and_on_whose_authority(
    act: Act, asked: AssessmentRequest
) -> None:
    shown = page(act.assessor, "courses:sign_off", asked.uuid)
    last = add_months(timezone.localdate(), 36) - timedelta(days=1)
    for words in (
        "you say of Lena Bakker:",
        "<strong>Katheter linde: praktijk</strong>",
        "Level 3: alone",
        f"counts up to and including {last:%A} {last.day} {last:%B %Y}",
        "It is a part of the reserved act “Katheter linde inbrengen”.",
        "with your authority for “Katheter linde inbrengen” of Linde, until and including Thursday 31 December 2099.",
    ):
        assert words in shown
    assert shown.index("What your signature proves") < shown.index(">Sign<")


def test_a_skill_that_was_withdrawn_meanwhile_is_said_to_prove_nothing(act: Act, asked: AssessmentRequest) -> None:
    retire_competency(competency=act.practical)
    assert "This skill is no longer used." in page(act.assessor, "courses:sign_off", asked.uuid)
    sign(act, asked)
    assert Evidence.objects.filter(kind="practical").exists() is False
    assert "What it proved" not in page(act.assessor, "courses:sign_off", asked.uuid)


def test_who_may_not_sign_reads_why_instead(act: Act, asked: AssessmentRequest) -> None:
    AssessorAuthorisation.objects.all().delete()
    shown = page(act.assessor, "courses:sign_off", asked.uuid)
    assert "no authority to assess" in shown
    assert "What your signature proves" not in shown


def test_an_assignment_that_proves_no_skill_says_so(act: Act) -> None:
    asked = ask(act, make_carer(act), proves=False)
    assert "No skill is proven by this assignment." in page(act.assessor, "courses:sign_off", asked.uuid)


# ── what was signed ──────────────────────────────────────────────────────────────────────────────────────────


def test_from_the_inbox_one_finds_what_one_signed_and_what_came_of_it(act: Act, asked: AssessmentRequest) -> None:
    assert "Nothing signed yet" in page(act.assessor, "courses:assessed")
    sign(act, asked)
    assert reverse("courses:assessed") in page(act.assessor, "courses:requests")
    listed = page(act.assessor, "courses:assessed")
    assert reverse("courses:sign_off", args=[asked.uuid]) in listed
    assert "Katheter in de praktijk: Praktijk" in listed
    shown = page(act.assessor, "courses:sign_off", asked.uuid)
    row = Evidence.objects.get(kind="practical")
    for words in ("Rustig.", "Controleert de naam.", reverse("skills_graph:take_back", args=[row.uuid])):
        assert words in shown


def test_fellow_assessors_see_it_when_they_ask_and_others_never(act: Act, asked: AssessmentRequest) -> None:
    sign(act, asked)
    fellow = make_member(act.organisation, Role.ASSESSOR)
    assert "Lena" not in page(fellow, "courses:assessed")
    assert "Lena" in page(fellow, "courses:assessed", query="?van=iedereen")
    elsewhere = make_member(make_organisation("vlier"), Role.ASSESSOR)
    assert "Lena" not in page(elsewhere, "courses:assessed", query="?van=iedereen")
    assert signed_in(asked.person).get(reverse("courses:assessed")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_what_was_signed_needs_the_same_queries_for_any_length(
    rows: int, act: Act, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        sign(act, ask(act, make_carer(act, f"Lena {number}")))
    client = signed_in(act.assessor)
    client.get(reverse("courses:assessed"))
    with django_assert_num_queries(6):  # session, user, memberships, count, rows, titles
        assert text_of(client.get(reverse("courses:assessed"))).count("inbox__link") == rows


# ── taking back ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_assessor_takes_back_what_was_signed_with_a_reason(
    act: Act, asked: AssessmentRequest, django_capture_on_commit_callbacks: Any
) -> None:
    sign(act, asked)
    issue_credentials(person=asked.person)
    row = Evidence.objects.get(kind="practical")
    address = reverse("skills_graph:take_back", args=[row.uuid])
    client = signed_in(act.assessor)
    assert client.post(address, {"reason": " "}).status_code == 422
    assert Evidence.objects.filter(revokes=row.uuid).exists() is False
    response = client.post(address, {"reason": "Verkeerde persoon"})
    assert response.url == reverse("courses:sign_off", args=[asked.uuid])
    assert Holding.objects.filter(person=asked.person, competency=act.act).exists() is False
    assert Credential.objects.get().is_withdrawn
    assert AuditEvent.objects.filter(action="evidence.revoked", actor=act.assessor, person=asked.person).count() == 1
    shown = page(act.assessor, "courses:sign_off", asked.uuid)
    assert "Verkeerde persoon" in shown
    assert address not in shown
    assert client.get(address).url == reverse("courses:sign_off", args=[asked.uuid])  # once


def test_nobody_else_takes_it_back(act: Act, asked: AssessmentRequest) -> None:
    sign(act, asked)
    address = reverse("skills_graph:take_back", args=[Evidence.objects.get(kind="practical").uuid])
    people = [asked.person, make_leader(act), make_member(make_organisation("vlier"), Role.ASSESSOR)]
    people.append(make_member(make_organisation("brink"), Role.ADMINISTRATOR))
    assert [signed_in(each).post(address, {"reason": "Ik wil dit"}).status_code for each in people] == [404] * 4
    assert Evidence.objects.filter(revokes__isnull=False).exists() is False


def test_an_administrator_finds_it_where_the_page_says_why(act: Act) -> None:
    carer = make_carer(act)
    pass_theory(carer, act)
    row = pass_practical(carer, act)
    address = reverse("skills_graph:take_back", args=[row.uuid])
    why = ("skills_graph:team_why", carer.uuid, act.act.uuid)
    assert address in page(make_leader(act, role=Role.ADMINISTRATOR), *why)
    assert address not in page(make_leader(act), *why)
