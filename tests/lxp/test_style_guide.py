"""The stylesheet keeps its promises: legible pairs, one dark scheme, no physical sides, small enough."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse

from lxp.brand import DARK, LIGHT
from lxp.style_guide import CHOSEN_DARK, STYLESHEET, SYSTEM_DARK, contrast_rows, platform_schemes, tokens_of_block

CSS = STYLESHEET.read_text(encoding="utf-8")
TEMPLATES = Path(STYLESHEET).parents[3] / "templates"


def test_every_pair_of_colours_holds_on_light_and_on_dark():
    assert [row for row in contrast_rows() if not row.holds] == []
    assert len(contrast_rows()) == 46


def test_both_dark_schemes_are_the_same():
    assert tokens_of_block(SYSTEM_DARK) == tokens_of_block(CHOSEN_DARK)
    assert tokens_of_block(SYSTEM_DARK)["page"] == "#10172a"


def test_the_brand_engine_knows_the_colours_of_the_stylesheet():
    assert platform_schemes() == (LIGHT, DARK)


def test_the_stylesheet_has_no_physical_sides():
    properties = r"(margin|padding|border|(?<!area-)inset)-(left|right|top|bottom)"
    sides = re.compile(properties + r"|(text-align|float): (left|right)")
    assert sides.findall(CSS) == []


def test_components_use_tokens_and_no_colours_of_their_own():
    components = CSS[CSS.index("@layer components {") :]
    assert set(re.findall(r"(?<!--org-on, )#[0-9a-fA-F]{3,8}\b", components)) == set()


PAGES = [path for path in sorted(TEMPLATES.rglob("*.html")) if path.parent.name != "mail"]  # a mail reads no stylesheet


@pytest.mark.parametrize("template", PAGES, ids=lambda path: path.name)
def test_templates_have_no_inline_style_or_script(template):
    text = template.read_text(encoding="utf-8")
    assert re.search(r"\sstyle=|<style|\son\w+=\"", text) is None
    assert re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text) is None


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = (STYLESHEET.parents[1] / "img" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    naming = re.compile(r'(?:{% icon |icon_name=)"([\w-]+)"')
    used = {name for path in TEMPLATES.rglob("*.html") for name in naming.findall(path.read_text(encoding="utf-8"))}
    assert used - known == set()


@pytest.mark.django_db
def test_the_style_guide_shows_every_state(client):
    response = client.get(reverse("lxp:style_guide"))
    page = response.content.decode()
    assert response.status_code == 200
    for state in ('data-state="offline"', 'class="empty"', "field--error", 'data-scheme="dark"', 'dir="rtl"'):
        assert state in page


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_pages_for_broken_moments_need_nothing(template):
    from_disk = (TEMPLATES / template).read_text(encoding="utf-8")
    assert re.findall(r"{%\s*(extends|include|translate|url)", from_disk) == []
