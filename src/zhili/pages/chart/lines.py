"""Lines over months: several series, each with a mark and a dash of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Final

from zhili.pages.chart.axis import Axis, ticks
from zhili.pages.chart.lettering import rows_of, shortened, width_of
from zhili.pages.chart.svg import (
    HEIGHT_LINE,
    SIZE,
    WIDTH,
    Heading,
    Number,
    Picture,
    Writing,
    element,
    group,
    line,
    picture,
    text,
)  # fmt: skip

__all__ = ["Series", "lines"]

PLOT: Final = 150
STEPS: Final = 4
SAMPLE: Final = 26
"""How long the sample of a line in the legend is."""

EDGE: Final = 8
"""Between the plot and what is written beside it."""

KINDS: Final = 4
"""So many marks and dashes there are."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name, and a number for each place; None leaves a gap."""

    label: str
    values: tuple[Number | None, ...]


def lines(
    heading: Heading,
    places: Sequence[str],
    series: Sequence[Series],
    writing: Writing,
    *,
    most: Number | None = None,
) -> Picture:
    """
    Draw *series* over *places*.

    Args:
        heading: What the picture is called.

        places: What is written below, one for each value of a series.

        series: The lines, four at most that can be told apart.

        writing: Writes a number beside the axis and where the pointer rests.

        most: The number at the top; a round one above the largest value if none is given.
    """
    known = [Fraction(v) for one in series for v in one.values if v is not None]
    if not places or not known:
        return picture(heading, HEIGHT_LINE * 2, [text(heading.empty, 0, HEIGHT_LINE)], "lines")
    numbers = ticks(max(known) if most is None else most, STEPS)
    legend = list(_legend(series))
    top = HEIGHT_LINE * len(legend) + SIZE
    left = min(max(width_of(writing.number(number)) for number in numbers), WIDTH / 3) + EDGE
    upright = Axis(numbers[-1], top + PLOT, top)
    across = _across(places, left)
    drawn = [
        *(one for row in legend for one in row),
        *_grid(numbers, upright, left, writing),
        *_below(places, across, top + PLOT),
    ]
    for kind, one in enumerate(series):
        drawn += _line(one, kind % KINDS, across, upright)
    for kind, one in enumerate(series):
        drawn += _marks(one, kind % KINDS, places, _points(one, across, upright), writing)
    return picture(heading, top + PLOT + HEIGHT_LINE + 6, drawn, "lines")


def _across(places: Sequence[str], left: float) -> list[float]:
    """Give where each place stands: the first and the last keep room for half of their words."""
    start = left + max(EDGE, width_of(places[0]) / 2 - left)
    end = WIDTH - max(EDGE, min(width_of(places[-1]) / 2, WIDTH / 4))
    if len(places) == 1:
        return [(start + end) / 2]
    return [start + (end - start) * place / (len(places) - 1) for place in range(len(places))]


def _legend(series: Sequence[Series]) -> Iterator[list[str]]:
    room = WIDTH - SAMPLE - 6
    names = [shortened(one.label, room) for one in series]
    widths = [SAMPLE + 6 + width_of(name) + 14 for name in names]
    for row, members in enumerate(rows_of(widths, WIDTH + 14)):
        drawn: list[str] = []
        x, y = 0.0, HEIGHT_LINE * row + SIZE
        for place in members:
            kind = place % KINDS
            middle = y - SIZE * 0.35
            drawn.append(line(x, middle, x + SAMPLE, middle, f"line-{kind + 1}"))
            drawn.append(_mark(kind, x + SAMPLE / 2, middle))
            drawn.append(text(names[place], x + SAMPLE + 6, y))
            x += widths[place]
        yield drawn


def _grid(
    numbers: Sequence[Fraction], upright: Axis, left: float, writing: Writing
) -> Iterator[str]:
    for number in numbers:
        y = upright.at(number)
        yield line(left, y, WIDTH, y, "axis" if number == 0 else "grid")
        label = shortened(writing.number(number), WIDTH / 3)
        yield text(label, left - EDGE + 2, y + SIZE * 0.35, "muted", "end")


def _below(places: Sequence[str], across: Sequence[float], base: float) -> Iterator[str]:
    """Write as many of the places as there is room for, always the last."""
    widest = min(max(map(width_of, places)) + 6, WIDTH / 2)
    distance = across[1] - across[0] if len(across) > 1 else WIDTH
    every = max(1, -int(-widest // distance))
    for place in range(len(places) - 1, -1, -every):
        yield line(across[place], base, across[place], base + 3, "axis")
        label = shortened(places[place], WIDTH / 2)
        yield text(label, across[place], base + HEIGHT_LINE, "muted", "middle")


def _points(
    one: Series, across: Sequence[float], upright: Axis
) -> list[tuple[float, float] | None]:
    """Give where each value stands."""
    return [
        None if value is None else (x, upright.at(value))
        for x, value in zip(across, one.values, strict=True)
    ]


def _line(one: Series, kind: int, across: Sequence[float], upright: Axis) -> Iterator[str]:
    """Draw the pieces between gaps."""
    for known, piece in groupby(_points(one, across, upright), key=lambda point: point is not None):
        points = [point for point in piece if point is not None]
        if known and len(points) > 1:
            said = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            yield element("polyline", points=said, class_=f"line-{kind + 1}")


def _marks(
    one: Series,
    kind: int,
    places: Sequence[str],
    points: Sequence[tuple[float, float] | None],
    writing: Writing,
) -> Iterator[str]:
    for place, value, point in zip(places, one.values, points, strict=True):
        if value is not None and point is not None:
            told = f"{one.label}, {place}: {writing.number(Fraction(value))}"
            yield group([_mark(kind, *point)], told)


def _mark(kind: int, x: float, y: float) -> str:
    """Give a circle, a square, a triangle or a diamond."""
    shape = f"mark-{kind + 1}"
    if kind == 0:
        return element("circle", cx=x, cy=y, r=3.6, class_=shape)
    if kind == 1:
        return element("rect", x=x - 3.4, y=y - 3.4, width=6.8, height=6.8, class_=shape)
    corners = ((0, -4.4), (4.2, 3.4), (-4.2, 3.4))
    if kind == KINDS - 1:
        corners = ((0, -4.8), (4.8, 0), (0, 4.8), (-4.8, 0))  # type: ignore[assignment] # one more corner
    said = " ".join(f"{x + right:.1f},{y + down:.1f}" for right, down in corners)
    return element("polygon", points=said, class_=shape)
