"""The brand engine keeps an organisation's colour and makes it legible everywhere."""

from __future__ import annotations

import random

import pytest

from lxp.brand import DARK, LIGHT, contrast, is_valid_colour, luminance, stylesheet, tokens

REQUIRED_CONTRAST = (  # foreground token, background (a token or a platform colour), least ratio
    ("on", "solid", 4.5),
    ("ink", "surface", 4.5),
    ("ink", "page", 4.5),
    ("ink", "tint", 4.5),
    ("line", "surface", 3.0),
    ("line", "page", 3.0),
)


def test_contrast_and_luminance_match_the_published_extremes():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert luminance("#ffffff") == pytest.approx(1)
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_every_token_of_four_thousand_random_colours_is_legible():
    numbers = random.Random(20261122)  # noqa: S311 - colours, not secrets
    failures = []
    for _ in range(4000):
        colour = f"#{numbers.randrange(0x1000000):06x}"
        for name, scheme in (("light", LIGHT), ("dark", DARK)):
            values = tokens.__wrapped__(colour)[name]
            colours = values | scheme._asdict() | {"ink": values["ink"]}
            failures += [
                (colour, name, front, back)
                for front, back, ratio in REQUIRED_CONTRAST
                if contrast(colours[front], colours[back]) < ratio
            ]
            if contrast(scheme.ink, values["tint"]) < 7:
                failures.append((colour, name, "text", "tint"))
    assert failures == []


def test_a_dark_enough_brand_colour_stays_as_it_is():
    assert tokens("#0069b4")["light"] == {
        "tint": "#e9f3fe",
        "ink": "#0069b4",
        "line": "#0069b4",
        "solid": "#0069b4",
        "on": "#ffffff",
    }


def test_a_light_brand_colour_gets_dark_text_and_a_darker_ink():
    schemes = tokens("#f39200")
    assert schemes["light"] == {
        "tint": "#fdefe3",
        "ink": "#9d5d06",
        "line": "#cb7b10",
        "solid": "#f39200",
        "on": "#17223b",
    }
    assert schemes["dark"]["ink"] == "#f39200"


@pytest.mark.parametrize(("colour", "ink"), [("#000000", "#979797"), ("#1b4c92", "#6497e4")])
def test_ink_becomes_lighter_on_dark_pages(colour, ink):
    assert tokens(colour)["dark"]["ink"] == ink


@pytest.mark.parametrize("colour", ["#0069B4", "#000000", "#ffffff"])
def test_six_digits_after_a_hash_are_a_colour(colour):
    assert is_valid_colour(colour) is True


@pytest.mark.parametrize("colour", ["", "0069b4", "#06b", "#0069b4;", "#0069b4\n", "#0069bg", "red"])
def test_anything_else_is_refused(colour):
    assert is_valid_colour(colour) is False
    with pytest.raises(ValueError, match="six digits"):
        tokens(colour)


def test_capitals_make_no_difference():
    assert tokens("#0069B4") == tokens("#0069b4")


def test_the_stylesheet_gives_each_organisation_its_tokens_in_the_brand_layer():
    assert stylesheet({"zonnehof": "#0069b4"}) == (
        '@layer brand{[data-org="zonnehof"]{--org-tint:#e9f3fe;--org-ink:#0069b4;--org-line:#0069b4;'
        "--org-solid:#0069b4;--org-on:#ffffff}"
        "@media screen and (prefers-color-scheme:dark){"
        ':root:not([data-scheme="light"]) [data-org="zonnehof"],:root:not([data-scheme="light"])[data-org="zonnehof"]'
        "{--org-tint:#1b2f44;--org-ink:#489ceb;--org-line:#1271bc}}"
        '@media screen{[data-scheme="dark"] [data-org="zonnehof"],[data-scheme="dark"][data-org="zonnehof"]'
        "{--org-tint:#1b2f44;--org-ink:#489ceb;--org-line:#1271bc}}}"
    )


def test_the_stylesheet_does_not_depend_on_the_order_of_organisations():
    assert stylesheet({"a": "#0069b4", "b": "#f39200"}) == stylesheet({"b": "#f39200", "a": "#0069b4"})


def test_a_slug_cannot_break_out_of_the_stylesheet():
    with pytest.raises(ValueError, match="Not a slug"):
        stylesheet({'x"]{}': "#0069b4"})
