"""The skills hills: small, without a script, each state to be told without colour, in either direction of reading."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lxp.brand import contrast
from skills_graph.drawing import FORMS, Hill, Point, narrow, ring, rows_of, smooth, wide, wrapped

LEVELS = ["1 ken het", "2 met hulp", "3 zelf", "4 leer anderen"]
STYLESHEET = Path(__file__).parents[2] / "lxp" / "static" / "lxp" / "css" / "app.css"
SVG = "{http://www.w3.org/2000/svg}"


def point(number: int = 1, form: str = "held", **fields: object) -> Point:
    values = {"label": f"Vaardigheid {number}", "level": 2, "goal": 3, "url": f"/mijn/vaardigheden/{number}/"}
    return Point(**{**values, "fact": f"Vaardigheid {number}: feit", "form": form, **fields})


def hills(count: int, each: int = 4) -> list[Hill]:
    return [Hill(f"Domein {turn}", [point(turn * 10 + number) for number in range(each)]) for turn in range(count)]


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def marks_of(form: str) -> tuple[str, ...]:
    """What stands inside the circle of a point, by its shape."""
    (svg,) = narrow(Hill("Zorg", [point(form=form)]), LEVELS)
    node = parsed(svg).find("a")
    assert node is not None
    return tuple(sorted(child.get("class", "") for child in node if child.tag in ("path", "text")))


def greys_of(form: str) -> tuple[float, float]:
    """Luminance of fill and stroke of a circle, as the stylesheet gives them."""
    css = STYLESHEET.read_text(encoding="utf-8")
    tokens = dict(re.findall(r"--(c-[a-z-]+): (#[0-9a-f]{3,6})", css[: css.index("prefers-color-scheme: dark")]))
    rules = re.findall(r"\.hillmap \.node(--\w+)? circle[^{]*\{([^}]+)\}", css)
    found: dict[str, str] = {}
    for name, body in rules:
        if name in ("", f"--{form}"):
            found |= dict(re.findall(r"(fill|stroke): var\(--([a-z-]+)\)", body))
    white = "#ffffff"
    return tuple(round(contrast(tokens[found[name]], white), 1) for name in ("fill", "stroke"))


def test_every_state_can_be_told_without_colour():
    assert marks_of("held") == ("lbl", "n")
    assert marks_of("open") == ("lbl", "n")
    assert marks_of("expires") == ("hatch", "lbl", "n")
    assert marks_of("lapsed") == ("cross", "lbl")
    # Filled and open have the same marks: there the light of the line around them differs by more than 10 : 1.
    assert greys_of("open")[1] / greys_of("held")[1] > 10
    assert greys_of("held")[0] > greys_of("open")[0]
    assert len(FORMS) == 4


def test_every_point_is_a_link_with_its_fact():
    (svg,) = wide(hills(1, 2), LEVELS, "Zo sta je ervoor")
    root = parsed(svg)
    links = [(link.get("href"), link.findtext("title")) for link in root.findall("a")]
    assert links == [
        ("/mijn/vaardigheden/0/", "Vaardigheid 0: feit"),
        ("/mijn/vaardigheden/1/", "Vaardigheid 1: feit"),
    ]
    assert (root.get("role"), root.get("aria-label")) == ("group", "Zo sta je ervoor")


def test_no_word_becomes_markup():
    hostile = point(label='<script>alert(1)</script> "&', fact='"><script>', url='/x/?a="&b=<')
    (svg,) = wide([Hill("<b>Zorg</b>", [hostile])], LEVELS, '"><img>')
    assert "<script" not in svg
    assert "<b>" not in svg
    assert "<img" not in svg
    assert parsed(svg).find("a").get("href") == '/x/?a="&b=<'


def test_thirty_skills_stay_below_twenty_kilobytes():
    drawn = wide(hills(7, 5), LEVELS, "Zo sta je ervoor")
    assert len("".join(drawn).encode()) < 20_000
    assert all("<script" not in each and "style=" not in each for each in drawn)


def test_the_landscape_is_mirrored_where_reading_begins_at_the_right():
    (left,) = wide(hills(1, 1), LEVELS, "kaart")
    (right,) = wide(hills(1, 1), LEVELS, "kaart", is_mirrored=True)
    there, mirrored = (parsed(svg).find("a/circle") for svg in (left, right))
    assert float(there.get("cx")) + float(mirrored.get("cx")) == 1200
    assert there.get("cy") == mirrored.get("cy")
    assert [parsed(svg).get("direction") for svg in (left, right)] == ["ltr", "rtl"]
    assert [parsed(svg).find("text").get("x") for svg in (left, right)] == ["0", "1200"]


def test_domains_stay_together_in_a_row():
    sizes = [[len(hill.points) for hill in row] for row in rows_of([*hills(3, 5), *hills(1, 14)], 10)]
    assert sizes == [[5, 5], [5], [10], [4]]


def test_nothing_to_draw_is_no_drawing():
    assert wide([], LEVELS, "kaart") == []


@pytest.mark.parametrize("levels", [[1, 4, 1], [4, 4, 4], [0, 1, 4]])
def test_a_hill_is_never_higher_than_its_level(levels: list[int]):
    corners = [(place * 100.0, 300.0 - level * 50) for place, level in enumerate(levels)]
    heights = [float(y) for y in re.findall(r"[-\d.]+ ([-\d.]+)", smooth(corners))]
    assert min(heights) >= 300 - max(levels) * 50
    assert max(heights) <= 300 - min(levels) * 50


def test_a_long_word_ends_in_dots():
    assert wrapped("Medicatieveiligheid", 60) == ["Medicati…"]
    assert wrapped("Een wond verzorgen", 90) == ["Een wond", "verzorgen"]
    assert wrapped("Een twee drie vier vijf zes zeven", 40) == ["Een", "twee", "drie…"]


def test_a_ring_fills_as_many_arcs_as_levels():
    arcs = [arc.get("class") for arc in parsed(ring(2, 4, "Niveau 2 van 4")).findall("path")]
    assert arcs == ["on", "on", "off", "off"]
