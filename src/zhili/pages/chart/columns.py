"""Columns that stand: how many lie in each band of a quantity, with marks such as P50 and P90."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from zhili.pages.chart.axis import Axis, ticks
from zhili.pages.chart.lettering import shortened, width_of
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

__all__ = ["Column", "Mark", "columns"]

PLOT: Final = 140
STEPS: Final = 4
EDGE: Final = 8
BREAK: Final = 8
"""Between the last band that has an end and the one that has none."""


@dataclass(frozen=True, slots=True)
class Column:
    """What lies in `[first, before)`; the last column may have no end."""

    first: Number
    before: Number | None
    count: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the columns, at a number, with what is written on it."""

    at: Number
    label: str


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where things stand: the scale of the numbers, and the column without an end if there is."""

    across: Axis
    open_from: float | None
    upright: Axis

    def place(self, number: Number) -> float:
        """Give where *number* stands: all beyond the scale in the middle of the open column."""
        if self.open_from is None or Fraction(number) < self.across.most:
            return self.across.at(number)
        return (self.open_from + WIDTH) / 2

    def span(self, column: Column) -> tuple[float, float]:
        """Give the left and the right side of *column*."""
        if column.before is None and self.open_from is not None:
            return self.open_from, WIDTH
        end = self.across.most if column.before is None else column.before
        return self.across.at(column.first), self.across.at(end)


def columns(
    heading: Heading,
    found: Sequence[Column],
    marks: Sequence[Mark],
    writing: Writing,
) -> Picture:
    """
    Draw *found* from left to right, each as wide as its band.

    Args:
        heading: What the picture is called.

        found: The columns, rising, each beginning where the one before ends.

        marks: What is marked across them.

        writing: Writes numbers below the axis, counts, and where the column without an end begins.
    """
    if not any(column.count for column in found):
        return picture(heading, HEIGHT_LINE * 2, [text(heading.empty, 0, HEIGHT_LINE)], "columns")
    top = HEIGHT_LINE * len(marks) + SIZE
    numbers = ticks(max(column.count for column in found), STEPS, whole=True)
    upright = Axis(numbers[-1], top + PLOT, top)
    beside = [writing.count(int(number)) for number in numbers]
    left = min(max(map(width_of, beside)), WIDTH / 3) + EDGE
    ground = _ground(found, left, upright)
    drawn = [*_grid(numbers, beside, upright, left)]
    drawn += [one for column in found for one in _column(column, ground, writing)]
    drawn += _below(found, ground, writing)
    for row, mark in enumerate(marks):
        drawn += _mark(mark, row, ground)
    return picture(heading, top + PLOT + HEIGHT_LINE + 6, drawn, "columns")


def _ground(found: Sequence[Column], left: float, upright: Axis) -> _Ground:
    last = found[-1]
    if last.before is not None:
        return _Ground(Axis(Fraction(last.before), left, WIDTH - EDGE), None, upright)
    if last.first <= 0:  # it is the only one, and has neither beginning nor end
        return _Ground(Axis(Fraction(1), left, WIDTH), left, upright)
    wide = max((WIDTH - left) / (len(found) + 1), 30)
    end = WIDTH - wide - BREAK
    return _Ground(Axis(Fraction(last.first), left, end), end + BREAK, upright)


def _grid(
    numbers: Sequence[Fraction], beside: Sequence[str], upright: Axis, left: float
) -> Iterator[str]:
    for number, label in zip(numbers, beside, strict=True):
        y = upright.at(number)
        yield line(left, y, WIDTH, y, "axis" if number == 0 else "grid")
        shown = shortened(label, WIDTH / 3)
        yield text(shown, left - EDGE + 2, y + SIZE * 0.35, "muted", "end")


def _column(column: Column, ground: _Ground, writing: Writing) -> Iterator[str]:
    start, end = ground.span(column)
    if column.count <= 0:
        return
    y = ground.upright.at(column.count)
    wide = max(end - start - 1.5, 1.0)
    first = Fraction(column.first)
    band = (
        writing.beyond(first)
        if column.before is None
        else f"{writing.number(first)}-{writing.number(Fraction(column.before))}"
    )
    high = max(ground.upright.start - y, 1.0)
    box = element(
        "rect", x=start, y=ground.upright.start - high, width=wide, height=high, class_="fill-1"
    )
    yield group([box], f"{band}: {writing.count(column.count)}")


def _below(found: Sequence[Column], ground: _Ground, writing: Writing) -> Iterator[str]:
    """Write the edges for which there is room, from the left, and the open end."""
    base = ground.upright.start
    free = -1.0
    limit = float(WIDTH)
    last = found[-1]
    if last.before is None and ground.open_from is not None:
        label = shortened(writing.beyond(Fraction(last.first)), WIDTH / 3)
        yield text(label, WIDTH, base + HEIGHT_LINE, "muted", "end")
        limit = WIDTH - width_of(label) - 6
    edges = [column.first for column in found]
    edges += [] if last.before is None else [last.before]
    for edge in edges:
        if ground.open_from is not None and Fraction(edge) > ground.across.most:
            continue
        x = ground.across.at(edge)
        label = writing.number(Fraction(edge))
        half = width_of(label) / 2
        yield line(x, base, x, base + 3, "axis")
        if x - half > free and x + half <= limit:
            yield text(label, x, base + HEIGHT_LINE, "muted", "middle")
            free = x + half + 6


def _mark(mark: Mark, row: int, ground: _Ground) -> Iterator[str]:
    """Draw a line from the axis up to the words on it, on that side where they have room."""
    x = ground.place(mark.at)
    y = HEIGHT_LINE * row + SIZE
    yield line(x, y + 3, x, ground.upright.start, "mark")
    if x + 4 + width_of(mark.label) <= WIDTH or x < WIDTH / 2:
        yield text(shortened(mark.label, WIDTH - x - 4), x + 4, y, "strong")
    else:
        yield text(shortened(mark.label, x - 4), x - 4, y, "strong", "end")
