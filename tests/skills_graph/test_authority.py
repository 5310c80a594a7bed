"""Who may sign what on a day: role, authority and own proof; and how that authority is given and ended."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.exceptions import SignOffRefusedError
from courses.models import Assessment, AssessmentRequest, Attempt
from courses.services.assessment import sign
from courses.services.requests import ask_for_assessment
from lxp.models import AuditEvent, Organisation, Role, User
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.models import AssessorAuthorisation, Competency, DraftOutcome, Holding, Registration
from skills_graph.services.authority import end_authority, give_authority, objections, register_person
from skills_graph.services.definitions import add_relation
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.learning import row_of, take
from tests.factories.modules import assignment, make_attempt, make_module, page_of, publish
from tests.factories.people import join, make_member, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
ALONE = 3
TODAY = timezone.localdate
YESTERDAY = timedelta(days=-1)


@pytest.fixture
def owner() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def skill() -> Competency:
    return make_competency("Wond verbinden")


@pytest.fixture
def assessor(owner: Organisation) -> User:
    return make_member(owner, Role.ASSESSOR, first_name="Toos", language="en")


@pytest.fixture
def administrator(owner: Organisation) -> User:
    return make_member(owner, Role.ADMINISTRATOR, language="en")


@pytest.fixture
def request_(owner: Organisation, skill: Competency) -> AssessmentRequest:
    """Somebody waits for an assignment that proves the skill."""
    return asked(owner, skill)


def asked(owner: Organisation, *skills: Competency, whole: bool = False) -> AssessmentRequest:
    module = make_module(owner, assignment())
    block_id = None if whole else module.current_version.activities.get().block_id
    for each in skills:
        DraftOutcome.objects.create(module=module, competency=each, level=ALONE, kind="practical", block_id=block_id)
    attempt = make_attempt(make_member(owner, first_name="Lena"), publish(page_of(module)))
    take(attempt, 1, "request")
    return ask_for_assessment(attempt=attempt, row=row_of(attempt, 1))


def authorise(assessor: User, skill: Competency, organisation: Organisation, **fields: Any) -> AssessorAuthorisation:
    values = {"starts_on": date(2020, 1, 1), **fields}
    return AssessorAuthorisation.objects.create(person=assessor, organisation=organisation, competency=skill, **values)


def hold(person: User, skill: Competency, level: int = ALONE, until: date = date(9999, 12, 31)) -> None:
    Holding.objects.create(person=person, competency=skill, level=level, assurance=3, until=until)


def sign_as(assessor: User, request: AssessmentRequest) -> Assessment:
    criteria = row_of(request.attempt, 1).content["criteria"]
    scores = {each["id"]: "met" for each in criteria}
    return sign(request=request, by=assessor, scores=scores, is_competent=True, feedback="")


def refused(assessor: User, request: AssessmentRequest) -> str:
    with pytest.raises(SignOffRefusedError) as error:
        sign_as(assessor, request)
    request.refresh_from_db()
    assert (request.closed_at, Assessment.objects.count()) == (None, 0)
    assert Attempt.objects.get(pk=request.attempt_id).completed_at is None
    return str(error.value)


# ── on the day of signing ────────────────────────────────────────────────────────────────────────────────────


def test_with_authority_and_own_proof_one_signs(owner, assessor, skill, request_):
    authorise(assessor, skill, owner)
    hold(assessor, skill)
    assert sign_as(assessor, request_).assessor == assessor


def test_without_authority_nobody_signs_however_able(owner, assessor, skill, request_):
    hold(assessor, skill)
    assert "no authority to assess “Wond verbinden”" in refused(assessor, request_)
    authorise(assessor, skill, make_organisation("ander"))
    assert "no authority" in refused(assessor, request_)
    authorise(assessor, make_competency("Iets anders"), owner)
    assert "no authority" in refused(assessor, request_)


def test_authority_counts_from_its_first_day_until_its_last(owner, assessor, skill, request_):
    hold(assessor, skill)
    row = authorise(assessor, skill, owner, ends_on=TODAY() + YESTERDAY)
    assert "ended on" in refused(assessor, request_)
    AssessorAuthorisation.objects.filter(pk=row.pk).update(starts_on=TODAY() - YESTERDAY, ends_on=None)
    assert "begins on" in refused(assessor, request_)
    AssessorAuthorisation.objects.filter(pk=row.pk).update(starts_on=TODAY(), ends_on=TODAY())
    assert sign_as(assessor, request_).is_competent


def test_who_cannot_do_it_today_does_not_judge_it(owner, assessor, skill, request_):
    authorise(assessor, skill, owner)
    assert "is missing or has expired" in refused(assessor, request_)
    hold(assessor, skill, level=2)
    assert "Your own proof" in refused(assessor, request_)
    hold(assessor, skill, until=TODAY())  # the first day on which it no longer counts
    assert "Your own proof" in refused(assessor, request_)
    hold(assessor, skill, until=TODAY() - YESTERDAY)
    assert sign_as(assessor, request_).is_competent


def test_authority_over_a_reserved_act_is_authority_over_its_parts(owner, assessor):
    framework = make_framework()
    act = make_competency("Katheter", framework=framework, kind="reserved", rollup=0)
    practical = make_competency("Katheter: praktijk", framework=framework)
    add_relation(source=practical, target=act, kind="broader", at=ALONE, gives=ALONE)
    request = asked(owner, practical)
    hold(assessor, practical)
    assert "Katheter: praktijk" in refused(assessor, request)
    authorise(assessor, act, owner)
    assert sign_as(assessor, request).is_competent


def test_where_nothing_is_proven_the_role_is_enough(owner, assessor):
    assert sign_as(assessor, asked(owner)).is_competent


def test_a_practical_of_the_whole_module_asks_the_same(owner, assessor, skill):
    assert "no authority" in refused(assessor, asked(owner, skill, whole=True))


def test_nobody_signs_for_themselves_whatever_their_authority(owner, skill, request_):
    learner = request_.person
    learner.memberships.get().role_grants.create(role=Role.ASSESSOR)
    learner = User.objects.get(pk=learner.pk)
    authorise(learner, skill, owner)
    hold(learner, skill)
    assert "yourself" in refused(learner, request_)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_of_requests_costs_four_queries(owner, assessor, skill, rows, django_assert_num_queries):
    requests = [asked(owner, skill) for _number in range(rows)]
    listed = list(AssessmentRequest.objects.filter(pk__in=[each.pk for each in requests]).select_related("attempt"))
    with django_assert_num_queries(4):
        found = objections(requests=listed, assessor=assessor, day=TODAY())
    assert {pk for pk, _words in found} == {each.pk for each in requests}


def test_the_inbox_says_what_may_be_signed_and_why_not(owner, assessor, skill, request_):
    plain = asked(owner)
    client = Client()
    client.force_login(assessor)
    html = client.get(reverse("courses:requests")).content.decode()
    assert (html.count("You may sign this"), html.count("You have no authority to assess")) == (1, 1)
    assert reverse("courses:sign_off", args=[plain.uuid]) in html
    shown = client.get(reverse("courses:sign_off", args=[request_.uuid])).content.decode()
    assert ("You cannot sign this today." in shown, "<fieldset" in shown) == (True, False)
    criteria = row_of(request_.attempt, 1).content["criteria"]
    form = {f"criterion-{each['id']}": "met" for each in criteria} | {"decision": "competent", "feedback": "Gezien."}
    answer = client.post(reverse("courses:sign_off", args=[request_.uuid]), form)
    assert (answer.status_code, Assessment.objects.count()) == (422, 0)


# ── giving and ending ────────────────────────────────────────────────────────────────────────────────────────


def give(administrator: User, assessor: User, skill: Competency, organisation: Organisation, **fields: Any) -> Any:
    values = {"starts_on": TODAY(), **fields}
    return give_authority(person=assessor, organisation=organisation, competency=skill, by=administrator, **values)


def test_an_administrator_gives_authority_once(owner, administrator, assessor, skill):
    row = give(administrator, assessor, skill, owner)
    assert give(administrator, assessor, skill, owner) == row
    assert (row.asserted_by, row.ends_on) == (administrator, None)
    audit = AuditEvent.objects.get(action="authority.given")
    assert (audit.actor, audit.person, audit.detail) == (administrator, assessor, {"competency": str(skill.uuid)})


def test_only_administrators_and_publishers_give_it(owner, assessor, skill):
    for person in (assessor, make_member(owner, Role.AUTHOR), make_member(make_organisation(), Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            give(person, assessor, skill, owner)
    assert AssessorAuthorisation.objects.exists() is False
    assert give(make_member(owner, Role.PUBLISHER), assessor, skill, owner).person == assessor


def test_what_cannot_be_given_is_refused(owner, administrator, assessor, skill):
    theirs = make_competency("Hunne", framework=make_framework("hunne", owner=make_organisation("ander")))
    wrong: list[dict[str, Any]] = [
        {"assessor": make_member(owner)},
        {"skill": make_competency("Groep", kind="group")},
        {"skill": theirs},
        {"ends_on": TODAY() + YESTERDAY},
    ]
    for each in wrong:
        values = {"assessor": assessor, "skill": skill, **each}
        with pytest.raises(DefinitionRefusedError):
            give(administrator, organisation=owner, **values)
    assert AssessorAuthorisation.objects.exists() is False
    give(administrator, assessor, skill, owner)
    with pytest.raises(DefinitionRefusedError, match="already"):
        give(administrator, assessor, skill, owner, starts_on=TODAY() - YESTERDAY)


def test_ending_keeps_what_was_known_before(owner, administrator, assessor, skill):
    row = give(administrator, assessor, skill, owner, starts_on=TODAY() + YESTERDAY)
    ended = end_authority(authority=row, last_day=TODAY(), by=administrator)
    row.refresh_from_db()
    assert (row.known_until is None, row.ends_on) == (False, None)
    assert (ended.starts_on, ended.ends_on, ended.known_until) == (row.starts_on, TODAY(), None)
    assert end_authority(authority=ended, last_day=TODAY(), by=administrator) == ended
    with pytest.raises(DefinitionRefusedError):
        end_authority(authority=ended, last_day=TODAY() - YESTERDAY, by=administrator)
    assert AuditEvent.objects.filter(action="authority.ended").count() == 1


def test_one_that_had_not_begun_is_closed(owner, administrator, assessor, skill):
    row = give(administrator, assessor, skill, owner, starts_on=TODAY() - YESTERDAY)
    end_authority(authority=row, last_day=TODAY(), by=administrator)
    assert AssessorAuthorisation.objects.current().exists() is False


def test_a_registration_takes_the_place_of_the_check_before(owner, administrator, assessor):
    fields = {"person": assessor, "organisation": owner, "register": "BIG", "by": administrator}
    first = register_person(number="1", checked_on=TODAY() + YESTERDAY, **fields)
    second = register_person(number="1", checked_on=TODAY(), **fields)
    assert register_person(number="1", checked_on=TODAY(), **fields) == second
    first.refresh_from_db()
    assert first.known_until is not None
    assert list(Registration.objects.current()) == [second]
    with pytest.raises(DefinitionRefusedError):
        register_person(number="1", checked_on=TODAY() - YESTERDAY, **fields)
    with pytest.raises(DefinitionRefusedError):
        register_person(number="1", checked_on=TODAY(), **{**fields, "person": make_member(make_organisation())})
    assert AuditEvent.objects.filter(action="registration.checked").count() == 2


def test_an_older_check_never_takes_the_place_of_a_newer_one(owner, administrator, assessor, in_english):
    fields = {"person": assessor, "organisation": owner, "by": administrator}
    newer = register_person(register="BIG", number="2", checked_on=TODAY(), **fields)
    with pytest.raises(DefinitionRefusedError, match="There is a newer check already, of"):
        register_person(register="BIG", number="1", checked_on=TODAY() + YESTERDAY, **fields)
    newer.refresh_from_db()
    assert newer.known_until is None
    assert list(Registration.objects.current()) == [newer]
    assert AuditEvent.objects.filter(action="registration.checked").count() == 1
    other = register_person(register="SKP", number="1", checked_on=TODAY() + YESTERDAY, **fields)
    assert set(Registration.objects.current()) == {newer, other}


def test_each_employer_checks_a_register_for_itself(owner, administrator, assessor, client):
    other = make_organisation("other")
    join(assessor, other)
    checker = make_member(other, Role.ADMINISTRATOR)
    fields = {"person": assessor, "register": "BIG"}
    own = register_person(organisation=owner, number="1", checked_on=TODAY() + YESTERDAY, by=administrator, **fields)
    register_person(organisation=other, number="2", checked_on=TODAY(), by=checker, **fields)
    own.refresh_from_db()
    assert (own.number, own.known_until) == ("1", None)
    client.force_login(administrator)
    shown = client.get(reverse("skills_graph:registrations")).context["page"].object_list
    assert [each.number for each in shown] == ["1"]


def test_the_screens_give_end_and_register(owner, administrator, assessor, skill):
    client = Client()
    client.force_login(administrator)
    url = reverse("skills_graph:authority_give")
    assert "Wond verbinden" in client.get(url, {"q": "wond"}).content.decode()
    values = {"person": str(assessor.uuid), "starts_on": TODAY().isoformat(), "ends_on": ""}
    assert client.post(f"{url}?competency={skill.uuid}", values).url == reverse("skills_graph:authority")
    row = AssessorAuthorisation.objects.get()
    assert "Toos" in client.get(reverse("skills_graph:authority")).content.decode()
    own = reverse("skills_graph:authority_end", args=[row.pk])
    assert client.post(own, {"last_day": TODAY().isoformat()}).status_code == 302
    assert AssessorAuthorisation.objects.current().get().ends_on == TODAY()
    values = {
        "person": str(assessor.uuid),
        "register": "BIG",
        "number": "49012345601",
        "checked_on": TODAY().isoformat(),
    }
    assert client.post(reverse("skills_graph:registration_add"), values).status_code == 302
    assert "49012345601" in client.get(reverse("skills_graph:registrations")).content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "31-02-2026"])
def test_a_day_that_nobody_can_mean_is_refused_on_every_screen(owner, administrator, assessor, skill, day):
    client = Client()
    client.force_login(administrator)
    row = authorise(assessor, skill, owner)
    person = {"person": str(assessor.uuid)}
    give = f"{reverse('skills_graph:authority_give')}?competency={skill.uuid}"
    register = {**person, "register": "BIG", "number": "49012345601"}
    for url, fields in [
        (give, {**person, "starts_on": day, "ends_on": ""}),
        (give, {**person, "starts_on": TODAY().isoformat(), "ends_on": day}),
        (reverse("skills_graph:authority_end", args=[row.pk]), {"last_day": day}),
        (reverse("skills_graph:registration_add"), {**register, "checked_on": day}),
        (reverse("skills_graph:registration_add"), {**register, "checked_on": TODAY().isoformat(), "ends_on": day}),
    ]:
        assert (url, client.post(url, fields).status_code) == (url, 422)
    assert (AssessorAuthorisation.objects.get().ends_on, Registration.objects.count()) == (None, 0)


def test_the_screens_are_for_who_may_give_it(owner, assessor, administrator, skill):
    client = Client()
    client.force_login(assessor)
    for name in ("authority", "authority_give", "authority_find", "registrations", "registration_add"):
        assert client.get(reverse(f"skills_graph:{name}")).status_code == 403
    other = make_organisation("ander")
    theirs = authorise(make_member(other, Role.ASSESSOR), skill, other)
    client.force_login(administrator)
    own = reverse("skills_graph:authority_end", args=[theirs.pk])
    assert (client.get(own).status_code, client.post(own, {"last_day": "2026-01-01"}).status_code) == (404, 404)
    assert AssessorAuthorisation.objects.get().ends_on is None


def test_the_list_names_each_person_once_and_what_has_passed_last(owner, administrator, assessor, skill):
    other = make_competency("Aankleden", framework=skill.framework)
    authorise(assessor, other, owner, ends_on=TODAY() + YESTERDAY)
    authorise(assessor, skill, owner)
    client = Client()
    client.force_login(administrator)
    html = client.get(reverse("skills_graph:authority")).content.decode()
    assert html.count(f"<h2>{assessor}</h2>") == 1
    assert re.findall(r"<p><strong>(.+?)</strong></p>", html) == ["Wond verbinden", "Aankleden"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(owner, administrator, skill, rows, django_assert_num_queries):
    for _number in range(rows):
        authorise(make_member(owner, Role.ASSESSOR, last_name="Lijst"), skill, owner)
    client = Client()
    client.force_login(administrator)
    url = reverse("skills_graph:authority")
    client.get(url)
    with django_assert_num_queries(5):  # session, person, memberships; count and page
        html = client.get(url).content.decode()
    assert html.count("Lijst</h2>") == rows
