"""Figures as people read them: percent, points, hours and days, exact until the last digit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from zhili.face.request import Language
from zhili.pages.words import word
from zhili.projections.rate import Rate

__all__ = [
    "SMALL", "counts", "difference", "few", "hours_in_words", "month_in_words", "no_data",
    "percent", "rounded",
]  # fmt: skip

SMALL: Final = 30
"""A rate of fewer cases than these says little; it is marked."""

HOURS_SHOWN: Final = 72
"""Up to so many hours a time is said in hours, then in days of 24 hours."""

MINUS: Final = "\N{MINUS SIGN}"


def rounded(number: Fraction | Decimal, digits: int = 1) -> str:
    """Write *number* with thousands separators and *digits* digits, halves away from zero."""
    exact = Fraction(number)
    scale = 10**digits
    shifted = abs(exact) * scale
    whole = (2 * shifted.numerator + shifted.denominator) // (2 * shifted.denominator)
    sign = MINUS if exact < 0 and whole else ""
    if digits == 0:
        return f"{sign}{whole:,}"
    return f"{sign}{whole // scale:,}.{whole % scale:0{digits}d}"


def no_data(language: Language) -> str:
    """Say that there is nothing to divide by."""
    return word("no data", "无数据", language)


def percent(rate: Rate | None, language: Language) -> str:
    """Write a rate in percent with one digit."""
    if rate is None or rate.denominator == 0:
        return no_data(language)
    return f"{rounded(Fraction(rate.numerator, rate.denominator) * 100)}%"


def counts(rate: Rate) -> str:
    """Write what a rate is made of."""
    return f"{rate.numerator:,}/{rate.denominator:,}"


def difference(now: Rate, then: Rate | None) -> Fraction | None:
    """Give by how many percentage points *now* lies above *then*, None without data."""
    if then is None or now.denominator == 0 or then.denominator == 0:
        return None
    present = Fraction(now.numerator, now.denominator)
    return (present - Fraction(then.numerator, then.denominator)) * 100


def few(rate: Rate) -> bool:
    """Say whether a rate is of so few cases that it says little."""
    return 0 < rate.denominator < SMALL


def hours_in_words(hours: Decimal | None, language: Language, *, working: bool = False) -> str:
    """Write a time in hours, or in days of 24 hours; business hours stay hours, and say so."""
    if hours is None:
        return no_data(language)
    if working:
        return f"{rounded(hours)} {word('working hours', '工作小时', language)}"
    if hours < HOURS_SHOWN:
        return f"{rounded(hours)} {word('hours', '小时', language)}"
    return f"{rounded(Fraction(hours) / 24)} {word('days', '天', language)}"


def month_in_words(month: str, language: Language) -> str:
    """Write a month like 2026-03."""
    year, number = month.split("-")
    if language == "zh":
        return f"{year}年{int(number)}月"
    names = "January February March April May June July August September October November December"
    return f"{names.split()[int(number) - 1]} {year}"
