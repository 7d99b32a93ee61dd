"""What all statistics have in common: cohort, dimension, filters, period, and how they are run."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

from pydantic import model_validator

from zhili.errors import InputError
from zhili.policies.division import parse
from zhili.policies.unit import Level
from zhili.projections.question import Answer, Cursor, Question, Record
from zhili.projections.register import microseconds
from zhili.projections.statement import Statement
from zhili.values import EPOCH, Code, Instant, Line, Period, UnitId

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Dimension", "Statistic", "StatisticAnswer", "Values", "in_order", "run", "snapshot"]

Column = Literal["unit", "category", "type", "division", "channel", "kind", "month", "grade"]
Dimension = Column | Level
"""What figures are broken down by: a column of the case, or a level above its unit."""

Values = dict[str, str | int | None]
"""The parameters of a statement."""


class Statistic(Question):
    """
    A figure over a cohort of cases, as it stood at an instant.

    `during` restricts the cohort to cases `opened` or `closed` on those local days; `compare` adds
    the period before and the same days a year before, all as of the same instant. `within` keeps
    the cases of a unit and all below it. `as_of` says the same as the `as_of` of `Engine.ask`; in
    the future it means now. In the default population are cases accepted or imported and not left
    out (rulebook §13).
    """

    by: Dimension | None = None
    during: Period | None = None
    on: Literal["opened", "closed"] = "opened"
    compare: bool = False
    as_of: Instant | None = None
    population: Literal["counted", "all"] = "counted"
    case_type: Code = "complaint"
    unit: UnitId | None = None
    within: UnitId | None = None
    category: Line | None = None
    type: Line | None = None
    division: Line | None = None
    channel: Line | None = None
    kind: Code | None = None
    source: Line | None = None

    @model_validator(mode="after")
    def _compares_a_period(self) -> Self:
        if self.compare and self.during is None:
            message = "compare needs a period; name it with during, e.g. Month(2026, 3)"
            raise ValueError(message)
        return self

    def filters(self) -> dict[str, str]:
        """Give the filters that are set, as an answer echoes them."""
        names = ("unit", "within", "category", "type", "division", "channel", "kind", "source")
        filters = {"case_type": self.case_type, "population": self.population}
        filters |= {name: getattr(self, name) for name in names if getattr(self, name)}
        return filters

    def named_instant(self, record: Callable[[], Record]) -> datetime | None:  # noqa: ARG002 - it needs no look
        """Give `as_of`."""
        return self.as_of

    def instant(self, record: Record) -> datetime:
        """Give the instant as of which the question is answered: never after now."""
        return min(self.as_of, record.now) if self.as_of else record.now

    def periods(self) -> dict[str, Period | None]:
        """Give the period, and those it is compared with, by the name they have in the answer."""
        periods: dict[str, Period | None] = {"groups": self.during}
        if self.compare and self.during:
            periods["previous"] = self.during.before()
            periods["year_before"] = self.during.year_before()
        return periods

    def values(self, record: Record, period: Period | None) -> Values:
        """Give the parameters that cohort.sql takes."""
        return {
            "as_of": microseconds(self.instant(record)),
            "by": self.by,
            "on": self.on,
            "population": self.population,
            "first_day": _day(period.first) if period else None,
            "after_day": _day(period.after) if period else None,
            "case_type": self.case_type,
            "unit": self.unit,
            "within": self._within(record),
            "category": self.category,
            "type": self.type,
            "division": self.division,
            "channel": self.channel,
            "kind": self.kind,
            "source": self.source,
        }

    def _within(self, record: Record) -> str | None:
        """Give the unit above; a division code in its usual length where codes make the tree."""
        if self.within is None or not record.rules.organisation.open:
            return self.within
        try:
            return parse(self.within).code
        except InputError:  # an id of the host's own, which is as good
            return self.within

    def echo(self, record: Record) -> dict[str, Any]:
        """Give the fields that every answer of a statistic starts with."""
        return {
            "definition": self.definition,
            "version": self.version,
            "position": record.position,
            "as_of": self.instant(record),
            "by": self.by,
            "on": self.on,
            "during": self.during,
            "filters": self.filters(),
        }


class StatisticAnswer(Answer):
    """What the answer of every statistic says about itself."""

    sql_sha256: str
    by: Dimension | None
    on: Literal["opened", "closed"]
    during: Period | None
    filters: dict[str, str]


@contextmanager
def snapshot(record: Record) -> Generator[Cursor, None, None]:
    """Give a cursor whose statements all see the register at one position."""
    cursor = record.warehouse()
    cursor.execute("BEGIN TRANSACTION")
    try:
        yield cursor
    finally:
        cursor.execute("ROLLBACK")


def run(cursor: Cursor, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement with those of *values* that it takes."""
    cursor.execute(statement.duckdb, {name: values[name] for name in statement.parameters})
    return cursor.fetchall()


def in_order(key: str | None, total: int) -> tuple[int, bool, str]:
    """Give what groups are sorted by: the largest first, then by code point, no key last."""
    return (-total, key is None, key or "")


def _day(day: date) -> int:
    return day.toordinal() - EPOCH.toordinal()


assert not set(get_args(Column)) & set(get_args(Level)), "a dimension has one meaning"
