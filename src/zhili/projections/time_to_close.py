"""Time to close 办理时长: mean, percentiles, and the survival curve with open cases counted in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Final, Literal, NamedTuple

from pydantic import ConfigDict, Field

from zhili.projections.figure import Values, in_order, run, snapshot
from zhili.projections.percentile import hours, interpolated
from zhili.projections.question import Cursor, Record
from zhili.projections.statement import statement
from zhili.projections.statistic import Statistic, StatisticAnswer
from zhili.projections.survival import SHARES, Step, first_at_most
from zhili.values import Period, Value

__all__ = [
    "KaplanMeier",
    "Spread",
    "Start",
    "TimeGroup",
    "TimeToClose",
    "TimeToCloseAnswer",
    "Timed",
    "spreads",
    "survivals",
]

PARTS: Final = ("time_to_close", "survival", "risk")
PERCENTS: Final = (50, 75, 90, 95)

Start = Literal["opened", "accepted", "dispatched"]


class Spread(Value):
    """
    How long the closed cases took, in hours; None without data.

    `n` of them have a duration, `left_out` says how many have none, by reason. Percentiles by
    linear interpolation (type 7) and by nearest rank (type 1).
    """

    n: int
    mean: Decimal | None
    p50_linear: Decimal | None
    p75_linear: Decimal | None
    p90_linear: Decimal | None
    p95_linear: Decimal | None
    p50_nearest: Decimal | None
    p75_nearest: Decimal | None
    p90_nearest: Decimal | None
    p95_nearest: Decimal | None
    left_out: dict[str, int]


class KaplanMeier(Value):
    """
    When a half, a quarter and three quarters of the cases are closed, open ones counted in.

    Open cases are censored at the as-of instant. None where the curve does not come down so far.
    """

    n: int
    events: int
    censored: int
    median_h: Decimal | None
    time_S_le_0_75_h: Decimal | None  # noqa: N815 - its published name, after S(t)
    time_S_le_0_25_h: Decimal | None  # noqa: N815 - its published name, after S(t)


NOBODY: Final = KaplanMeier(
    n=0, events=0, censored=0, median_h=None, time_S_le_0_75_h=None, time_S_le_0_25_h=None
)


class Times(NamedTuple):
    """What one key has: cases of the population, closed ones, and how long these took."""

    total: int
    closed: int
    spread: Spread


class TimeGroup(Value):
    """The figures of one key: `total` cases of the population, `closed` of them closed."""

    key: str | None
    total: int
    closed: int
    time: Spread
    kaplan_meier: KaplanMeier


class TimeToCloseAnswer(StatisticAnswer):
    """The groups by total, the largest first, then by key; one without a key if none was asked."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Start = Field(alias="from")
    hours: Literal["clock", "working"]
    groups: tuple[TimeGroup, ...]
    previous: tuple[TimeGroup, ...] | None = None
    year_before: tuple[TimeGroup, ...] | None = None


class Timed(Statistic):
    """
    A figure of how long cases take until they are closed for the last time.

    `from` is the opening, the acceptance or the first dispatch; `hours` are those of the clock, or
    business hours of working days by the calendar in force.
    """

    model_config = ConfigDict(populate_by_name=True)

    from_: Start = Field("opened", alias="from")
    hours: Literal["clock", "working"] = "clock"

    def values(self, record: Record, period: Period | None) -> Values:
        """Give the parameters that durations.sql takes."""
        return {**super().values(record, period), "start": self.from_, "hours": self.hours}


class TimeToClose(Timed):
    """
    How long cases take until they are closed for the last time.

    `from` is the opening, the acceptance or the first dispatch; `hours` are those of the clock, or
    business hours of working days by the calendar in force.
    """

    definition: ClassVar[str] = "time_to_close"
    statements: ClassVar[tuple[str, ...]] = PARTS

    def answer(self, record: Record) -> TimeToCloseAnswer:
        """Answer from the register."""
        with snapshot(record) as cursor:
            spans: dict[str, Any] = {
                name: self._groups(cursor, self.values(record, period))
                for name, period in self.periods().items()
            }
        spans["from"] = self.from_
        return TimeToCloseAnswer(
            **self.echo(record),
            hours=self.hours,
            **spans,
        )

    def _groups(self, cursor: Cursor, values: Values) -> tuple[TimeGroup, ...]:
        curves = survivals(cursor, values)
        groups = [
            TimeGroup(
                key=key,
                total=total,
                closed=closed,
                time=spread,
                kaplan_meier=curves[key],
            )
            for key, (total, closed, spread) in spreads(cursor, values).items()
        ]
        return tuple(sorted(groups, key=lambda group: in_order(group.key, group.total)))


def spreads(cursor: Cursor, values: Values) -> dict[str | None, Times]:
    """Give the times of every key; without a dimension there is one, even without cases."""
    start = str(values["start"])
    found: dict[str | None, Times] = {}
    if values["by"] is None:
        found[None] = Times(0, 0, _spread((0, 0, 0), 0, 0, (), start))
    for row in run(cursor, statement("time_to_close"), values):
        key, total, closed, before, no_start, no_calendar, n, duration, *ranks = row
        left_out = (before, no_start, no_calendar)
        found[key] = Times(total, closed, _spread(left_out, n, int(duration or 0), ranks, start))
    return found


def _spread(
    left_out: tuple[int, int, int], n: int, total: int, ranks: Sequence[int], start: str
) -> Spread:
    """Give mean and percentiles; *ranks* are low, high and nearest of each percentile."""
    figures: dict[str, Decimal | None] = {}
    for at, percent in enumerate(PERCENTS):
        linear, nearest = None, None
        if n:
            low, high, nearest = ranks[3 * at : 3 * at + 3]
            linear = interpolated(n, percent, low, high)
        figures[f"p{percent}_linear"] = hours(linear)
        figures[f"p{percent}_nearest"] = hours(nearest)
    reasons = (f"closed_before_{start}", "no_start", "no_calendar")
    return Spread(
        n=n,
        mean=hours(Fraction(total, n)) if n else None,
        left_out={
            reason: count
            for reason, count in zip(reasons, left_out, strict=True)
            if count or reason == reasons[0]
        },
        **figures,
    )


def survivals(cursor: Cursor, values: Values) -> defaultdict[str | None, KaplanMeier]:
    """Give the survival curve of every key, multiplied exactly where floats cannot decide."""
    curves: defaultdict[str | None, KaplanMeier] = defaultdict(lambda: NOBODY)
    for key, n, events, *bounds in run(cursor, statement("survival"), values):
        reached = bounds[::2]
        if reached != bounds[1::2]:  # at one of the shares maybe and sure are not the same
            rows = run(cursor, statement("risk"), {**values, "key": key})
            steps = [Step(*row) for row in rows]
            reached = [first_at_most(steps, share) for share in SHARES]
        upper, median, lower = map(hours, reached)
        curves[key] = KaplanMeier(
            n=int(n),
            events=int(events),
            censored=int(n) - int(events),
            median_h=median,
            time_S_le_0_75_h=upper,
            time_S_le_0_25_h=lower,
        )
    return curves
