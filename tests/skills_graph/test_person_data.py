"""Being forgotten, and the ledger: it keeps its rows for a time, then lets go of them, and of nobody else's."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lxp.reconciliation import reconcile
from lxp.services.erasures import erase_person
from lxp.services.exports import export_person
from skills_graph.models import Evidence, Holding, Registration, Scale
from skills_graph.services.holdings import rebuild_holdings
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.people import make_organisation, make_person
from tests.factories.skills import prove

pytestmark = pytest.mark.django_db


def TODAY() -> date:  # noqa: N802 - stands for a constant that moves with the clock
    """The day as the database knows it."""
    return timezone.now().date()


@pytest.fixture(autouse=True)
def _own_journal(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def person(db):
    """Somebody who left, with one thing proved."""
    person = make_person(first_name="Zebedeusje")
    employer = make_organisation("linde")
    prove(person, make_competency(), issuer=employer)
    Registration.objects.create(person=person, organisation=employer, number="19012345601", checked_on=date(2026, 1, 5))
    return person


def test_the_copy_has_the_evidence_and_what_follows_from_it(person):
    with zipfile.ZipFile(export_person(person=person, by=person)) as archive:
        rows = {name: json.loads(archive.read(f"{name}.json")) for name in ("evidence", "holdings", "registrations")}
    assert [each["issuer"] for each in rows["evidence"]] == ["Linde"]
    assert len(rows["holdings"]) == 1
    assert rows["registrations"][0]["number"] == "19012345601"


def test_the_ledger_keeps_its_rows_without_a_name_and_nothing_follows_from_them(person):
    erase_person(person=person, by=None, keep_evidence_until=TODAY() + timedelta(days=1))
    assert Evidence.objects.filter(person=person).count() == 1
    assert Holding.objects.filter(person=person).exists() is False
    assert Registration.objects.exists() is False
    rebuild_holdings()
    reconcile()
    assert Evidence.objects.filter(person=person).count() == 1
    assert Holding.objects.filter(person=person).exists() is False
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(person=person).delete()
    assert Evidence.objects.filter(person=person).count() == 1


def test_when_the_time_has_passed_the_rows_go_and_only_those(person, time_machine):
    other = make_person()
    prove(
        other,
        make_competency(framework=make_framework("other", scale=Scale.objects.get())),
        issuer=make_organisation("maas"),
    )
    erase_person(person=person, by=None, keep_evidence_until=TODAY() - timedelta(days=1))
    assert Evidence.objects.filter(person=person).exists() is False
    assert Evidence.objects.filter(person=other).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM skills_graph_evidence")
    assert Evidence.objects.filter(person=other).count() == 1


def test_reconcile_lets_go_of_what_is_due(person):
    erasure = erase_person(person=person, by=None, keep_evidence_until=TODAY() + timedelta(days=1))
    erasure.keep_evidence_until = TODAY()
    erasure.save(update_fields=["keep_evidence_until"])
    line = f"Removed 1 rows of evidence of person {person.uuid}."
    assert reconcile().count(line) == 1
    assert Evidence.objects.filter(person=person).exists() is False
    assert line not in reconcile()


def test_just_after_midnight_nothing_goes_that_the_database_would_refuse(person, time_machine):
    erasure = erase_person(person=person, by=None, keep_evidence_until=TODAY() + timedelta(days=2))
    here_tomorrow = datetime.combine(TODAY() + timedelta(days=1), time(0, 30), tzinfo=timezone.get_current_timezone())
    erasure.keep_evidence_until = here_tomorrow.date()
    erasure.save(update_fields=["keep_evidence_until"])
    time_machine.move_to(here_tomorrow)
    assert [line for line in reconcile() if "evidence of person" in line] == []
    assert Evidence.objects.filter(person=person).count() == 1
