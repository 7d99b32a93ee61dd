"""Ticks and scales: exact, round, and enough of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhili.pages.chart import Axis, ticks
from zhili.pages.chart.lettering import rows_of, shortened, width_of

NUMBERS = st.one_of(
    st.fractions(min_value=Fraction(1, 10**9), max_value=10**15),
    st.integers(1, 10**30),
    st.decimals("0.000001", "1e12", allow_nan=False),
)


@given(NUMBERS, st.integers(1, 12))
def test_ticks_are_round_and_just_enough(most: Fraction, count: int) -> None:
    """From 0 in equal steps of 1, 2 or 5 times a power of ten, the last the first that suffices."""
    numbers = ticks(most, count)
    step = numbers[1]
    assert numbers == tuple(step * place for place in range(len(numbers)))
    assert numbers[-2] < most <= numbers[-1]
    assert len(numbers) - 1 <= count
    while step >= 10:
        step /= 10
    while step < 1:
        step *= 10
    assert step in {1, 2, 5}


@pytest.mark.parametrize(
    ("most", "count", "expected"),
    [
        (0, 4, (0, 1)),
        (-5, 4, (0, 1)),
        (1, 4, (0, Fraction(1, 2), 1)),
        (100, 5, (0, 20, 40, 60, 80, 100)),
        (101, 5, (0, 50, 100, 150)),
        (Fraction(3, 10), 3, (0, Fraction(1, 10), Fraction(1, 5), Fraction(3, 10))),
    ],
)
def test_ticks_of_some_numbers(most: Fraction, count: int, expected: tuple[Fraction, ...]) -> None:
    """Nothing has an axis too, and three tenths are three tenths."""
    assert ticks(most, count) == expected


def test_counts_have_whole_ticks() -> None:
    """There is no half case."""
    assert ticks(1, 4, whole=True) == (0, 1)
    assert ticks(3, 4, whole=True) == (0, 1, 2, 3)
    assert ticks(7, 4, whole=True) == (0, 2, 4, 6, 8)


def test_a_scale_ends_where_the_picture_does() -> None:
    """What lies beyond stands at the end; upright scales run downwards."""
    axis = Axis(Fraction(10), 200, 20)
    assert [axis.at(number) for number in (0, 5, 10, 11, 10**40, -3)] == [200, 110, 20, 20, 20, 200]


@given(st.text(max_size=60), st.floats(0, 400))
def test_what_is_shortened_fits(words: str, room: float) -> None:
    """It is the words themselves, or a beginning of them with three dots, and never too wide."""
    kept = shortened(words, room)
    assert width_of(kept) <= room
    assert kept in {words, ""} or (kept.endswith("…") and words.startswith(kept[:-1]))


@given(st.lists(st.floats(1, 300), max_size=12))
def test_rows_hold_everything_in_order(widths: list[float]) -> None:
    """No row is wider than its room, unless one thing alone is."""
    rows = rows_of(widths, 200)
    assert [place for row in rows for place in row] == list(range(len(widths)))
    for row in rows:
        assert len(row) == 1 or sum(widths[place] for place in row) <= 200
