"""The figures of whistles 吹哨统计: who came in time, what was closed, and how long it took."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, Literal

from zhili.projections.figure import Figure, FigureAnswer, Values, days_of, in_order, run, snapshot
from zhili.projections.percentile import hours, interpolated
from zhili.projections.question import Cursor, Record
from zhili.projections.rate import Rate
from zhili.projections.register import microseconds
from zhili.projections.statement import statement
from zhili.values import Code, Period, UnitId, Value

__all__ = [
    "WhistleAnswer",
    "WhistleFigures",
    "WhistleFiguresAnswer",
    "WhistleGroup",
    "WhistleQuestion",
    "WhistleTimes",
]

PARTS: Final = ("whistle_figures", "whistle_units", "whistle_times")

CALLS: Final = ("blown", "settled", "closed", "solved", "reblown", "cancelled")
"""What whistle_figures.sql counts, in its order."""

UNITS: Final = ("summoned", "released", "in_time", "late", "absent", "awaited", "no_shows")
"""What whistle_units.sql counts, in its order."""

WhistleDimension = Literal["street", "kind", "month", "department"]


class WhistleQuestion(Figure):
    """
    A figure of whistles, as it stood at an instant.

    Args:
        during: Only what happened on these local days.

        kind: Only whistles of this kind.

        as_of: The instant; now if none is given, and never later than now.
    """

    during: Period | None = None
    kind: Code | None = None

    def values(self, record: Record, **more: str | int | None) -> Values:
        """Give the parameters of the statements, and *more*."""
        return {
            "as_of": microseconds(self.instant(record)),
            "kind": self.kind,
            **days_of(self.during),
            **more,
        }

    def echo(self, record: Record) -> dict[str, Any]:
        """Give the fields that every answer starts with."""
        return {**super().echo(record), "during": self.during, "kind": self.kind}


class WhistleAnswer(FigureAnswer):
    """What the answer of every figure of whistles says about itself."""

    during: Period | None
    kind: str | None


class WhistleTimes(Value):
    """
    How long something took, in hours; None without data.

    It has happened `n` times; `open` times it has not yet. Percentiles by linear interpolation
    (type 7).
    """

    n: int
    open: int
    mean: Decimal | None
    p50: Decimal | None
    p90: Decimal | None


class WhistleGroup(Value):
    """
    The figures of one key; a rate with nothing to divide by has no value.

    `completion` is closed ÷ blown. `report_in` is in time ÷ (in time, late, absent): who was
    released or replaced is left out, and who is still awaited is not judged yet. `no_shows` were
    missed when they were due, whether they came after all or not.
    """

    key: str | None
    blown: int
    settled: int
    closed: int
    solved: int
    reblown: int
    cancelled: int
    completion: Rate
    summoned: int
    released: int
    in_time: int
    late: int
    absent: int
    awaited: int
    no_shows: int
    report_in: Rate
    time_to_arrive: WhistleTimes
    time_to_settle: WhistleTimes


class WhistleFiguresAnswer(WhistleAnswer):
    """The figures of all that was asked for, and of each key: months in order, else by size."""

    by: WhistleDimension | None
    street: str | None
    total: WhistleGroup
    groups: tuple[WhistleGroup, ...]


class WhistleFigures(WhistleQuestion):
    """
    What became of the whistles that were blown, and of the units that they called.

    Args:
        by: Groups by street, by kind, by local month of the blowing, or by department; a whistle
            counts for every department that takes part in it.

        during: Only whistles blown on these local days.

        street: Only the whistles of this street.
    """

    definition: ClassVar[str] = "whistle_figures"
    statements: ClassVar[tuple[str, ...]] = PARTS

    by: WhistleDimension | None = None
    street: UnitId | None = None

    def answer(self, record: Record) -> WhistleFiguresAnswer:
        """Count in the warehouse."""
        with snapshot(record) as cursor:
            values = self.values(record, unit=self.street, by=None)
            total = _groups(cursor, values).get(None) or _group(None, {}, {}, {})
            found = _groups(cursor, {**values, "by": self.by}) if self.by else {}
        groups = sorted(found.values(), key=lambda group: in_order(group.key, group.blown))
        if self.by == "month":
            groups.sort(key=lambda group: group.key or "")
        return WhistleFiguresAnswer(
            **self.echo(record),
            by=self.by,
            street=self.street,
            total=total,
            groups=tuple(groups),
        )


def _groups(cursor: Cursor, values: Values) -> dict[str | None, WhistleGroup]:
    calls = _counts(cursor, "whistle_figures", CALLS, values)
    units = _counts(cursor, "whistle_units", UNITS, values)
    times: dict[str | None, dict[str, WhistleTimes]] = {}
    for measure, key, *row in run(cursor, statement("whistle_times"), values):
        times.setdefault(key, {})[measure] = _times(*row)
    return {
        key: _group(key, calls.get(key, {}), units.get(key, {}), times.get(key, {}))
        for key in calls.keys() | units.keys()
    }


def _counts(
    cursor: Cursor, name: str, columns: tuple[str, ...], values: Values
) -> dict[str | None, dict[str, int]]:
    rows = run(cursor, statement(name), values)
    return {key: dict(zip(columns, map(int, counts), strict=True)) for key, *counts in rows}


def _group(
    key: str | None, calls: dict[str, int], units: dict[str, int], times: dict[str, WhistleTimes]
) -> WhistleGroup:
    counts = {**dict.fromkeys((*CALLS, *UNITS), 0), **calls, **units}
    judged = counts["in_time"] + counts["late"] + counts["absent"]
    return WhistleGroup(
        key=key,
        completion=Rate.of(counts["closed"], counts["blown"]),
        report_in=Rate.of(counts["in_time"], judged),
        time_to_arrive=times.get("arrive", NO_TIMES),
        time_to_settle=times.get("settle", NO_TIMES),
        **counts,
    )


NO_TIMES: Final = WhistleTimes(n=0, open=0, mean=None, p50=None, p90=None)


def _times(n: int, still_open: int, total: int | None, *ranks: int) -> WhistleTimes:
    if not n or total is None:
        return NO_TIMES.model_copy(update={"open": int(still_open)})
    low_50, high_50, low_90, high_90 = map(int, ranks)
    return WhistleTimes(
        n=n,
        open=still_open,
        mean=hours(Fraction(int(total), n)),
        p50=hours(interpolated(n, 50, low_50, high_50)),
        p90=hours(interpolated(n, 90, low_90, high_90)),
    )
