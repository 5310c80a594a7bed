"""The skills hills: what somebody can do as a landscape, drawn on the server as SVG without a script.

Height along one scale is read more easily than a radar chart, and the order of the axes twists nothing. Every state has a
form of its own, so that it can be told without colour: filled, open, hatched, crossed. Every point is a link with the whole
fact as its title; the page shows the same facts as a list.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

STEP, NARROW_STEP, TOP, LABEL_LINE = 58, 36, 26, 17
RADIUS, HATCH, CROSS, FINGER = 17, 11, 7, 22
GAP, SCALE_WIDTH, NARROW_SCALE_WIDTH = 36, 130, 34
WIDE, NARROW = 1200, 360
POINTS_IN_ROW, NARROW_POINTS_IN_ROW = 10, 4
CHARACTER, BOLD_CHARACTER, LABEL_LINES = 6.4, 8.4, 3
VALLEY = 0.3  # how high the land is between two hills, in levels
FORMS = ("held", "open", "expires", "lapsed")


@dataclass(frozen=True)
class Point:
    """One skill: how high it is, how high it should be, which of `FORMS` it takes, and where it leads.

    `fact` says all of it in words, beginning with the label.
    """

    label: str
    fact: str
    url: str
    level: int
    goal: int
    form: str


@dataclass(frozen=True)
class Hill:
    """One domain with its skills."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Ground:
    """The measures of one drawing. In a language that runs from right to left everything is mirrored."""

    levels: Sequence[str]
    width: int
    scale_width: int
    step: int
    is_mirrored: bool

    @property
    def base(self) -> int:
        return TOP + len(self.levels) * self.step

    def x(self, place: float) -> float:
        return self.width - place if self.is_mirrored else place

    def y(self, level: float) -> float:
        return self.base - min(level, len(self.levels)) * self.step


def rows_of(hills: Sequence[Hill], most: int = POINTS_IN_ROW) -> list[list[Hill]]:
    """The hills in rows that leave each label room; a domain with more points than a row stands in several."""
    rows: list[list[Hill]] = []
    room = 0
    for hill in hills:
        for first in range(0, len(hill.points), most):
            part = Hill(hill.name, hill.points[first : first + most])
            if len(part.points) > room:
                rows.append([])
                room = most
            rows[-1].append(part)
            room -= len(part.points)
    return rows


def wide(hills: Sequence[Hill], levels: Sequence[str], name: str, *, is_mirrored: bool = False) -> list[SafeString]:
    """The whole landscape for a wide screen, in as many rows as it needs."""
    ground = Ground(levels, WIDE, SCALE_WIDTH, STEP, is_mirrored)
    return [_drawing(row, ground, name, shows_domains=True) for row in rows_of(hills)]


def narrow(hill: Hill, levels: Sequence[str], *, is_mirrored: bool = False) -> list[SafeString]:
    """One domain for a phone; the levels are numbers there."""
    numbers = [str(rank) for rank in range(1, len(levels) + 1)]
    ground = Ground(numbers, NARROW, NARROW_SCALE_WIDTH, NARROW_STEP, is_mirrored)
    rows = rows_of([hill], NARROW_POINTS_IN_ROW)
    return [_drawing(row, ground, hill.name, shows_domains=False) for row in rows]


def ring(level: int, most: int, words: str) -> SafeString:
    """As many arcs as there are levels; as many filled as were reached."""
    arcs = []
    for turn in range(most):
        begin = math.radians(-90 + turn * 360 / most + 9)
        end = math.radians(-90 + (turn + 1) * 360 / most - 9)
        arcs.append(
            f'<path class="{"on" if turn < level else "off"}" d="M{60 + 50 * math.cos(begin):.1f} '
            f"{60 + 50 * math.sin(begin):.1f}A50 50 0 0 1 {60 + 50 * math.cos(end):.1f} "
            f'{60 + 50 * math.sin(end):.1f}"/>'
        )
    return mark_safe(  # noqa: S308 - numbers, and words that are escaped
        f'<svg class="ring4" viewBox="0 0 120 120" role="img" aria-label="{escape(words)}">{"".join(arcs)}'
        f'<text x="60" y="72">{level}</text></svg>'
    )


def _drawing(hills: Sequence[Hill], ground: Ground, name: str, *, shows_domains: bool) -> SafeString:
    count = sum(len(hill.points) for hill in hills)
    # A row with few points is not stretched over the whole width.
    unit = (ground.width - ground.scale_width - GAP * len(hills)) / max(count, 8 if shows_domains else 3)
    labels = {point: wrapped(point.label, unit) for hill in hills for point in hill.points}
    lines = max((len(each) for each in labels.values()), default=1)
    below = RADIUS + 10 + LABEL_LINE * lines
    places, end = _places(hills, ground, unit)
    names = [wrapped(hill.name, (until - begin) * CHARACTER / BOLD_CHARACTER) for hill, begin, until, _x in places]
    height = ground.base + below + (14 + LABEL_LINE * max(map(len, names)) if shows_domains else 4)
    direction = "rtl" if ground.is_mirrored else "ltr"
    size = f'viewBox="0 0 {ground.width} {height}" direction="{direction}"'
    parts = [
        f'<svg class="hillmap" {size} role="group" aria-label="{escape(name)}">',
        *_scale(ground, end),
        *_land(hills, ground, places, end),
    ]
    for (hill, begin, until, centres), name_lines in zip(places, names, strict=True):
        for point, centre in zip(hill.points, centres, strict=True):
            parts.append(_point(point, labels[point], ground.x(centre), ground))
        if shows_domains:
            parts += _domain(name_lines, ground, begin, until, ground.base + below)
    return mark_safe("".join([*parts, "</svg>"]))  # noqa: S308 - every word in it is escaped


def _domain(lines: list[str], ground: Ground, begin: float, until: float, y: int) -> list[str]:
    """The name of a domain below its skills, under a line as long as its hill."""
    middle = ground.x((begin + until) / 2)
    words = [
        f'<text class="dom" x="{middle:.0f}" y="{y + 22 + turn * LABEL_LINE}" text-anchor="middle">{escape(line)}</text>'
        for turn, line in enumerate(lines)
    ]
    x1, x2 = ground.x(begin + GAP / 2), ground.x(until - GAP / 2)
    return [f'<line class="grid-line" x1="{x1:.0f}" x2="{x2:.0f}" y1="{y}" y2="{y}"/>', *words]


Place = tuple[Hill, float, float, list[float]]


def _places(hills: Sequence[Hill], ground: Ground, unit: float) -> tuple[list[Place], float]:
    """Each hill with where it begins and ends and the centres of its points; and where the land ends."""
    places: list[Place] = []
    place = float(ground.scale_width)
    for hill in hills:
        begin = place
        centres = [begin + GAP / 2 + unit * (turn + 0.5) for turn in range(len(hill.points))]
        place = begin + GAP + unit * len(hill.points)
        places.append((hill, begin, place, centres))
    return places, place


def _scale(ground: Ground, end: float) -> list[str]:
    """A line and the words of each level. The words begin at the side where reading begins."""
    left, right = sorted((ground.x(ground.scale_width - 8), ground.x(end)))
    edge = ground.x(0)
    return [
        f'<line class="grid-line" x1="{left:.0f}" x2="{right:.0f}" y1="{ground.y(rank)}" y2="{ground.y(rank)}"/>'
        f'<text class="lvl" x="{edge:.0f}" y="{ground.y(rank) + 5}">{escape(words)}</text>'
        for rank, words in enumerate(ground.levels, start=1)
    ]


def _land(hills: Sequence[Hill], ground: Ground, places: list[Place], end: float) -> list[str]:
    """What the job asks as a dotted line over a pale hill, and what is there as the hill itself."""
    lines = []
    for key in ("goal", "level"):
        corners = [(places[0][1], float(ground.base))]
        for turn, (hill, begin, _until, centres) in enumerate(places):
            if turn:
                around = (getattr(places[turn - 1][0].points[-1], key), getattr(hill.points[0], key))
                corners.append((begin, ground.y(min(VALLEY, *around))))
            corners += [
                (centre, ground.y(getattr(point, key))) for centre, point in zip(centres, hill.points, strict=True)
            ]
        corners.append((end, ground.base))
        lines.append(smooth(sorted((ground.x(x), y) for x, y in corners)))
    goal, mine = lines
    return [
        f'<path class="goal" d="{goal}Z"/><path class="mine" d="{mine}Z"/>',
        f'<path class="goal-line" d="{goal}"/>',
    ]


def _point(point: Point, lines: list[str], x: float, ground: Ground) -> str:
    y = ground.y(point.level)
    words = "".join(
        f'<text class="lbl" x="{x:.0f}" y="{ground.base + RADIUS + 18 + turn * LABEL_LINE}">{escape(line)}</text>'
        for turn, line in enumerate(lines)
    )
    # All of the column is the link: a finger needs more than a circle.
    foot = ground.base + RADIUS + 22 + LABEL_LINE * (len(lines) - 1)
    column = f'x="{x - FINGER:.0f}" y="{y - RADIUS:.0f}" width="{2 * FINGER}" height="{foot - y + RADIUS:.0f}"'
    number = "" if point.form == "lapsed" else f'<text class="n" x="{x:.0f}" y="{y + 5:.0f}">{point.level}</text>'
    return (
        f'<a href="{escape(point.url)}" class="node node--{point.form}"><title>{escape(point.fact)}</title>'
        f'<rect {column} fill="none" pointer-events="all"/>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{RADIUS}"/>{_mark(point.form, x, y)}{words}{number}</a>'
    )


def _mark(form: str, x: float, y: float) -> str:
    """What tells a state without colour, inside its circle."""
    if form == "expires":
        lines = "".join(
            f"M{x - HATCH + shift:.0f} {y + HATCH + shift:.0f}l{2 * HATCH} {-2 * HATCH}" for shift in (-4.5, 0, 4.5)
        )
        return f'<path class="hatch" d="{lines}"/>'
    if form == "lapsed":
        return (
            f'<path class="cross" d="M{x - CROSS:.0f} {y - CROSS:.0f}l{2 * CROSS} {2 * CROSS}'
            f'm0 {-2 * CROSS}l{-2 * CROSS} {2 * CROSS}"/>'
        )
    return ""


def smooth(corners: Sequence[tuple[float, float]]) -> str:
    """A monotone cubic curve (Fritsch and Carlson 1980): it never overshoots, so that a top is really the level."""
    slopes = [(next_y - y) / (next_x - x) for (x, y), (next_x, next_y) in pairwise(corners)]
    tangents = [0.0] * len(corners)
    for turn, (before, after) in enumerate(pairwise(slopes), start=1):
        tangents[turn] = 0.0 if before * after <= 0 else 2 * before * after / (before + after)
    path = [f"M{corners[0][0]:.0f} {corners[0][1]:.0f}"]
    for turn, ((x, y), (next_x, next_y)) in enumerate(pairwise(corners)):
        third = (next_x - x) / 3
        path.append(
            f"C{x + third:.0f} {y + tangents[turn] * third:.0f} "
            f"{next_x - third:.0f} {next_y - tangents[turn + 1] * third:.0f} {next_x:.0f} {next_y:.0f}"
        )
    return "".join(path)


def wrapped(label: str, width: float) -> list[str]:
    """A label in at most three lines of this many pixels; what does not fit ends in dots."""
    most = max(int(width / CHARACTER), 4)
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > LABEL_LINES:
        lines = [*lines[: LABEL_LINES - 1], f"{lines[LABEL_LINES - 1]}…"]
    return [line if len(line) <= most else f"{line[: most - 1].rstrip('…')}…" for line in lines]
