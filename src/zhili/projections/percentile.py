"""Exact shares, hours and percentiles: integers until the last division."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

__all__ = ["HOUR", "hours", "interpolated", "quotient"]

DIGITS: Final = Context(prec=34)
"""One division, 34 digits: a host's own decimal context has no say in a figure."""

HOUR: Final = 3_600_000_000


def quotient(numerator: int, denominator: int) -> Decimal | None:
    """Divide two counts; nothing to divide by is no data, never 0."""
    if denominator == 0:
        return None
    return DIGITS.divide(Decimal(numerator), Decimal(denominator))


def hours(microseconds: int | Fraction | None) -> Decimal | None:
    """Give whole or broken microseconds as hours."""
    if microseconds is None:
        return None
    exact = Fraction(microseconds)
    return quotient(exact.numerator, exact.denominator * HOUR)


def interpolated(n: int, percent: int, low: int, high: int) -> Fraction:
    """
    Interpolate a percentile of *n* values linearly (Hyndman-Fan type 7).

    Args:
        n: How many values there are.

        percent: Which percentile, 0–100.

        low: The sorted value at position floor((n - 1) p), counted from 0.

        high: The sorted value at position ceil((n - 1) p).
    """
    weight = (n - 1) * percent % 100
    return Fraction(low * (100 - weight) + high * weight, 100)
