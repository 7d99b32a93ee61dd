"""Columns and cells of the dashboard's tables: what is shown, and what stands in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from zhili.face.request import Language
from zhili.pages.dashboard_figures import Compared, Figures, Line
from zhili.pages.dashboard_number import (
    MINUS,
    counts,
    difference,
    few,
    hours_in_words,
    month_in_words,
    percent,
    rounded,
)
from zhili.pages.words import word
from zhili.projections.rate import Rate

__all__ = [
    "Cell", "Column", "Names", "Plain", "Table", "band_in_words", "band_of_hours", "line_cells",
    "line_columns", "name_cell", "named", "points_in_words", "rate_columns", "rate_words",
    "rates_row", "short", "unit_word",
]  # fmt: skip

Names = Callable[[str | None], str]
"""Gives the name of a group."""

Plain = str | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, and those of the columns that it has in a file."""

    label: str
    fields: tuple[str, ...]
    number: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: in words, in small `notes` below, and plainly in a file."""

    text: str
    plain: tuple[Plain, ...]
    notes: tuple[str, ...] = ()
    small: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `keys` are what its rows are about, where one may go on from them."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[str | None, ...] = ()


def band_in_words(days: int, before: int | None, language: Language) -> str:
    """Write a band of age."""
    if before is None:
        return word(f"{days} days and more", f"{days}天以上", language)
    if days == 0:
        return word(f"below {before} day{'s' * (before > 1)}", f"不足{before}天", language)
    return word(f"{days}\N{EN DASH}{before} days", f"{days}\N{EN DASH}{before}天", language)


def band_of_hours(first: int, before: int | None, unit: str) -> str:
    """Write a band of the distribution."""
    return f"≥ {first:,} {unit}" if before is None else f"{first:,}\N{EN DASH}{before:,} {unit}"


def named(by: str, language: Language) -> tuple[str, ...]:
    """Give the columns that name a group in a file."""
    return (by, word("Id", "编码", language), word("Small sample", "小样本", language))


def name_cell(line: Line, names: Names, language: Language) -> Cell:
    """Give the cell that names a group, and says whether it is a small sample."""
    small = any(few(rate.now) for rate in line.rates)
    said = word("yes", "是", language) if small else word("no", "否", language)
    return Cell(names(line.key), (names(line.key), line.key, said), small=small)


def rate_words(language: Language) -> tuple[str, str, str]:
    """Give what the three rates are called."""
    return (
        word("Closing rate", "办结率", language),
        word("Resolution rate", "解决率", language),
        word("On-time rate", "按时办结率", language),
    )


def _spans(language: Language) -> tuple[str, str, str]:
    return (
        word("month", "本月", language),
        word("month before", "上月", language),
        word("year before", "去年同月", language),
    )


def _rate_fields(label: str, language: Language) -> tuple[str, ...]:
    parts = (
        word("numerator", "分子", language),
        word("denominator", "分母", language),
        word("percent", "百分比", language),
    )
    return tuple(f"{label} · {span} · {part}" for span in _spans(language) for part in parts)


def line_columns(figures: Figures, language: Language) -> tuple[Column, ...]:
    """Give the columns of a line."""
    total = word("Registered", "受理件数", language)
    closed = word("Closed with a time", "有时长的办结件数", language)
    unit = unit_word(figures, language)
    open_now = word("Open now", "当前未办结", language)
    times = word("Median time to close", "办理时长中位数", language)
    median = word("Median", "中位数", language)
    return (
        Column(total, (total,)),
        *(Column(label, _rate_fields(label, language)) for label in rate_words(language)),
        Column(times, (closed, f"{median} ({unit})", f"P90 ({unit})")),
        Column(open_now, (open_now,)),
    )


def line_cells(line: Line, figures: Figures, language: Language) -> tuple[Cell, ...]:
    """Give the cells of a line, but for its name."""
    working = figures.asked.hours == "working"
    median, most = (hours_in_words(one, language, working=working) for one in (line.p50, line.p90))
    times = Cell(
        median,
        (line.n, short(line.p50), short(line.p90)),
        (f"P90 {most}", f"n = {line.n:,}") if line.n else (),
    )
    return (
        Cell(f"{line.total:,}", (line.total,)),
        *(rate_cell(rate, language) for rate in line.rates),
        times,
        Cell(f"{line.open:,}" if line.open is not None else "", (line.open,)),
    )


def rate_cell(rate: Compared, language: Language) -> Cell:
    """Give a rate with what it is made of, and how far it lies from those it is compared with."""
    spans = (rate.now, rate.before, rate.year_before)
    plain = tuple(part for one in spans for part in _plain(one, language))
    notes = [counts(rate.now)] if rate.now.denominator else []
    words = (word("month before", "环比", language), word("year before", "同比", language))
    for label, then in zip(words, (rate.before, rate.year_before), strict=True):
        points = difference(rate.now, then)
        if points is not None:
            notes.append(f"{label} {points_in_words(points, language)}")
    return Cell(percent(rate.now, language), plain, tuple(notes), few(rate.now))


def points_in_words(points: Fraction, language: Language) -> str:
    """Write a difference in percentage points with its sign."""
    said = rounded(points)
    sign = "" if said.startswith(MINUS) or points == 0 else "+"
    return word(f"{sign}{said} pp", f"{sign}{said}个百分点", language)


def rates_row(label: str, rate: Compared, language: Language) -> tuple[Cell, ...]:
    """Give a rate beside those it is compared with."""
    small = few(rate.now)
    return (
        Cell(label, (label,)),
        *(
            Cell(
                percent(one, language),
                _plain(one, language),
                (counts(one),) if one is not None and one.denominator else (),
                small=small,
            )
            for one in (rate.now, rate.before, rate.year_before)
        ),
    )


def rate_columns(month: str, language: Language) -> Iterator[Column]:
    """Give the columns of the key figures."""
    parts = (
        word("numerator", "分子", language),
        word("denominator", "分母", language),
        word("percent", "百分比", language),
    )
    heads: Sequence[str] = (month_in_words(month, language), *_spans(language)[1:])
    for head in heads:
        yield Column(head, tuple(f"{head} · {part}" for part in parts))


def short(number: Decimal | None) -> Decimal | None:
    """Give a number with six digits after the point: a millionth of an hour is 4 milliseconds."""
    return None if number is None else number.quantize(Decimal("0.000001"))


def _plain(rate: Rate | None, language: Language) -> tuple[Plain, ...]:
    if rate is None:
        return (None, None, None)
    said = percent(rate, language) if rate.denominator else None
    return (rate.numerator, rate.denominator, said)


def unit_word(figures: Figures, language: Language) -> str:
    """Give the unit in which times are written in a file."""
    if figures.asked.hours == "working":
        return word("working hours", "工作小时", language)
    return word("hours", "小时", language)
