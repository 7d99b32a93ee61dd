"""Bars made of parts: for each group how many lie in each band, such as the ages of open cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

from zhili.pages.chart.axis import Axis
from zhili.pages.chart.lettering import rows_of, shortened, width_of
from zhili.pages.chart.svg import (
    HEIGHT_LINE,
    SIZE,
    WIDTH,
    Heading,
    Picture,
    Writing,
    element,
    group,
    picture,
    text,
)  # fmt: skip

__all__ = ["Stack", "stacks"]

THICK: Final = 18
ROW: Final = HEIGHT_LINE + THICK + 10
SWATCH: Final = 14
SHADES: Final = 7
"""So many shades there are; further bands begin with the first again."""

PATTERNS: Final = {
    2: "M0 6L6 0",
    3: "M3 3h.01",
    4: "M0 6L6 0M0 0L6 6",
    5: "M0 3h6",
    6: "M3 0v6M0 3h6",
}
"""What lies over the later shades, so that nobody has to tell them by colour alone."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One group: its name, and how many it has in each band."""

    label: str
    counts: tuple[int, ...]


def stacks(
    heading: Heading, bands: Sequence[str], rows: Sequence[Stack], writing: Writing
) -> Picture:
    """
    Draw *rows* from above to below, all on one scale.

    Args:
        heading: What the picture is called.

        bands: What the parts are called, from left to right.

        rows: The groups.

        writing: Writes counts.
    """
    most = max((sum(row.counts) for row in rows), default=0)
    if most == 0:
        return picture(heading, HEIGHT_LINE * 2, [text(heading.empty, 0, HEIGHT_LINE)], "stacks")
    ground = _Ground(heading.name, bands, Axis(Fraction(most), 0, WIDTH), writing)
    legend = list(ground.legend())
    top = HEIGHT_LINE * len(legend) + 8
    drawn = [_patterns(heading.name), *(one for row in legend for one in row)]
    for place, row in enumerate(rows):
        drawn += ground.row(row, top + place * ROW)
    return picture(heading, top + len(rows) * ROW, drawn, "stacks")


def _patterns(name: str) -> str:
    return element("defs", *(
        element(
            "pattern", element("path", d=path, class_=f"weave-{shade}"),
            id=f"{name}-weave-{shade}", width=6, height=6, patternUnits="userSpaceOnUse",
        )
        for shade, path in PATTERNS.items()
    ))  # fmt: skip


class _Box(NamedTuple):
    """Where a part of a bar is: its upper left corner, and how far it goes."""

    x: float
    y: float
    wide: float
    high: float


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all rows are drawn with."""

    name: str
    bands: Sequence[str]
    axis: Axis
    writing: Writing

    def legend(self) -> Iterator[list[str]]:
        """Give the rows of the legend."""
        names = [shortened(band, WIDTH - SWATCH - 6) for band in self.bands]
        widths = [SWATCH + 5 + width_of(band) + 12 for band in names]
        for row, members in enumerate(rows_of(widths, WIDTH + 12)):
            drawn: list[str] = []
            x, y = 0.0, HEIGHT_LINE * row + SIZE
            for place in members:
                drawn += self._filled(place, _Box(x + 0.5, y - SIZE + 2, SWATCH - 1, SIZE - 2))
                drawn.append(text(names[place], x + SWATCH + 5, y))
                x += widths[place]
            yield drawn

    def row(self, row: Stack, top: float) -> Iterator[str]:
        """Give a group: its name, how many it has, and the parts."""
        base, below = top + HEIGHT_LINE - 4, top + HEIGHT_LINE + 1
        total = shortened(self.writing.count(sum(row.counts)), WIDTH / 2)
        yield text(shortened(row.label, WIDTH - width_of(total) - 10), 0, base)
        yield text(total, WIDTH, base, "count", "end")
        before = 0
        for place, (band, count) in enumerate(zip(self.bands, row.counts, strict=True)):
            if count <= 0:
                continue
            start, end = self.axis.at(before), self.axis.at(before + count)
            before += count
            wide = max(end - start - 1, 0.6)
            box = _Box(min(start + 0.5, WIDTH - wide), below, wide, THICK - 2)
            label = self.writing.count(count)
            drawn = [*self._filled(place, box)]
            if width_of(label) + 8 <= box.wide:
                drawn += self._number(label, place, box)
            yield group(drawn, f"{row.label}, {band}: {label}")

    def _filled(self, place: int, box: _Box) -> Iterator[str]:
        shade = place % SHADES
        where = {"x": box.x, "y": box.y, "width": box.wide, "height": box.high}
        yield element("rect", class_=f"shade-{shade}", **where)
        if shade in PATTERNS:
            yield element("rect", fill=f"url(#{self.name}-weave-{shade})", **where)

    def _number(self, label: str, place: int, box: _Box) -> Iterator[str]:
        """Write a count into its part, on a ground of its own where a pattern lies below."""
        shade, middle = place % SHADES, box.x + box.wide / 2
        wide = width_of(label) + 2
        if shade in PATTERNS:
            yield element(
                "rect", x=middle - wide / 2, y=box.y + 1, width=wide, height=box.high - 2,
                class_=f"ground-{shade}",
            )  # fmt: skip
        yield text(label, middle, box.y + 12.5, f"on-{shade}", "middle")
