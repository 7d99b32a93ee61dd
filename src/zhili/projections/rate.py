"""Rates: closing 办结率, resolution 解决率 and on time 按时办结率 (rulebook §13)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar, Self

from zhili.projections.figure import Values, in_order, run, snapshot
from zhili.projections.percentile import quotient
from zhili.projections.question import Cursor, Record
from zhili.projections.statement import statement
from zhili.projections.statistic import Statistic, StatisticAnswer
from zhili.values import Value

__all__ = ["ClosingRate", "OnTimeRate", "Rate", "RateAnswer", "RateGroup", "ResolutionRate"]


class Rate(Value):
    """A quotient with what it was made of. `rate` has 34 digits; None means there is no data."""

    numerator: int
    denominator: int
    rate: Decimal | None

    @classmethod
    def of(cls, numerator: int, denominator: int) -> Self:
        """Divide."""
        return cls(
            numerator=numerator, denominator=denominator, rate=quotient(numerator, denominator)
        )


class RateGroup(Value):
    """
    The figure of one key.

    `total` is how many cases of the population there are, `outcome_unknown` how many of them were
    closed elsewhere, and `counted_apart` how many others there are under each state.
    """

    key: str | None
    total: int
    figure: Rate
    outcome_unknown: int = 0
    counted_apart: dict[str, int] = {}


class RateAnswer(StatisticAnswer):
    """The groups by total, the largest first, then by key; one without a key if none was asked."""

    groups: tuple[RateGroup, ...]
    previous: tuple[RateGroup, ...] | None = None
    year_before: tuple[RateGroup, ...] | None = None


class _RateOf(Statistic):
    def answer(self, record: Record) -> RateAnswer:
        """Answer from the register."""
        with snapshot(record) as cursor:
            spans: dict[str, Any] = {
                name: self._groups(cursor, self.values(record, period))
                for name, period in self.periods().items()
            }
        return RateAnswer(**self.echo(record), **spans)

    def _groups(self, cursor: Cursor, values: Values) -> tuple[RateGroup, ...]:
        rows = run(cursor, statement(self.definition), values)
        if self.by is None and not rows:
            rows = [(None, None, 0, 0, 0, 0)]
        return _grouped(rows)


class ClosingRate(_RateOf):
    """How many of the cases registered are closed (办结率)."""

    definition: ClassVar[str] = "closing_rate"


class ResolutionRate(_RateOf):
    """How many of the cases registered are closed and solved (解决率)."""

    definition: ClassVar[str] = "resolution_rate"


class OnTimeRate(_RateOf):
    """How many of the cases that are answered, or overdue, were answered in time (按时办结率)."""

    definition: ClassVar[str] = "on_time_rate"


def _grouped(rows: Iterable[tuple[Any, ...]]) -> tuple[RateGroup, ...]:
    figures: dict[str | None, tuple[int, int, int, int]] = {}
    apart: dict[str | None, dict[str, int]] = {}
    for key, left_out, *counts in rows:
        total, numerator, denominator, unknown = map(int, counts)
        if left_out is None:
            figures[key] = (total, numerator, denominator, unknown)
        else:
            apart.setdefault(key, {})[left_out] = total
    groups: list[RateGroup] = []
    for key in figures.keys() | apart.keys():
        total, numerator, denominator, unknown = figures.get(key, (0, 0, 0, 0))
        groups.append(
            RateGroup(
                key=key,
                total=total,
                figure=Rate.of(numerator, denominator),
                outcome_unknown=unknown,
                counted_apart=dict(sorted(apart.get(key, {}).items())),
            )
        )
    return tuple(sorted(groups, key=lambda group: in_order(group.key, group.total)))
