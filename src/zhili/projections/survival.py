"""The survival curve (Kaplan–Meier), decided exactly where it touches a share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final, NamedTuple

__all__ = ["SHARES", "Fall", "Step", "falls", "first_at_most"]

SHARES: Final = (Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))

PRECISE: Final = Context(prec=60)
SHOWN: Final = Context(prec=34)
DOUBT: Final = Decimal("1e-30")
"""Nearer than this to the share, 60 digits decide nothing and whole numbers are multiplied."""


class Step(NamedTuple):
    """How many cases were closed after exactly this duration, and how many left the risk at it."""

    duration: int
    events: int
    leaving: int


class Fall(NamedTuple):
    """What happened to the curve after a duration: who was at risk, who left, what remains."""

    duration: int
    at_risk: int
    events: int
    censored: int
    survival: Decimal


def falls(steps: Iterable[Step]) -> Iterator[Fall]:
    """
    Give the curve: the share that remains after every duration, with 34 digits.

    Where no case was censored before, it is one division of two whole numbers.

    Args:
        steps: Every duration, the shortest first.
    """
    rows = list(steps)
    at_risk = run_start = sum(step.leaving for step in rows)
    product = Decimal(1)
    for step in rows:
        staying, censored = at_risk - step.events, step.leaving - step.events
        value = PRECISE.divide(PRECISE.multiply(product, staying), Decimal(run_start))
        yield Fall(step.duration, at_risk, step.events, censored, SHOWN.plus(value))
        if censored:  # the next factor begins with fewer
            product, run_start = value, at_risk - step.leaving
        at_risk -= step.leaving


def first_at_most(steps: Iterable[Step], share: Fraction) -> int | None:
    """
    Give the first duration at which the share of cases not yet closed is at most *share*.

    The curve is the product of (at risk - events) / at risk over the durations with events. As
    long as nobody is censored the factors telescope, so there is one factor for each run.

    Args:
        steps: Every duration, the shortest first.

        share: Between 0 and 1.

    Returns:
        The duration, None where the curve stays above *share*.
    """
    rows = list(steps)
    at_risk = sum(step.leaving for step in rows)
    bound = PRECISE.divide(Decimal(share.numerator), Decimal(share.denominator))
    runs: list[tuple[int, int]] = []
    product = Decimal(1)
    run_start = at_risk
    for step in rows:
        staying = at_risk - step.events
        if step.events:
            value = PRECISE.divide(PRECISE.multiply(product, staying), Decimal(run_start))
            gap = PRECISE.subtract(value, bound)
            if gap < -DOUBT or (gap <= DOUBT and _at_most([*runs, (staying, run_start)], share)):
                return step.duration
        if step.leaving > step.events:  # somebody is censored: the run ends here
            runs.append((staying, run_start))
            product = PRECISE.divide(PRECISE.multiply(product, staying), Decimal(run_start))
            run_start = at_risk - step.leaving
        at_risk -= step.leaving
    return None


def _at_most(factors: list[tuple[int, int]], share: Fraction) -> bool:
    """Compare the exact product of quotients with *share*."""
    above = _product([numerator for numerator, _ in factors])
    below = _product([denominator for _, denominator in factors])
    return above * share.denominator <= share.numerator * below


def _product(numbers: list[int]) -> int:
    """Multiply by halves, so that the long factors meet late."""
    while len(numbers) > 1:
        paired = [one * other for one, other in zip(numbers[::2], numbers[1::2], strict=False)]
        numbers = paired + numbers[len(numbers) - len(numbers) % 2 :]
    return numbers[0]
