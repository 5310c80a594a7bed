"""After the commit: the task issues, several workers issue once, and the command checks without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from skills_graph import triggers
from skills_graph.models import Credential, Evidence, IssuerKey
from skills_graph.services.credentials import Done, issue_credentials
from skills_graph.services.evidence import revoke_evidence
from skills_graph.services.keys import signing_key
from tests.factories.acts import make_act, make_carer, pass_practical, pass_theory
from tests.factories.people import make_organisation
from tests.factories.simultaneous import at_once


@pytest.fixture
def without_triggers(transactional_db: None) -> Iterator[None]:
    """A test that really commits must empty the ledger afterwards."""
    yield
    triggers.remove(connection)
    Evidence.objects.all()._raw_delete(connection.alias)
    triggers.install(connection)


@pytest.fixture
def proven(without_triggers, monkeypatch):
    """Somebody for whom the worker was killed between the commit and the task."""
    with monkeypatch.context() as patch:
        patch.setattr("skills_graph.lxp_hooks.issue_credentials_task.delay", lambda person_id: None)
        act = make_act()
        person = make_carer(act)
        pass_theory(person, act)
        pass_practical(person, act)
    return person


def test_the_task_issues_after_the_commit_and_withdraws_after_the_next(without_triggers):
    act = make_act()
    person = make_carer(act)
    pass_theory(person, act)
    assert Credential.objects.exists() is False
    practical = pass_practical(person, act)
    assert Credential.objects.get().revoked_at is None
    revoke_evidence(person=person, uuid=practical.uuid, by=act.assessor, reason="No")
    assert Credential.objects.get().is_withdrawn is True


def test_a_queue_that_is_away_does_not_undo_what_was_proven(without_triggers, monkeypatch):
    def refuse(person_id: int) -> None:
        raise ConnectionError

    monkeypatch.setattr("skills_graph.lxp_hooks.issue_credentials_task.delay", refuse)
    act = make_act()
    pass_theory(make_carer(act), act)
    assert Evidence.objects.count() == 1


def test_workers_at_the_same_time_issue_one(proven, keys_dir):
    answers = at_once([lambda: issue_credentials(person=proven)] * 3)
    assert sorted(answers, key=repr) == [Done(), Done(), Done(issued=1)]
    assert Credential.objects.count() == 1
    assert len(list(keys_dir.iterdir())) == IssuerKey.objects.count() == 1


def test_processes_at_the_same_time_make_one_key(without_triggers, keys_dir):
    organisation = make_organisation("linde")
    answers = at_once([lambda: signing_key(organisation=organisation)[1].secret_multibase] * 4)
    assert len(set(answers)) == 1
    assert [file.read_text() for file in keys_dir.iterdir()] == [answers[0]]


@pytest.mark.django_db
def test_the_command_checks_ours_as_a_file_and_by_its_address(carer, tmp_path):
    issue_credentials(person=carer)
    row = Credential.objects.get()
    file = tmp_path / "bewijs.json"
    file.write_text(json.dumps(row.document))
    for name in (str(file), f"https://leren.example{row.get_absolute_url()}"):
        out = StringIO()
        with pytest.raises(SystemExit) as end:
            call_command("verify", name, stdout=out)
        assert (end.value.code, out.getvalue().splitlines()[0]) == (0, "Valid")


@pytest.mark.django_db
def test_the_command_says_that_a_status_is_unknown_where_there_is_no_database(carer, tmp_path):
    issue_credentials(person=carer)
    file = tmp_path / "bewijs.json"
    file.write_text(json.dumps(Credential.objects.get().document).replace("leren.example", "localhost%3A8000"))
    done = subprocess.run(
        [sys.executable, "-m", "lxp", "verify", str(file)],
        env={"PATH": "/usr/bin", "LXP_VAR": str(tmp_path / "empty"), "LXP_BASE_URL": "http://localhost:8000"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
