"""What all statistics of cases have in common: cohort, dimension, filters and period."""

from __future__ import annotations

from typing import Any, Literal, Self, get_args

from pydantic import model_validator

from zhili.policies.unit import Level
from zhili.projections.figure import Figure, FigureAnswer, Values, days_of, known_unit
from zhili.projections.question import Record
from zhili.projections.register import microseconds
from zhili.values import Code, Line, Period, UnitId

__all__ = ["Dimension", "Statistic", "StatisticAnswer"]

Column = Literal["unit", "category", "type", "division", "channel", "kind", "month", "grade"]
Dimension = Column | Level
"""What figures are broken down by: a column of the case, or a level above its unit."""


class Statistic(Figure):
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
            **days_of(period),
            "case_type": self.case_type,
            "unit": self.unit,
            "within": known_unit(self.within, record),
            "category": self.category,
            "type": self.type,
            "division": self.division,
            "channel": self.channel,
            "kind": self.kind,
            "source": self.source,
        }

    def echo(self, record: Record) -> dict[str, Any]:
        """Give the fields that every answer of a statistic starts with."""
        return {
            **super().echo(record),
            "by": self.by,
            "on": self.on,
            "during": self.during,
            "filters": self.filters(),
        }


class StatisticAnswer(FigureAnswer):
    """What the answer of every statistic says about itself."""

    by: Dimension | None
    on: Literal["opened", "closed"]
    during: Period | None
    filters: dict[str, str]


assert not set(get_args(Column)) & set(get_args(Level)), "a dimension has one meaning"
