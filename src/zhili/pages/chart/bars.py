"""Bars that lie: one for each group, its name above it and its figure beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from zhili.pages.chart.axis import Axis
from zhili.pages.chart.lettering import shortened, width_of
from zhili.pages.chart.svg import (
    HEIGHT_LINE,
    WIDTH,
    Heading,
    Number,
    Picture,
    element,
    group,
    picture,
    text,
)

__all__ = ["Bar", "bars", "hatch"]

THICK: Final = 10
ROW: Final = HEIGHT_LINE + THICK + 12
GAP: Final = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """
    One group: its name, its number, and how that is written.

    Without a `value` there is no bar, only the words. A `small` sample is hatched.
    """

    label: str
    value: Number | None
    words: str
    small: bool = False


def bars(heading: Heading, rows: Sequence[Bar], *, most: Number | None = None) -> Picture:
    """
    Draw *rows* from above to below.

    Args:
        heading: What the picture is called.

        rows: The bars.

        most: What a bar of full length stands for; the largest value if none is given.
    """
    if not rows:
        return picture(heading, ROW, [text(heading.empty, 0, HEIGHT_LINE)], "bars")
    values = [Fraction(row.value) for row in rows if row.value is not None]
    top = Fraction(most) if most is not None else max(values, default=Fraction(0))
    axis = Axis(top if top > 0 else Fraction(1), 0, WIDTH)
    drawn = [hatch(heading.name)]
    drawn += [
        group(_bar(heading.name, row, axis, place * ROW), f"{row.label}: {row.words}")
        for place, row in enumerate(rows)
    ]
    return picture(heading, len(rows) * ROW, drawn, "bars")


def _bar(name: str, row: Bar, axis: Axis, top: float) -> Iterator[str]:
    figure = shortened(row.words, WIDTH * 0.7)
    room = WIDTH - width_of(figure) - GAP
    base, below = top + HEIGHT_LINE - 4, top + HEIGHT_LINE + 2
    yield text(shortened(row.label, room), 0, base)
    yield text(figure, WIDTH, base, "count", "end")
    yield element("rect", x=0, y=below, width=WIDTH, height=THICK, class_="track")
    if row.value is None or row.value <= 0:
        return
    long = max(axis.at(row.value), 1.0)
    yield element("rect", x=0, y=below, width=long, height=THICK, class_="fill-1")
    if row.small:
        yield element("rect", x=0, y=below, width=long, height=THICK, fill=f"url(#{name}-hatch)")


def hatch(name: str) -> str:
    """Give the pattern of slanting lines that says a sample is small, as `<name>-hatch`."""
    stroke = element("path", d="M-1 1l2-2M0 6l6-6M5 7l2-2", class_="hatch")
    pattern = element(
        "pattern", stroke, id=f"{name}-hatch", width=6, height=6, patternUnits="userSpaceOnUse"
    )
    return element("defs", pattern)
