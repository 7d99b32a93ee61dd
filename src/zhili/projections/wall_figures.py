"""The figures of the wall 问题墙统计: what became of what was collected (§5.4)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, Literal

from zhili.projections.figure import Figure, FigureAnswer, Values, days_of, in_order, run, snapshot
from zhili.projections.percentile import interpolated, quotient
from zhili.projections.question import Cursor, Record
from zhili.projections.rate import Rate
from zhili.projections.register import DAY, microseconds
from zhili.projections.statement import statement
from zhili.values import Code, Period, UnitId, Value

__all__ = ["WALL_STATEMENTS", "WallFigures", "WallFiguresAnswer", "WallGroup"]

WALL_STATEMENTS: Final = ("wall_figures", "wall_refusals", "wall_echoes")
"""The statements from which an answer is made."""

WallDimension = Literal["category", "village", "month"]

COUNTS: Final = (
    "collected", "refused", "merged", "posted", "claimed", "resolved", "explained", "in_progress",
    "transferred", "echoed", "kept", "kept_first", "broken", "pending", "changed", "satisfied",
    "basically_satisfied", "dissatisfied",
)  # fmt: skip
"""What wall_figures.sql counts, in its order."""


class WallGroup(Value):
    """
    The figures of one key; a rate with nothing to divide by has no value.

    `unreported` is what was posted and of which nothing was reported: neither resolved, nor in
    progress (here, or elsewhere after a transfer), nor explained. It is never called refused.
    `waiting` was collected and not decided on yet. `changed` counts items whose promise was
    changed, whatever became of it; `kept_first` those kept promises that never were. `broken` is an
    item that ever broke a promise, however it went when it was posted again.
    """

    key: str | None
    collected: int
    refused: int
    refused_by_reason: dict[str, int]
    merged: int
    waiting: int
    posted: int
    claimed: int
    resolved: int
    explained: int
    in_progress: int
    transferred: int
    unreported: int
    echoed: int
    kept: int
    kept_first: int
    broken: int
    pending: int
    changed: int
    satisfied: int
    basically_satisfied: int
    dissatisfied: int
    claimed_share: Rate
    resolution_of_collected: Rate
    resolution_of_posted: Rate
    echo_rate: Rate
    promise_kept_rate: Rate
    satisfaction: Rate
    median_days_to_echo: Decimal | None


class WallFiguresAnswer(FigureAnswer):
    """The figures of all that was asked for, and of each key: months in order, else by size."""

    by: WallDimension | None
    during: Period | None
    village: str | None
    category: str | None
    total: WallGroup
    groups: tuple[WallGroup, ...]


class WallFigures(Figure):
    """
    What became of the problems that were collected.

    Args:
        by: Groups by category, village, or local month of collecting.

        during: Only what was collected on these local days.

        village: Only this village's wall.

        category: Only this category.

        as_of: The instant; now if none is given, and never later than now.
    """

    definition: ClassVar[str] = "wall_figures"
    statements: ClassVar[tuple[str, ...]] = WALL_STATEMENTS

    by: WallDimension | None = None
    during: Period | None = None
    village: UnitId | None = None
    category: Code | None = None

    def answer(self, record: Record) -> WallFiguresAnswer:
        """Count in the warehouse."""
        values: Values = {
            "as_of": microseconds(self.instant(record)),
            "village": self.village,
            "category": self.category,
            **days_of(self.during),
        }
        with snapshot(record) as cursor:
            (total,) = _groups(cursor, {**values, "by": None}) or (_group(None, NOTHING, {}, None),)
            groups = _groups(cursor, {**values, "by": self.by}) if self.by else []
        if self.by == "month":
            groups.sort(key=lambda group: group.key or "")
        else:
            groups.sort(key=lambda group: in_order(group.key, group.collected))
        return WallFiguresAnswer(
            **self.echo(record),
            by=self.by,
            during=self.during,
            village=self.village,
            category=self.category,
            total=total,
            groups=tuple(groups),
        )


NOTHING: Final[dict[str, int]] = dict.fromkeys(COUNTS, 0)


def _groups(cursor: Cursor, values: Values) -> list[WallGroup]:
    refused: dict[str | None, dict[str, int]] = {}
    for key, reason, total in run(cursor, statement("wall_refusals"), values):
        refused.setdefault(key, {})[reason or ""] = int(total)
    middles = {
        key: interpolated(int(n), 50, int(low), int(high))
        for key, n, low, high in run(cursor, statement("wall_echoes"), values)
    }
    return [
        _group(
            key,
            dict(zip(COUNTS, map(int, counts), strict=True)),
            refused.get(key, {}),
            middles.get(key),
        )
        for key, *counts in run(cursor, statement("wall_figures"), values)
    ]


def _group(
    key: str | None, counts: dict[str, int], refused: dict[str, int], middle: Fraction | None
) -> WallGroup:
    c = counts
    settled = c["resolved"] + c["explained"]
    content = c["satisfied"] + c["basically_satisfied"]
    figures: dict[str, Any] = {
        **counts,
        "waiting": c["collected"] - c["refused"] - c["merged"] - c["posted"],
        "unreported": c["posted"] - settled - c["in_progress"],
        "claimed_share": Rate.of(c["claimed"], c["posted"]),
        "resolution_of_collected": Rate.of(c["resolved"], c["collected"]),
        "resolution_of_posted": Rate.of(c["resolved"], c["posted"]),
        "echo_rate": Rate.of(c["echoed"], settled),
        "promise_kept_rate": Rate.of(c["kept"], c["kept"] + c["broken"]),
        "satisfaction": Rate.of(content, content + c["dissatisfied"]),
        "median_days_to_echo": _days(middle),
        "refused_by_reason": dict(sorted(refused.items())),
    }
    return WallGroup(key=key, **figures)


def _days(microseconds: Fraction | None) -> Decimal | None:
    if microseconds is None:
        return None
    return quotient(microseconds.numerator, microseconds.denominator * DAY)
