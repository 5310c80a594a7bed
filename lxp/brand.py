"""From one brand colour of an organisation to colours that are always legible (WCAG 2.2, level AA).

An organisation gives one colour. Only its lightness moves, measured in OKLCH, so the colour stays theirs. The tokens:

- `solid` with `on`: a filled area and the text on it, at least 4.5 : 1
- `ink`: text and icons on a card, on the page and on `tint`, at least 4.6 : 1
- `line`: borders and charts, at least 3 : 1
- `tint`: a quiet background

Sources: contrast is WCAG 2.2 "contrast ratio" and "relative luminance"; OKLab and its matrices are Björn Ottosson,
"A perceptual color space for image processing" (2020). Text gets 4.6 instead of 4.5, so that rounding never matters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

TEXT_CONTRAST = 4.5
INK_CONTRAST = 4.6
LINE_CONTRAST = 3.0
LIGHTNESS_STEP = 0.005
CHROMA_STEP = 0.004

HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
SLUG = re.compile(r"[\w-]+\Z")


class Scheme(NamedTuple):
    """The platform colours that an organisation's colour must be legible on; the same values as in app.css."""

    surface: str
    page: str
    ink: str


LIGHT = Scheme(surface="#ffffff", page="#f3f6fb", ink="#17223b")
DARK = Scheme(surface="#1a2339", page="#10172a", ink="#eef2fa")


class Oklch(NamedTuple):
    """Lightness 0 to 1, chroma 0 to about 0.37 in sRGB, hue in radians."""

    lightness: float
    chroma: float
    hue: float


def is_valid_colour(colour: str) -> bool:
    """Say whether a colour is written as `#` and six hexadecimal digits."""
    return HEX_COLOUR.match(colour) is not None


def contrast(first: str, second: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21; the order does not matter."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=64)  # one colour is held against several others, and the backgrounds against every step
def luminance(colour: str) -> float:
    """Return the WCAG relative luminance, 0 for black to 1 for white."""
    red, green, blue = _linear_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=256)
def tokens(colour: str) -> dict[str, dict[str, str]]:
    """Return the tokens of one brand colour as `{"light": {name: colour}, "dark": {name: colour}}`.

    Raises ValueError when the colour is not written as # and six digits.
    """
    if not is_valid_colour(colour):
        raise ValueError(f"Not a colour of # and six digits: {colour!r}")
    colour = colour.lower()
    _, chroma, hue = _to_oklch(colour)
    solid, on = _solid_pair(colour)
    light_tint = _from_oklch(Oklch(0.96, min(chroma, 0.022), hue))
    dark_tint = _from_oklch(Oklch(0.30, min(chroma, 0.045), hue))
    return {
        "light": _scheme_tokens(colour, LIGHT, tint=light_tint, darker=True) | {"solid": solid, "on": on},
        "dark": _scheme_tokens(colour, DARK, tint=dark_tint, darker=False) | {"solid": solid, "on": on},
    }


def stylesheet(colours: Mapping[str, str]) -> str:
    """Return the stylesheet that gives every `data-org="slug"` its tokens; `colours` maps slugs to brand colours.

    Dark values follow the reader's system, or a `data-scheme` that says otherwise; print stays light.
    """
    light_rules: list[str] = []
    system_dark_rules: list[str] = []
    chosen_dark_rules: list[str] = []
    for slug, colour in sorted(colours.items()):
        if SLUG.match(slug) is None:
            raise ValueError(f"Not a slug: {slug!r}")
        schemes = tokens(colour)
        changed = {name: value for name, value in schemes["dark"].items() if schemes["light"][name] != value}
        mark = f'[data-org="{slug}"]'
        light_rules.append(f"{mark}{{{_declarations(schemes['light'])}}}")
        for rules, root in (
            (system_dark_rules, ':root:not([data-scheme="light"])'),
            (chosen_dark_rules, '[data-scheme="dark"]'),
        ):
            rules.append(f"{root} {mark},{root}{mark}{{{_declarations(changed)}}}")
    return (
        f"@layer brand{{{''.join(light_rules)}"
        f"@media screen and (prefers-color-scheme:dark){{{''.join(system_dark_rules)}}}"
        f"@media screen{{{''.join(chosen_dark_rules)}}}}}"
    )


def _declarations(values: Mapping[str, str]) -> str:
    return ";".join(f"--org-{name}:{value}" for name, value in values.items())


def _scheme_tokens(colour: str, scheme: Scheme, *, tint: str, darker: bool) -> dict[str, str]:
    return {
        "tint": tint,
        "ink": _shift(colour, (scheme.surface, scheme.page, tint), INK_CONTRAST, darker=darker),
        "line": _shift(colour, (scheme.surface, scheme.page), LINE_CONTRAST, darker=darker),
    }


def _solid_pair(colour: str) -> tuple[str, str]:
    """Return the filled colour and the text on it: the brand colour itself whenever white or ink is legible on it."""
    for text in ("#ffffff", LIGHT.ink):
        if contrast(colour, text) >= TEXT_CONTRAST:
            return colour, text
    return _shift(colour, ("#ffffff",), TEXT_CONTRAST, darker=True), "#ffffff"


def _shift(colour: str, backgrounds: Sequence[str], ratio: float, *, darker: bool) -> str:
    """Move the lightness in small steps until the colour reaches the ratio on every background."""
    if all(contrast(colour, background) >= ratio for background in backgrounds):
        return colour
    lightness, chroma, hue = _to_oklch(colour)
    step = -LIGHTNESS_STEP if darker else LIGHTNESS_STEP
    while 0 < lightness + step < 1:
        lightness += step
        candidate = _from_oklch(Oklch(lightness, chroma, hue))
        if all(contrast(candidate, background) >= ratio for background in backgrounds):
            return candidate
    return "#000000" if darker else "#ffffff"


def _linear_rgb(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue as linear light, 0 to 1."""
    red, green, blue = bytes.fromhex(colour[1:])
    return LINEAR[red], LINEAR[green], LINEAR[blue]


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


LINEAR = tuple(_to_linear(number / 255) for number in range(256))


def _to_gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _to_oklch(colour: str) -> Oklch:
    red, green, blue = _linear_rgb(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    green_red = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    blue_yellow = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    return Oklch(lightness, math.hypot(green_red, blue_yellow), math.atan2(blue_yellow, green_red))


def _from_oklch(colour: Oklch) -> str:
    """Return the sRGB colour; where sRGB cannot show it, only the chroma drops."""
    lightness, chroma, hue = colour
    green_red, blue_yellow = math.cos(hue), math.sin(hue)
    linear = _oklab_to_linear_rgb(lightness, chroma * green_red, chroma * blue_yellow)
    while chroma > 0 and not (min(linear) >= -1e-4 and max(linear) <= 1.0001):
        chroma = max(chroma - CHROMA_STEP, 0.0)
        linear = _oklab_to_linear_rgb(lightness, chroma * green_red, chroma * blue_yellow)
    return "#" + "".join(f"{round(_to_gamma(min(max(channel, 0.0), 1.0)) * 255):02x}" for channel in linear)


def _oklab_to_linear_rgb(lightness: float, green_red: float, blue_yellow: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * green_red + 0.2158037573 * blue_yellow) ** 3
    medium = (lightness - 0.1055613458 * green_red - 0.0638541728 * blue_yellow) ** 3
    short = (lightness - 0.0894841775 * green_red - 1.2914855480 * blue_yellow) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
