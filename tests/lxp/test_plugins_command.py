"""The command `lxp plugins` without any plugin; with one, see tests/plugins."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lxp import plugin_discovery
from lxp.models import PluginSwitch
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db


def plugins(*arguments: str) -> str:
    output = StringIO()
    call_command("plugins", *arguments, stdout=output)
    return output.getvalue()


def test_check_fails_and_names_the_plugin_in_quarantine(monkeypatch):
    monkeypatch.setitem(plugin_discovery.quarantined, "broken", "ImportError: no module named gone")
    with pytest.raises(CommandError, match="broken: ImportError: no module named gone"):
        plugins("check")
    assert "broken  in quarantine: ImportError: no module named gone" in plugins("list")


@pytest.mark.parametrize("action", [("switch", "absent", "--organisation", "maasdal", "--on"), ("remove", "absent")])
def test_a_plugin_that_is_not_installed_is_refused_and_nothing_changes(action):
    make_organisation(slug="maasdal")
    with pytest.raises(CommandError, match="There is no plugin absent here"):
        plugins(*action)
    assert PluginSwitch.objects.exists() is False


def test_an_organisation_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(CommandError, match=r"There is no organisation nowhere\. There are none yet"):
        plugins("switch", "absent", "--organisation", "nowhere", "--off")
    make_organisation(slug="zonnehof")
    make_organisation(slug="maasdal")
    with pytest.raises(CommandError, match=r"There is no organisation nowhere\. There are: maasdal, zonnehof\."):
        plugins("switch", "absent", "--organisation", "nowhere", "--off")
