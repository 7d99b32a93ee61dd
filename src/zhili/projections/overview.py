"""The overview 总览: every figure of a place at one instant, as `zhili stats` prints it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, Literal, NamedTuple

from zhili.projections.figure import Values, in_order, run, snapshot
from zhili.projections.percentile import quotient
from zhili.projections.question import Answer, Cursor, Question, Record
from zhili.projections.rate import Rate
from zhili.projections.register import from_microseconds, microseconds
from zhili.projections.statement import fingerprint, statement
from zhili.projections.statistic import Dimension, Statistic
from zhili.projections.time_to_close import KaplanMeier, Spread, spreads, survivals
from zhili.values import Code, Instant, Value

__all__ = ["Counts", "MonthLine", "Overdue", "Overview", "OverviewAnswer", "OverviewGroup"]

PARTS: Final = ("overview", "flags", "newest", "time_to_close", "survival", "risk")


class Counts(Value):
    """How many cases there are; `flagged` counts a case under each of its flags."""

    total: int
    closed: int
    open: int
    closed_before_opened: int
    flagged: dict[str, int]


class Overdue(Value):
    """How the cases with a due instant stand to it."""

    with_due: int
    closed_late: int
    closed_in_time: int
    open_past_due: int
    open_not_yet_due: int
    overdue_rate: Decimal | None
    late_rate_closed: Decimal | None


class MonthLine(Value):
    """The cases opened in one local month, and how many of them are closed."""

    month: str
    opened: int
    closed_of_them: int
    rate: Decimal | None


class OverviewGroup(Value):
    """The figures of one key of the dimension asked for."""

    key: str | None
    total: int
    closed: int
    open: int
    resolution_rate: Decimal | None
    ttc_n: int
    ttc_mean_h: Decimal | None
    ttc_p50_linear_h: Decimal | None
    ttc_p90_linear_h: Decimal | None


class OverviewAnswer(Answer):
    """Every figure of the overview. `groups` is None where no dimension was asked for."""

    sql_sha256: str
    by: Dimension | None
    counts: Counts
    closing_rate: Rate
    resolution_rate: Rate
    outcome_unknown: int
    time_to_close_hours: Spread
    kaplan_meier: KaplanMeier
    overdue: Overdue
    monthly: tuple[MonthLine, ...]
    groups: tuple[OverviewGroup, ...] | None = None

    def document(self) -> dict[str, Any]:
        """Give the figures as JSON holds them: counts whole, the rest floats, no data null."""
        names = (
            "as_of",
            "counts",
            "closing_rate",
            "resolution_rate",
            "outcome_unknown",
            "time_to_close_hours",
            "kaplan_meier",
            "overdue",
        )
        document = {name: _plain(getattr(self, name)) for name in names}
        document["monthly"] = [_plain(line) for line in self.monthly]
        if self.groups is not None:
            document["groups"] = [_plain(group) for group in self.groups]
        return document


class Overview(Question):
    """
    All that is counted of the default population, at one instant.

    `as_of` is an instant, *max* for the newest opening or closing in the record, or now. `by` adds
    the groups of one dimension; a level above the unit is that of the day of opening.
    """

    definition: ClassVar[str] = "overview"
    statements: ClassVar[tuple[str, ...]] = PARTS

    by: Dimension | None = None
    as_of: Instant | Literal["max"] | None = None
    case_type: Code = "complaint"

    def named_instant(self, record: Callable[[], Record]) -> datetime | None:
        """Give `as_of`; for *max* look what is the newest."""
        if self.as_of != "max":
            return self.as_of
        with snapshot(told := record()) as cursor:
            return self._instant(told, cursor)

    def answer(self, record: Record) -> OverviewAnswer:
        """Answer from the register."""
        with snapshot(record) as cursor:
            as_of = self._instant(record, cursor)
            cohort = Statistic(case_type=self.case_type).values(record, None)
            values = {
                **cohort,
                "as_of": microseconds(as_of),
                "start": "opened",
                "hours": "clock",
            }
            (total,) = _tallies(cursor, values).values() or (NOTHING,)
            return OverviewAnswer(
                definition=self.definition,
                version=self.version,
                position=record.position,
                as_of=as_of,
                sql_sha256=fingerprint(self.files()),
                by=self.by,
                counts=_counts(total, _flagged(cursor, values)),
                closing_rate=Rate.of(total.closed, total.total),
                resolution_rate=Rate.of(total.solved, total.total),
                outcome_unknown=total.outcome_unknown,
                time_to_close_hours=spreads(cursor, values)[None].spread,
                kaplan_meier=survivals(cursor, values)[None],
                overdue=_overdue(total),
                monthly=_monthly(_tallies(cursor, {**values, "by": "month"})),
                groups=self._groups(cursor, {**values, "by": self.by}) if self.by else None,
            )

    def _instant(self, record: Record, cursor: Cursor) -> datetime:
        if self.as_of is None:
            return record.now
        if self.as_of != "max":
            return min(self.as_of, record.now)
        ((newest,),) = run(cursor, statement("newest"), {"case_type": self.case_type})
        return from_microseconds(newest) or record.now

    @staticmethod
    def _groups(cursor: Cursor, values: Values) -> tuple[OverviewGroup, ...]:
        times = spreads(cursor, values)
        groups = [
            OverviewGroup(
                key=key,
                total=tally.total,
                closed=tally.closed,
                open=tally.total - tally.closed,
                resolution_rate=quotient(tally.solved, tally.total),
                ttc_n=times[key].spread.n,
                ttc_mean_h=times[key].spread.mean,
                ttc_p50_linear_h=times[key].spread.p50_linear,
                ttc_p90_linear_h=times[key].spread.p90_linear,
            )
            for key, tally in _tallies(cursor, values).items()
        ]
        return tuple(sorted(groups, key=lambda group: in_order(group.key, group.total)))


class _Tally(NamedTuple):
    """The counts of one key, as overview.sql gives them."""

    total: int
    closed: int
    solved: int
    outcome_unknown: int
    closed_before_opened: int
    with_due: int
    closed_late: int
    closed_in_time: int
    open_past_due: int


NOTHING: Final = _Tally(0, 0, 0, 0, 0, 0, 0, 0, 0)


def _tallies(cursor: Cursor, values: Values) -> dict[str | None, _Tally]:
    rows = run(cursor, statement("overview"), values)
    return {key: _Tally(*counts) for key, *counts in rows}


def _flagged(cursor: Cursor, values: Values) -> dict[str, int]:
    flagged: Counter[str] = Counter()
    for flags, total in run(cursor, statement("flags"), values):
        for flag in set(flags.split()):
            flagged[flag] += total
    return dict(sorted(flagged.items()))


def _counts(tally: _Tally, flagged: dict[str, int]) -> Counts:
    return Counts(
        total=tally.total,
        closed=tally.closed,
        open=tally.total - tally.closed,
        closed_before_opened=tally.closed_before_opened,
        flagged=flagged,
    )


def _overdue(tally: _Tally) -> Overdue:
    late, in_time, past = tally.closed_late, tally.closed_in_time, tally.open_past_due
    return Overdue(
        with_due=tally.with_due,
        closed_late=late,
        closed_in_time=in_time,
        open_past_due=past,
        open_not_yet_due=tally.with_due - late - in_time - past,
        overdue_rate=quotient(late + past, tally.with_due),
        late_rate_closed=quotient(late, late + in_time),
    )


def _monthly(tallies: dict[str | None, _Tally]) -> tuple[MonthLine, ...]:
    """Give the months from the first to the last with an opening, empty ones too."""
    months = sorted(month for month in tallies if month is not None)
    lines: list[MonthLine] = []
    for index in range(_index(months[0]), _index(months[-1]) + 1) if months else ():
        month = f"{index // 12:04d}-{index % 12 + 1:02d}"
        tally = tallies.get(month, NOTHING)
        lines.append(
            MonthLine(
                month=month,
                opened=tally.total,
                closed_of_them=tally.closed,
                rate=quotient(tally.closed, tally.total),
            )
        )
    return tuple(lines)


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _plain(value: Any) -> Any:
    """Give a figure as JSON holds it."""
    if isinstance(value, Value):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, datetime) else value
