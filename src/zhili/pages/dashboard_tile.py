"""The dashboard's first lines: each key figure large, with its counts and comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhili.face.request import Language
from zhili.pages.dashboard_cell import points_in_words, rate_words
from zhili.pages.dashboard_figures import Compared, Figures
from zhili.pages.dashboard_number import (
    SMALL,
    counts,
    difference,
    few,
    hours_in_words,
    no_data,
    percent,
)
from zhili.pages.words import word

__all__ = ["Tile", "tiles"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: what it is called, how it is written, its counts, and comparisons in words."""

    label: str
    figure: str
    counts: str
    notes: tuple[tuple[str, str], ...] = ()
    small: bool = False


def tiles(figures: Figures, language: Language) -> list[Tile]:
    """Give the key figures of the month, and the backlog of now."""
    total = figures.total
    working = figures.asked.hours == "working"
    found = [
        Tile(
            label,
            percent(rate.now, language),
            counts(rate.now),
            tuple(_comparisons(rate, language)),
            few(rate.now),
        )
        for label, rate in zip(rate_words(language), total.rates, strict=True)
    ]
    most = hours_in_words(total.p90, language, working=working)
    median = hours_in_words(figures.median, language, working=working)
    found.append(
        Tile(
            word("Median time to close", "办理时长中位数", language),
            hours_in_words(total.p50, language, working=working),
            word(f"{total.n:,} closed cases", f"办结{total.n:,}件", language),
            (
                ("P90", most),
                (word("with open cases", "计入未办结", language), median),
            ),
            0 < total.n < SMALL,
        )
    )
    backlog = figures.backlog.total
    old = sum(band.count for band in backlog.bands if band.days >= 15)  # noqa: PLR2004 - a band
    found.append(
        Tile(
            word("Open now", "当前未办结", language),
            f"{backlog.total:,}",
            word("all months", "不限受理月份", language),
            ((word("15 days and older", "15天及以上", language), f"{old:,}"),),
        )
    )
    return found


def _comparisons(rate: Compared, language: Language) -> Iterator[tuple[str, str]]:
    words = (
        word("Month before", "环比", language),
        word("Year before", "同比", language),
    )
    for label, then in zip(words, (rate.before, rate.year_before), strict=True):
        points = difference(rate.now, then)
        if then is None or then.denominator == 0:
            yield label, no_data(language)
        elif points is not None:
            said = f"{percent(then, language)} ({counts(then)})"
            yield label, f"{points_in_words(points, language)} · {said}"
