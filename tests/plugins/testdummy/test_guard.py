"""The boundary around a plugin, inside a transaction of ours: it loses its own writes, and we lose none of ours."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import DatabaseError, transaction
from lxp_testdummy.models import Compliment

from lxp import audit, plugin_incidents, plugin_manager
from lxp.models import AuditEvent, PluginIncident

pytestmark = pytest.mark.django_db


def break_the_database() -> None:
    Compliment.objects.create(pk=1, text="eerste")
    Compliment.objects.create(pk=1, text="tweede")


def break_it_and_hush() -> None:
    """A plugin that catches the fault without a savepoint of its own: on PostgreSQL the transaction is spoilt."""
    with suppress(DatabaseError):
        break_the_database()


@pytest.mark.parametrize("deed", [break_the_database, lambda: 1 / 0, lambda: transaction.set_rollback(True)])
def test_a_plugin_that_fails_inside_our_transaction_loses_only_its_own_writes(deed: object) -> None:
    with transaction.atomic():
        audit.record("ours.before", by=None)
        with plugin_manager.guard("testdummy", "somewhere"):
            Compliment.objects.create(text="van de plugin")
            deed()  # type: ignore[operator]
        audit.record("ours.after", by=None)

    assert sorted(AuditEvent.objects.values_list("action", flat=True)) == ["ours.after", "ours.before"]
    assert not Compliment.objects.exists()


def test_a_plugin_that_hides_a_fault_of_the_database_spoils_nothing_of_ours() -> None:
    with transaction.atomic():
        audit.record("ours.before", by=None)
        with plugin_manager.guard("testdummy", "somewhere"):
            break_it_and_hush()
        audit.record("ours.after", by=None)

    assert AuditEvent.objects.filter(action__startswith="ours.").count() == 2


def test_an_incident_inside_our_transaction_is_kept_with_it() -> None:
    with transaction.atomic(), plugin_manager.guard("testdummy", "somewhere"):
        break_the_database()

    incident = PluginIncident.objects.get()
    assert (incident.hook, incident.count) == ("somewhere", 1)
    assert incident.summary.startswith("IntegrityError")


def test_words_that_a_database_refuses_are_kept_without_what_it_refuses() -> None:
    plugin_manager.record_incident("testdummy", "x" * 500, ValueError("NUL \0 here" + "y" * 5000))

    incident = PluginIncident.objects.get()
    assert incident.summary.startswith("ValueError: NUL � here")
    assert len(incident.hook) == 120


@pytest.mark.parametrize(
    ("package", "hook"), [("testdummy", "reconcile"), ("testdummy", "activity_kinds"), ("courses", "somewhere")]
)
def test_work_in_the_background_what_is_imported_at_the_start_and_our_own_may_be_slow(
    package: str, hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_incidents, "SLOW_SECONDS", -1.0)

    with plugin_manager.guard(package, hook):
        pass

    assert PluginIncident.objects.exists() is False


def test_slow_is_an_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin_incidents, "SLOW_SECONDS", -1.0)

    with plugin_manager.guard("testdummy", "somewhere"):
        pass

    assert PluginIncident.objects.get().summary == "slower than -1 seconds"
