"""Icons: every name is in the style guide, and one that is not there leaves no gap and is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from lxp import icons


def shown(name: str) -> str:
    return Template("{% load lxp_ui %}{% icon name %}").render(Context({"name": name}))


def test_an_icon_that_is_not_there_shows_a_question_mark(caplog: pytest.LogCaptureFixture) -> None:
    assert "#leaf" in shown("leaf")
    assert f"#{icons.FALLBACK}" in shown("unicorn")
    assert "There is no icon “unicorn”" in caplog.text
    assert icons.FALLBACK in icons.names()


@pytest.mark.django_db
def test_the_style_guide_shows_every_name(client: Client) -> None:
    page = client.get(reverse("lxp:style_guide")).content.decode()
    assert [name for name in icons.names() if f"<code>{name}</code>" not in page] == []


def test_what_a_plugin_names_is_found_in_templates_and_code(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        """{% load i18n lxp_ui %}{% icon "cup" %}{% icon 'leaf' %}{% include "c/empty.html" with icon_name="soup" only %}"""
    )
    (tmp_path / "b.html").write_text('{% load wagtailadmin_tags %}{% icon "time" %}')
    (tmp_path / "hooks.py").write_text(
        """items = [NavigationItem("a", "A", "/a/", "spoon", 9), NavigationItem("b", "B", "/b/", icon="fork", position=9)]
class Pause:
    icon = "time"
    public_icon = "knife"
"""
    )
    (tmp_path / "old.py").write_text("print 'two'")

    assert sorted(icons.unknown_in(tmp_path)) == [
        "“cup” (a.html)",
        "“fork” (hooks.py)",
        "“knife” (hooks.py)",
        "“soup” (a.html)",
        "“spoon” (hooks.py)",
    ]
