"""The dashboard's tables: the same rows on the page and in the file that is downloaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from zhili.face.request import Language
from zhili.pages.dashboard_asked import By
from zhili.pages.dashboard_cell import (
    Cell,
    Column,
    Names,
    Table,
    band_in_words,
    band_of_hours,
    line_cells,
    line_columns,
    name_cell,
    named,
    rate_columns,
    rate_words,
    rates_row,
    short,
    unit_word,
)
from zhili.pages.dashboard_figures import Figures
from zhili.pages.dashboard_number import month_in_words, rounded
from zhili.pages.words import word

__all__ = ["TABLES", "group_word", "table"]


def group_word(by: By, language: Language) -> str:
    """Give what the groups are called."""
    return {
        "unit": word("Unit", "承办单位", language),
        "street": word("Street or town", "街道（镇）", language),
        "district": word("District", "区", language),
        "category": word("Category", "类别", language),
    }[by]


def table(name: str, figures: Figures, names: Names, language: Language) -> Table:
    """Make the table called *name*, one of `TABLES`."""
    return TABLES[name](figures, names, language)


# — one table after the other —


def _summary(figures: Figures, _names: Names, language: Language) -> Table:
    total = figures.total
    rows = [
        rates_row(label, rate, language)
        for label, rate in zip(rate_words(language), total.rates, strict=True)
    ]
    columns = (
        Column(word("Figure", "指标", language), (word("Figure", "指标", language),), number=False),
        *rate_columns(figures.month, language),
    )
    title = word("Key figures", "主要指标", language)
    return Table("summary", title, columns, tuple(rows))


def _groups(figures: Figures, names: Names, language: Language) -> Table:
    by = group_word(figures.asked.by, language)
    title = word(f"By {by.lower()}", f"按{by}", language)
    columns = (Column(by, named(by, language), number=False), *line_columns(figures, language))
    rows = tuple(
        (name_cell(line, names, language), *line_cells(line, figures, language))
        for line in figures.lines
    )
    return Table("groups", title, columns, rows, tuple(line.key for line in figures.lines))


def _months(figures: Figures, _names: Names, language: Language) -> Table:
    month = word("Month", "月份", language)
    columns = line_columns(figures, language)[:-1]
    rows = tuple(
        (
            Cell(month_in_words(line.key or "", language), (line.key,)),
            *line_cells(line, figures, language)[:-1],
        )
        for line in reversed(figures.history)
        if line.total
    )
    title = word("Month by month", "逐月情况", language)
    return Table("months", title, (Column(month, (month,), number=False), *columns), rows)


def _distribution(figures: Figures, _names: Names, language: Language) -> Table:
    unit = unit_word(figures, language)
    first, before = word("from", "起", language), word("below", "止（不含）", language)
    closed = word("Closed cases", "办结件数", language)
    columns = (
        Column(
            word("Time to close", "办理时长", language),
            (f"{first} ({unit})", f"{before} ({unit})"),
            number=False,
        ),
        Column(closed, (closed,)),
    )
    rows = tuple(
        (
            Cell(band_of_hours(band.hours, band.before, unit), (band.hours, band.before)),
            Cell(f"{band.count:,}", (band.count,)),
        )
        for band in figures.bands.bands
    )
    title = word("Times to close", "办理时长分布", language)
    return Table("distribution", title, columns, rows)


def _curve(figures: Figures, _names: Names, language: Language) -> Table:
    unit = unit_word(figures, language)
    heads = (
        word(f"After ({unit})", f"经过（{unit}）", language),
        word("At risk", "在办（风险集）", language),
        word("Closed", "办结", language),
        word("Still open (censored)", "未办结（删失）", language),
        word("Share not closed", "未办结比例", language),
    )
    rows = tuple(
        (
            Cell(rounded(point.hours, 2), (short(point.hours),)),
            Cell(f"{point.at_risk:,}", (point.at_risk,)),
            Cell(f"{point.events:,}", (point.events,)),
            Cell(f"{point.censored:,}", (point.censored,)),
            Cell(f"{rounded(point.survival * 100)}%", (short(point.survival),)),
        )
        for point in figures.curve.points
    )
    columns = tuple(Column(head, (head,)) for head in heads)
    return Table("curve", word("Survival curve", "生存曲线", language), columns, rows)


def _backlog(figures: Figures, names: Names, language: Language) -> Table:
    by = group_word(figures.asked.by, language)
    total = word("Open now", "当前未办结", language)
    bands = [
        band_in_words(band.days, band.before, language) for band in figures.backlog.total.bands
    ]
    columns = (
        Column(by, named(by, language)[:2], number=False),
        Column(total, (total,)),
        *(Column(band, (band,)) for band in bands),
    )
    rows = tuple(
        (
            Cell(names(group.key), (names(group.key), group.key)),
            Cell(f"{group.total:,}", (group.total,)),
            *(Cell(f"{band.count:,}", (band.count,)) for band in group.bands),
        )
        for group in figures.backlog.groups
    )
    keys = tuple(group.key for group in figures.backlog.groups)
    return Table("backlog", word("Backlog by age", "积压件数与时长", language), columns, rows, keys)


TABLES: Final[dict[str, Callable[[Figures, Names, Language], Table]]] = {
    "summary": _summary,
    "groups": _groups,
    "months": _months,
    "distribution": _distribution,
    "curve": _curve,
    "backlog": _backlog,
}
"""Every table that there is, by name."""
