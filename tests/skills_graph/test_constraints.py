"""What the services keep, the database keeps too, whoever writes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from skills_graph import triggers
from skills_graph.models import (
    Achievement,
    Credential,
    DraftOutcome,
    Evidence,
    Holding,
    IssuerKey,
    Outcome,
    RecognitionRule,
    Relation,
    Requirement,
    StatusList,
)
from skills_graph.services.profiles import add_recognition
from tests.factories.acts import Act, make_act, make_carer, pass_practical, pass_theory
from tests.factories.modules import make_module, quiz
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db
KINDS = {"kind": "hearsay"}


@pytest.fixture
def act() -> Act:
    """One valid row of everything."""
    act = make_act()
    person, other = make_carer(act), make_organisation("vlier")
    pass_theory(person, act)
    pass_practical(person, act)
    add_recognition(accepting=act.organisation, issuer=other, competency=act.theory, kind="test", level=1)
    module = make_module(act.organisation, quiz())
    DraftOutcome.objects.create(module=module, competency=act.theory, level=1, kind="test")
    module.current_version.outcomes.create(competency=act.theory, level=1, kind="test")
    Credential.objects.create(
        person=person,
        achievement=Achievement.objects.create(organisation=act.organisation, competency=act.act, level=3),
        assurance=3,
        until=Holding.objects.first().until,
        key=IssuerKey.objects.create(organisation=act.organisation, public_multibase="z6Mk"),
        status_list=StatusList.objects.create(organisation=act.organisation, number=1),
        status_index=7,
    )
    return act


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Holding, {"level": 0}),
        (Holding, {"assurance": 4}),
        (Relation, {"kind": "cousin"}),
        (Relation, {"status": "perhaps"}),
        (Relation, {"at": 0}),
        (Relation, {"gives": 0}),
        (Requirement, {"assurance": 0}),
        (Requirement, {"strength": 4}),
        (RecognitionRule, KINDS),
        (RecognitionRule, {"level": 0}),
        (RecognitionRule, {"gives_level": 0}),
        (DraftOutcome, KINDS),
        (Achievement, {"level": 0}),
        (Credential, {"assurance": 0}),
        (Credential, {"revocation_reason": "mood"}),
        (Credential, {"status_index": 131_072 * 16}),
    ],
)
def test_the_database_refuses_what_cannot_be(act: Act, model: Any, values: dict[str, Any]) -> None:
    before = list(model.objects.order_by("pk").values())
    assert before
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=before[0]["id"]).update(**values)
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("model", [Evidence, Outcome])
def test_the_database_refuses_an_unknown_kind_of_what_never_changes(act: Act, model: Any) -> None:
    row = model.objects.order_by("pk").first()
    count = model.objects.count()
    row.pk, row.kind = None, "hearsay"
    if isinstance(row, Evidence):
        row.uuid, row.number = uuid4(), 99
    else:
        row.competency = act.practical
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.bulk_create([row])
    assert model.objects.count() == count


def test_the_ledger_is_guarded_after_its_table_was_made_anew(act: Act) -> None:
    assert triggers.missing(connection) == []
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE skills_graph_evidence SET level = 1")
