"""What stands beside the database: who can write everything in it cannot replace a chain unseen."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from lxp.models import Membership
from lxp.services.erasures import erase_person
from skills_graph import triggers
from skills_graph.chain import digest_of
from skills_graph.exceptions import AnchorsDamagedError
from skills_graph.models import Evidence
from skills_graph.services.anchors import anchor_heads, anchors, path, replaced_chains
from skills_graph.services.inspection import broken_chains
from skills_graph.tasks import anchor_ledger_task
from tests.factories.frameworks import make_competency
from tests.factories.people import make_organisation, make_person
from tests.factories.skills import prove

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def skill():
    return make_competency("Washing")


@pytest.fixture
def issuer():
    return make_organisation("maasdal")


def forge(row: Evidence) -> None:
    """Change a row and every digest, as somebody does who may write the whole database."""
    triggers.remove(connection)
    row.level = 2
    row.digest = digest_of(row, "")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE skills_graph_evidence SET level = %s, digest = %s WHERE id = %s", [2, row.digest, row.pk]
        )


def test_a_replaced_chain_looks_whole_and_is_found(issuer, skill):
    person, other = make_person(), make_person()
    row = prove(person, skill, issuer=issuer)
    prove(other, skill, issuer=issuer)
    anchor_ledger_task()
    assert list(replaced_chains()) == []
    forge(row)
    assert list(broken_chains()) == []
    assert list(replaced_chains()) == [(person.pk, 1)]
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("check_ledger", "--skip-holdings", stderr=err)
    assert f"Row 1 of person {person.pk} is not the one that was anchored" in err.getvalue()


def test_a_chain_whose_end_is_gone_is_found(issuer, skill):
    person = make_person()
    prove(person, skill, issuer=issuer)
    last = prove(person, skill, issuer=issuer)
    anchor_heads()
    triggers.remove(connection)
    Evidence.objects.filter(pk=last.pk)._raw_delete(connection.alias)
    assert list(broken_chains()) == []
    assert list(replaced_chains()) == [(person.pk, 2)]


def test_only_what_grew_is_added_and_each_line_holds_the_one_before(issuer, skill):
    person, other = make_person(), make_person()
    prove(person, skill, issuer=issuer)
    prove(other, skill, issuer=issuer)
    assert (anchor_heads(), anchor_heads()) == (2, 0)
    newest = prove(person, skill, issuer=issuer)
    assert anchor_heads() == 1
    lines = [json.loads(line) for line in path().read_text().splitlines() if line]
    assert [sorted(map(int, line["heads"])) for line in lines] == [[person.pk, other.pk], [person.pk]]
    assert anchors().heads[person.pk] == (2, newest.digest)
    path().write_text(path().read_text().replace(lines[0]["heads"][str(other.pk)][1], "0" * 64))
    with pytest.raises(AnchorsDamagedError, match="4"):
        anchors()
    with pytest.raises(CommandError):
        call_command("anchor_ledger")


def test_a_line_that_was_broken_off_never_counted(issuer, skill):
    person = make_person()
    prove(person, skill, issuer=issuer)
    anchor_heads()
    whole = path().read_text()
    path().write_text(whole + "\n" + whole.strip()[:40])
    prove(person, skill, issuer=issuer)
    assert anchor_heads() == 1
    assert list(replaced_chains()) == []


def test_evidence_that_was_let_go_in_time_is_no_fault(issuer, skill):
    person = make_person()
    prove(person, skill, issuer=issuer)
    anchor_heads()
    Membership.objects.filter(person=person).delete()
    erase_person(person=person, by=None, keep_evidence_until=timezone.now().date())
    assert Evidence.objects.exists() is False
    assert list(replaced_chains()) == []


def test_after_an_older_backup_the_operator_says_so_and_the_check_begins_anew(issuer, skill):
    person = make_person()
    prove(person, skill, issuer=issuer)
    prove(person, skill, issuer=issuer)
    anchor_heads()
    triggers.remove(connection)
    Evidence.objects.filter(number=2)._raw_delete(connection.alias)
    assert list(replaced_chains()) == [(person.pk, 2)]
    call_command("anchor_ledger", "--restored", "Backup of Monday", stdout=StringIO())
    assert list(replaced_chains()) == []
    assert "Backup of Monday" in path().read_text()


def test_without_anchors_the_check_says_what_to_do(issuer, skill):
    prove(make_person(), skill, issuer=issuer)
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert out.getvalue().startswith("Nothing is anchored outside the database yet. Run: lxp anchor_ledger")
