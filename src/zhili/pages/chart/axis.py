"""Axes: round numbers to write beside them, and from a number to its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from zhili.pages.chart.svg import Number

__all__ = ["Axis", "ticks"]

STEPS: Final = (1, 2, 5, 10)
"""A round number is one of these times a power of ten."""


def ticks(most: Number, count: int, *, whole: bool = False) -> tuple[Fraction, ...]:
    """
    Give round numbers at equal distances, from 0 to the first that is at least *most*.

    Args:
        most: The largest number to be shown; below 0 counts as 0.

        count: At most so many steps between them, at least one.

        whole: Whether only whole numbers make sense.
    """
    top = max(Fraction(most), Fraction(0))
    if top == 0:
        return (Fraction(0), Fraction(1))
    step = _round_up(top / count)
    if whole:
        step = max(step, Fraction(1))
    steps = -(-top // step)
    return tuple(step * place for place in range(int(steps) + 1))


def _round_up(number: Fraction) -> Fraction:
    """Give the least round number that is at least *number*, which is above 0."""
    power = Fraction(1)
    while power > number:
        power /= 10
    while power * 10 <= number:
        power *= 10
    return next(power * step for step in STEPS if power * step >= number)


@dataclass(frozen=True, slots=True)
class Axis:
    """A straight scale: 0 lies at `start`, `most` at `end`; what is beyond lies at the end."""

    most: Fraction
    start: float
    end: float

    def at(self, number: Number) -> float:
        """Give the place of *number*."""
        share = min(max(Fraction(number) / self.most, Fraction(0)), Fraction(1))
        return self.start + float(share) * (self.end - self.start)

    def places(self, numbers: Iterable[Number]) -> list[float]:
        """Give the places of several."""
        return [self.at(number) for number in numbers]
