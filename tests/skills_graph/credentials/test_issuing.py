"""What is proven becomes a credential, and what falls is withdrawn; from state alone, so whatever was lost is made good."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from lxp.reconciliation import reconcile
from lxp.services.erasures import erase_person
from skills_graph.inference import add_months
from skills_graph.models import Credential, Evidence, Holding, StatusList
from skills_graph.services import status_lists
from skills_graph.services.credentials import Done, issue_credentials, put_right_credentials
from skills_graph.services.definitions import add_terms
from skills_graph.services.deserving import people_who_differ
from skills_graph.services.documents import own_document
from skills_graph.services.evidence import revoke_evidence
from skills_graph.services.holdings import rebuild_holdings
from skills_graph.services.keys import rotate_key
from tests.factories.acts import ago, make_act, make_carer, pass_practical, pass_theory
from tests.factories.frameworks import make_competency
from tests.factories.people import make_member, make_organisation, make_person
from tests.factories.skills import prove
from tests.factories.verifier import other_verifier

pytestmark = pytest.mark.django_db


def codes(verdict) -> list[str]:
    return [reason.full_code for reason in verdict.reasons]


def strings_in(value) -> set[str]:
    """Every text in a document."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return set().union(*map(strings_in, inner))
    return {value} if isinstance(value, str) else set()


def leave(person) -> None:
    """Who still belongs somewhere is not wiped."""
    person.memberships.update(ends_on=ago(1))
    person.__dict__.pop("current_memberships", None)


def take_back(act, row, *, reason: str = "A mistake") -> None:
    revoke_evidence(person=row.person, uuid=row.uuid, by=act.assessor, reason=reason)


# ── what deserves one ────────────────────────────────────────────────────────────────────────────────────────


def test_a_reserved_act_becomes_one_credential_of_who_assessed_it(act, carer, stands, check):
    assert issue_credentials(person=carer) == Done(issued=1)
    until = add_months(timezone.localdate(), 36)
    assert stands(carer) == [("linde", "Katheter linde inbrengen", 3, str(until))]
    row = Credential.objects.get()
    assert check(row.document).is_valid
    assert row.document["credentialSubject"]["identifier"][0]["identityHash"] == "Anna Bakker"
    assert [each["genre"] for each in row.document["evidence"]] == ["test", "practical"]
    personal = (str(carer.uuid), carer.email, act.assessor.email, str(act.assessor.uuid))
    assert [each for each in personal if each in str(row.document)] == []


def test_no_two_credentials_tell_that_they_are_of_the_same_person(act, carer, check):
    skill = make_competency("Washing", framework=act.act.framework, kind="skill")
    prove(carer, skill, 3, issuer=act.organisation, kind="practical", assessor=act.assessor)
    assert issue_credentials(person=carer) == Done(issued=2)
    documents = [row.document for row in Credential.objects.all()]
    subjects = [each["credentialSubject"]["id"] for each in documents]
    assert [subject.startswith("urn:uuid:") for subject in subjects] == [True, True]
    assert len(set(subjects)) == 2
    assert [check(each).is_valid for each in documents] == [True, True]
    # what both say: words of the standard, of the issuer and the day, and the name, which a stranger compares with a card
    same = {
        each
        for each in strings_in(documents[0]) & strings_in(documents[1])
        if each.startswith(("urn:", "https://leren"))
    }
    addresses = {"https://leren.example" + reverse("skills_graph:status_list", args=[StatusList.objects.get().uuid])}
    assert same == addresses


def test_issuing_again_changes_nothing(carer):
    issue_credentials(person=carer)
    before = list(Credential.objects.values())
    assert issue_credentials(person=carer) == Done()
    assert list(Credential.objects.values()) == before


def test_theory_alone_deserves_none(act):
    person = make_carer(act)
    pass_theory(person, act)
    assert issue_credentials(person=person) == Done()
    assert StatusList.objects.exists() is False


def test_a_test_is_not_enough_for_a_skill_and_an_assessment_is(act, stands):
    person, skill = make_person(), make_competency("Washing", framework=act.act.framework, kind="skill")
    prove(person, skill, 2, issuer=act.organisation)
    assert issue_credentials(person=person) == Done()
    prove(person, skill, 3, issuer=act.organisation, kind="practical", assessor=act.assessor)
    assert issue_credentials(person=person) == Done(issued=1)
    assert stands(person) == [("linde", "Washing", 3, "9999-12-31")]
    assert "validUntil" not in Credential.objects.get().document


def test_attitudes_and_knowledge_deserve_none(act):
    person = make_person()
    for kind in ("knowledge", "attitude"):
        skill = make_competency(kind, framework=act.act.framework, kind=kind)
        prove(person, skill, 3, issuer=act.organisation, kind="practical", assessor=act.assessor)
    assert issue_credentials(person=person) == Done()


def test_the_issuer_is_who_recorded_the_deciding_evidence(act, stands):
    person, other = make_carer(act), make_organisation("vlier")
    assessor = make_member(other, "assessor")
    pass_theory(person, act)
    prove(person, act.practical, 3, issuer=other, kind="practical", assessor=assessor)
    issue_credentials(person=person)
    assert [each[0] for each in stands(person)] == ["vlier"]


def test_another_employer_that_now_decides_is_found_also_when_the_task_was_lost(act, stands):
    person, other = make_person(), make_organisation("vlier")
    skill = make_competency("Washing", framework=act.act.framework, kind="skill")
    values = {"kind": "practical", "occurred_on": ago(1)}
    prove(person, skill, 3, issuer=act.organisation, assessor=act.assessor, uuid=UUID(int=2), **values)
    assert issue_credentials(person=person) == Done(issued=1)
    prove(person, skill, 3, issuer=other, assessor=make_member(other, "assessor"), uuid=UUID(int=1), **values)
    assert Holding.objects.get(person=person).issuer == other
    assert people_who_differ() == {person.pk}
    assert put_right_credentials(people_who_differ()) == ["Issued 1 credentials."]
    assert [each[0] for each in stands(person)] == ["linde", "vlier"]
    assert people_who_differ() == set()


def test_what_was_derived_before_the_issuer_was_kept_is_issued_when_it_is_derived_anew(act, carer, stands):
    Holding.objects.update(rule="", issuer=None)
    assert people_who_differ() == set()
    assert issue_credentials(person=carer) == Done()
    assert rebuild_holdings(people=[carer.pk]) == []  # nothing is held otherwise
    assert people_who_differ() == {carer.pk}
    assert issue_credentials(person=carer) == Done(issued=1)


@pytest.mark.parametrize(
    ("day", "midnight"),
    [("2023-10-25", "2026-10-24T22:00:00Z"), ("2023-10-26", "2026-10-25T23:00:00Z"), ("2024-03-28", "2027-03-27T23:00:00Z"),
     ("2024-03-29", "2027-03-28T22:00:00Z")],
)  # fmt: skip
def test_it_ends_at_midnight_here_also_when_the_clock_changes_that_day(act, time_machine, day, midnight):
    time_machine.move_to(datetime(2026, 10, 1, 12, tzinfo=UTC), tick=False)
    person = make_carer(act)
    prove(person, act.theory, 2, issuer=act.organisation, occurred_on=date.fromisoformat(day))
    pass_practical(person, act, occurred_on=date.fromisoformat(day))
    issue_credentials(person=person)
    assert Credential.objects.get().document["validUntil"] == midnight


def test_the_verifier_of_somebody_else_accepts_it_and_sees_it_withdrawn(act, carer):
    other = other_verifier()
    issue_credentials(person=carer)
    row = Credential.objects.select_related("status_list").get()
    altered = {**row.document, "validUntil": "2099-01-01T00:00:00Z"}
    issuer = row.document["issuer"]["id"]
    address = row.document["credentialStatus"]["statusListCredential"]

    def answers() -> list[tuple[bool, bool]]:
        found = other(row.document, altered, documents=[own_document(issuer), own_document(address)])
        return [(each["verified"], each["withdrawn"]) for each in found]

    assert answers() == [(True, False), (False, False)]
    take_back(act, Evidence.objects.get(kind="practical"))
    issue_credentials(person=carer)
    assert answers()[0] == (False, True)


# ── what falls ───────────────────────────────────────────────────────────────────────────────────────────────


def test_when_the_evidence_is_taken_back_everybody_sees_it_withdrawn(act, carer, stands, check):
    issue_credentials(person=carer)
    document = Credential.objects.get().document
    take_back(act, Evidence.objects.get(kind="practical"))
    assert issue_credentials(person=carer) == Done(withdrawn=1)
    assert stands(carer) == []
    row = Credential.objects.get()
    assert (row.revocation_reason, row.is_withdrawn) == ("evidence", True)
    assert codes(check(document)) == ["withdrawn"]


def test_what_still_stands_on_other_evidence_is_issued_again(act, carer, check):
    pass_practical(carer, act, days_ago=30)
    issue_credentials(person=carer)
    take_back(act, Evidence.objects.get(kind="practical", occurred_on=ago(0)))
    assert issue_credentials(person=carer) == Done(issued=1, withdrawn=1)
    old, new = Credential.objects.order_by("pk")
    assert codes(check(old.document)) == ["withdrawn"]
    assert check(new.document).is_valid
    assert (old.status_list_id, old.status_index) != (new.status_list_id, new.status_index)


def test_a_later_failure_withdraws_it(act, carer, check):
    issue_credentials(person=carer)
    pass_practical(carer, act, failed=True)
    assert issue_credentials(person=carer) == Done(withdrawn=1)
    row = Credential.objects.get()
    assert row.revocation_reason == "holding"
    assert codes(check(row.document)) == ["withdrawn"]


def test_a_shorter_term_withdraws_it_and_issues_it_with_the_shorter_end(act, carer, stands):
    issue_credentials(person=carer)
    add_terms(competency=act.practical, renew_months=12)
    rebuild_holdings()
    assert issue_credentials(person=carer) == Done(issued=1, withdrawn=1)
    assert [each[3] for each in stands(carer)] == [str(add_months(timezone.localdate(), 12))]


def test_that_the_last_day_has_passed_sets_no_bit(act, carer, check, time_machine):
    issue_credentials(person=carer)
    time_machine.move_to(timezone.now() + timedelta(days=4 * 365), tick=False)
    assert issue_credentials(person=carer) == Done()
    assert "credentials" not in " ".join(reconcile())
    row = Credential.objects.get()
    assert row.revoked_at is None
    assert codes(check(row.document)) == ["expired"]


def test_renewing_gives_a_newer_one_and_leaves_the_older_one_true_until_its_end(
    act, carer, stands, check, time_machine
):
    issue_credentials(person=carer)
    old = Credential.objects.get()
    time_machine.move_to(timezone.now() + timedelta(days=100), tick=False)
    pass_theory(carer, act)
    pass_practical(carer, act)
    assert issue_credentials(person=carer) == Done(issued=1)
    assert len(stands(carer)) == 1
    old.refresh_from_db()
    assert (old.revocation_reason, old.is_withdrawn) == ("superseded", False)
    assert check(old.document).is_valid
    take_back(act, Evidence.objects.filter(kind="practical").earliest("number"))
    assert issue_credentials(person=carer) == Done(withdrawn=1)
    assert codes(check(old.document)) == ["withdrawn"]
    assert len(stands(carer)) == 1


# ── what was lost ────────────────────────────────────────────────────────────────────────────────────────────


def test_reconcile_issues_what_a_killed_worker_left(carer, stands):
    assert "Issued 1 credentials." in reconcile()
    assert len(stands(carer)) == 1
    assert [line for line in reconcile() if "credentials" in line] == []


@pytest.mark.parametrize("fall", ["evidence", "failure", "superseded"])
def test_reconcile_withdraws_what_a_killed_worker_left(act, carer, check, fall):
    issue_credentials(person=carer)
    document = Credential.objects.get().document
    practical = Evidence.objects.get(kind="practical")
    if fall == "failure":
        pass_practical(carer, act, failed=True)
    if fall == "superseded":
        Credential.objects.update(revoked_at=timezone.now(), revocation_reason="superseded")
    if fall != "failure":
        take_back(act, practical)
    assert "Withdrew 1 credentials." in reconcile()
    assert codes(check(document)) == ["withdrawn"]
    assert [line for line in reconcile() if "credentials" in line] == []


def test_what_has_no_newer_row_is_issued_again_after_a_revoked_key(act, carer, stands, check):
    issue_credentials(person=carer)
    old = Credential.objects.get()
    rotate_key(organisation=act.organisation, revoke=True)
    assert {"Issued 1 credentials.", "Withdrew 1 credentials."} <= set(reconcile())
    assert codes(check(old.document))[0] == "key_unknown"
    assert check(Credential.objects.standing().get().document).is_valid
    assert [line for line in reconcile() if "credentials" in line] == []


# ── who was wiped, and places in a list ──────────────────────────────────────────────────────────────────────


def test_who_was_wiped_keeps_the_file_as_it_stands(act, carer, check, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    issue_credentials(person=carer)
    document = Credential.objects.get().document
    leave(carer)
    erase_person(person=carer, by=None, keep_evidence_until=timezone.now().date())
    assert Evidence.objects.filter(person=carer).exists() is False
    assert issue_credentials(person=carer) == Done()
    assert [line for line in reconcile() if "credentials" in line] == []
    row = Credential.objects.get()
    assert (row.document, row.evidence, row.revoked_at) == ({}, [], None)
    assert check(document).is_valid


def test_a_wiped_person_keeps_a_withdrawn_file_withdrawn(act, carer, check, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    issue_credentials(person=carer)
    document = Credential.objects.get().document
    take_back(act, Evidence.objects.get(kind="practical"))
    issue_credentials(person=carer)
    leave(carer)
    erase_person(person=carer, by=None, keep_evidence_until=timezone.now().date())
    reconcile()
    assert codes(check(document)) == ["withdrawn"]


def test_a_full_list_is_followed_by_another(act, monkeypatch):
    monkeypatch.setattr(status_lists, "FULLEST", 2 / 131_072)
    for name in ("Anna", "Bea", "Cato"):
        person = make_carer(act, name)
        pass_theory(person, act)
        pass_practical(person, act)
        issue_credentials(person=person)
    assert list(StatusList.objects.order_by("number").values_list("number", "size")) == [(1, 131_072), (2, 131_072)]
    assert [each.credentials.count() for each in StatusList.objects.order_by("number")] == [2, 1]


def test_each_organisation_has_a_list_and_a_key_of_its_own(act, carer):
    other = make_act("vlier")
    person = make_carer(other)
    pass_theory(person, other)
    pass_practical(person, other)
    for each in (carer, person):
        issue_credentials(person=each)
    first, second = Credential.objects.order_by("pk")
    assert first.status_list_id != second.status_list_id
    assert first.document["issuer"]["id"] != second.document["issuer"]["id"]
    assert first.key_id != second.key_id
