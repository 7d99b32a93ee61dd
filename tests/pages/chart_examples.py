"""Pictures to compare with; `python -m tests.pages.chart_examples` writes them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

from zhili.pages.chart import (
    Bar,
    Column,
    Heading,
    Mark,
    Picture,
    Series,
    Stack,
    StepPoint,
    StepWords,
    Writing,
    bars,
    columns,
    lines,
    stacks,
    steps,
)

GOLDEN: Final = Path(__file__).parent / "golden"

PLAIN: Final = Writing(lambda number: f"{float(number):g}", beyond=lambda n: f"≥ {float(n):g}")
SHARE: Final = Writing(lambda number: f"{float(number * 100):g}%")

NAMES: Final = (
    "春风街道",
    "和平区人力资源和社会保障局",
    "Harbour Road and Old Town Street Office of the Northern District",
    "<script>&\"'",
    "12345热线受理中心",
)


def heading(name: str) -> Heading:
    """Give a picture its words."""
    return Heading(name, f"A picture 图: {name}", "What is to be seen <in> it", "no data 无数据")


def bar_example() -> Picture:
    """Bars: usual, small, full, empty, without data."""
    values = (Fraction(8, 10), Fraction(1), Fraction(1, 3), None, Fraction(0))
    rows = [
        Bar(name, value, "no data" if value is None else f"{float(value):.1%} · 8/10", at == 1)
        for at, (name, value) in enumerate(zip(NAMES, values, strict=True))
    ]
    return bars(heading("bars"), rows, most=1)


def line_example() -> Picture:
    """Lines: three series over 13 months, one with gaps."""
    months = [f"2025-{month:02d}" for month in range(1, 13)] + ["2026-01"]
    rates: list[Series] = [
        Series("Closing rate", tuple(Fraction(70 + at % 5, 100) for at in range(13))),
        Series("解决率", tuple(None if at in {3, 4, 9} else Fraction(at, 20) for at in range(13))),
        Series("On-time rate, which has a long name", tuple(Decimal("0.9") for _ in range(13))),
    ]
    return lines(heading("lines"), months, rates, SHARE, most=1)


def column_example() -> Picture:
    """Columns: fifteen days, one without an end, two marks."""
    found = [Column(day, day + 1, 80 - 5 * day) for day in range(15)]
    marks = [Mark(Fraction(7, 2), "Median 3.5 days"), Mark(Fraction(20), "P90 20 days")]
    return columns(heading("columns"), [*found, Column(15, None, 13)], marks, PLAIN)


def step_example() -> Picture:
    """Steps: ten cases, three of them censored."""
    found: list[StepPoint] = []
    share = Fraction(1)
    for at_risk in range(10, 0, -1):
        censored = at_risk in {8, 5, 1}
        share *= 1 if censored else Fraction(at_risk - 1, at_risk)
        found.append(StepPoint(Fraction(11 - at_risk) ** 2 / 4, at_risk, int(censored), share))
    half = next(point.at for point in found if point.survival <= Fraction(1, 2))
    words = StepWords("各时点仍在办件数", f"median {float(half):g} days", "still open 未办结")
    return steps(heading("steps"), found, half, words, PLAIN)


def stack_example() -> Picture:
    """Stacks: seven bands, of which some are empty or narrow."""
    bands = ("below 1 day", "1-3 days", "3-7天", "7-15天", "15-30 days", "30-90 days", "90+ days")
    rows = [
        Stack(name, tuple((7 * at + 5 * band) % 23 for band in range(7)))
        for at, name in enumerate(NAMES)
    ]
    return stacks(heading("stacks"), bands, [*rows, Stack("nothing", (0,) * 7)], PLAIN)


EXAMPLES: Final[dict[str, Callable[[], Picture]]] = {
    "bars": bar_example,
    "lines": line_example,
    "columns": column_example,
    "steps": step_example,
    "stacks": stack_example,
}
"""Every example, by the name of its file."""


def readable(picture: Picture) -> str:
    """Give *picture* with an element a line, so that a difference can be read."""
    return picture.svg.replace("><", ">\n<") + "\n"


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, example in EXAMPLES.items():
        (GOLDEN / f"{name}.svg").write_text(readable(example()), encoding="utf-8")
