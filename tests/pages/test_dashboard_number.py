"""Figures as people read them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhili.pages.dashboard_cell import points_in_words
from zhili.pages.dashboard_number import (
    difference,
    few,
    hours_in_words,
    month_in_words,
    percent,
    rounded,
)
from zhili.projections.rate import Rate


@pytest.mark.parametrize(
    ("numerator", "denominator", "said"),
    [
        (2, 3, "66.7%"),
        (1, 2000, "0.1%"),
        (1, 2001, "0.0%"),
        (1999, 2000, "100.0%"),
        (0, 7, "0.0%"),
        (7, 7, "100.0%"),
        (0, 0, "no data"),
    ],
)
def test_a_rate_in_percent(numerator: int, denominator: int, said: str) -> None:
    """One digit, halves upwards; nothing to divide by is no data, never 0."""
    assert percent(Rate.of(numerator, denominator), "en") == said


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_what_is_rounded_is_near(numerator: int, denominator: int) -> None:
    """Within half of the last digit of the exact value, for any two counts."""
    exact = Fraction(numerator, denominator) * 100
    said = percent(Rate.of(numerator, denominator), "zh")
    assert abs(Fraction(said.rstrip("%").replace(",", "")) - exact) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("number", "digits", "said"),
    [
        (Fraction(-1, 20), 1, "−0.1"),
        (Fraction(-1, 21), 1, "0.0"),
        (Decimal("1234567.25"), 1, "1,234,567.3"),
        (Fraction(5, 2), 0, "3"),
        (Decimal("0.005"), 2, "0.01"),
    ],
)
def test_numbers_are_rounded_away_from_zero(
    number: Fraction | Decimal, digits: int, said: str
) -> None:
    """With thousands separators and a real minus, and nothing is less than nothing."""
    assert rounded(number, digits) == said


def test_a_difference_is_in_percentage_points() -> None:
    """Exact until it is written; none where one of the two has no data."""
    now, then = Rate.of(2, 3), Rate.of(1, 2)
    points = difference(now, then)
    assert points == Fraction(50, 3)
    assert points_in_words(points, "en") == "+16.7 pp"
    assert points_in_words(-points, "zh") == "−16.7个百分点"
    assert points_in_words(Fraction(0), "en") == "0.0 pp"
    assert difference(now, Rate.of(0, 0)) is None
    assert difference(now, None) is None


@pytest.mark.parametrize(("n", "small"), [(0, False), (1, True), (29, True), (30, False)])
def test_a_small_sample_has_fewer_than_thirty(n: int, small: bool) -> None:  # noqa: FBT001 - a table
    """Nothing is no data, and not small."""
    assert few(Rate.of(0, n)) is small


@pytest.mark.parametrize(
    ("hours", "working", "en", "zh"),
    [
        (Decimal(71), False, "71.0 hours", "71.0 小时"),
        (Decimal(72), False, "3.0 days", "3.0 天"),
        (Decimal(100), True, "100.0 working hours", "100.0 工作小时"),
        (None, False, "no data", "无数据"),
    ],
)
def test_times_name_their_unit(hours: Decimal | None, working: bool, en: str, zh: str) -> None:  # noqa: FBT001 - a table
    """Hours up to three days, then days of 24 hours; business hours stay what they are."""
    assert hours_in_words(hours, "en", working=working) == en
    assert hours_in_words(hours, "zh", working=working) == zh


def test_months_have_names() -> None:
    """In both languages."""
    assert month_in_words("2026-03", "en") == "March 2026"
    assert month_in_words("2026-03", "zh") == "2026年3月"
