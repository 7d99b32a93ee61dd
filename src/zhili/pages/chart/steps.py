"""The survival curve (Kaplan–Meier) in steps: censored cases as ticks, the median, who is left."""

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

__all__ = ["StepPoint", "StepWords", "steps"]

PLOT: Final = 160
EDGE: Final = 8
TICKS: Final = 6
LABEL_MAX: Final = WIDTH / 3
QUARTERS: Final = tuple(Fraction(place, 4) for place in range(5))
NEAR: Final = 3.0
"""Censored cases nearer to each other than this are one tick."""


@dataclass(frozen=True, slots=True)
class StepPoint:
    """The curve after `at`: who was at risk until then, how many were censored, what remains."""

    at: Number
    at_risk: int
    censored: int
    survival: Number


@dataclass(frozen=True, slots=True)
class StepWords:
    """What is written in the picture."""

    at_risk: str
    median: str
    censored: str


def steps(
    heading: Heading,
    points: Sequence[StepPoint],
    median: Number | None,
    words: StepWords,
    writing: Writing,
) -> Picture:
    """
    Draw the curve from 1 down, and below it how many are still at risk.

    Args:
        heading: What the picture is called.

        points: The curve, from left to right.

        median: Where it reaches one half, None where it does not.

        words: What is written.

        writing: Writes numbers below the axis, and counts.
    """
    if not points:
        return picture(heading, HEIGHT_LINE * 2, [text(heading.empty, 0, HEIGHT_LINE)], "steps")
    ended = max(Fraction(point.at) for point in points)
    counts = [point.at_risk for point in points]
    wide = max(width_of(writing.count(max(counts))), width_of(writing.number(ended))) + 10
    wide = min(wide, LABEL_MAX)
    left = max(width_of("100%") + EDGE, wide / 2)
    numbers = ticks(ended, max(1, min(TICKS, int((WIDTH - left - wide / 2) / wide))))
    numbers = tuple(number for number in numbers if number <= ended)
    top = HEIGHT_LINE + SIZE
    across = Axis(ended if ended > 0 else Fraction(1), left, WIDTH - max(EDGE, wide / 2))
    upright = Axis(Fraction(1), top + PLOT, top)
    drawn = [
        *_legend(words),
        *_grid(upright, left),
        *_below(points, numbers, across, top + PLOT, writing),
        text(shortened(words.at_risk, WIDTH), 0, top + PLOT + HEIGHT_LINE * 2, "muted"),
        _curve(points, across, upright),
        *_censored(points, across, upright),
        *_median(median, words.median, across, upright),
    ]
    return picture(heading, top + PLOT + HEIGHT_LINE * 3 + 6, drawn, "steps")


def _legend(words: StepWords) -> Iterator[str]:
    y = SIZE - SIZE * 0.35
    yield line(5, y - 5, 5, y + 5, "tick")
    yield line(0, y, 10, y, "line-1")
    yield text(shortened(words.censored, WIDTH - 16), 16, SIZE)


def _grid(upright: Axis, left: float) -> Iterator[str]:
    for share in QUARTERS:
        y = upright.at(share)
        yield line(left, y, WIDTH, y, "axis" if share == 0 else "grid")
        yield text(f"{int(share * 100)}%", left - EDGE + 2, y + SIZE * 0.35, "muted", "end")


def _below(
    points: Sequence[StepPoint],
    numbers: Sequence[Fraction],
    across: Axis,
    base: float,
    writing: Writing,
) -> Iterator[str]:
    """Write the numbers of the axis, and below each who was still at risk then."""
    for number in numbers:
        x = across.at(number)
        left = next((point.at_risk for point in points if Fraction(point.at) >= number), 0)
        yield line(x, base, x, base + 3, "axis")
        yield text(
            shortened(writing.number(number), LABEL_MAX), x, base + HEIGHT_LINE, "muted", "middle"
        )
        yield text(
            shortened(writing.count(left), LABEL_MAX), x, base + HEIGHT_LINE * 3, "count", "middle"
        )


def _curve(points: Sequence[StepPoint], across: Axis, upright: Axis) -> str:
    """Give the path; what would be drawn onto the same place twice is drawn once."""
    path = [f"M{across.start:.1f} {upright.end:.1f}"]
    seen = upright.end
    for point in points:
        x, y = across.at(point.at), upright.at(point.survival)
        if y - seen >= 0.1:  # noqa: PLR2004 - a tenth of a unit cannot be seen
            path.append(f"H{x:.1f}V{y:.1f}")
            seen = y
    path.append(f"H{across.at(points[-1].at):.1f}")
    return element("path", d="".join(path), class_="line-1")


def _censored(points: Sequence[StepPoint], across: Axis, upright: Axis) -> Iterator[str]:
    drawn = float("-inf")
    for point in points:
        x = across.at(point.at)
        if point.censored and x - drawn >= NEAR:
            y = upright.at(point.survival)
            yield line(x, y - 4, x, y + 4, "tick")
            drawn = x


def _median(median: Number | None, words: str, across: Axis, upright: Axis) -> Iterator[str]:
    """Draw from one half to the curve and down, and say beside it where that is."""
    if median is None:
        return
    x, y = across.at(median), upright.at(Fraction(1, 2))
    yield line(across.start, y, x, y, "mark")
    yield line(x, y, x, upright.start, "mark")
    room = WIDTH - x - 6
    if width_of(words) <= room:
        yield group([text(words, x + 6, y - 5, "strong")])
    else:
        yield group([text(shortened(words, WIDTH), WIDTH, y - 5, "strong", "end")])
