"""The survival curve 生存曲线 (Kaplan–Meier) step by step, as it is drawn and printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, ClassVar, Final, Literal

from pydantic import ConfigDict, Field

from zhili.projections.figure import Values, in_order, run, snapshot
from zhili.projections.percentile import HOUR, hours
from zhili.projections.question import Cursor, Record
from zhili.projections.statement import statement
from zhili.projections.statistic import StatisticAnswer
from zhili.projections.survival import Fall, Step, falls
from zhili.projections.time_to_close import Start, Timed
from zhili.values import Value

__all__ = ["CurveGroup", "CurvePoint", "SurvivalCurve", "SurvivalCurveAnswer"]

POINTS_MAX: Final = 2000
"""So many points of a curve are given: more than any picture of it has room for."""

WIDTHS: Final = tuple(hours * HOUR for hours in (1, 6, 24, 7 * 24, 28 * 24, 364 * 24))
"""What the durations of a longer curve are gathered into."""


class CurvePoint(Value):
    """
    The curve after `hours`.

    `at_risk` were not closed and not censored before. Then `events` were closed, `censored` were
    open and no older, and `survival` is the share not yet closed, with 34 digits.
    """

    hours: Decimal
    at_risk: int
    events: int
    censored: int
    survival: Decimal


class CurveGroup(Value):
    """
    The curve of one key: `n` cases with a duration, `events` of them closed.

    A point for every duration. Of a curve with more than 2,000 of them, those within the same
    `gathered_h` hours are one point: it stands at the last of them, where the curve is exact, and
    `at_risk` is that at the first.
    """

    key: str | None
    n: int
    events: int
    censored: int
    gathered_h: int | None
    points: tuple[CurvePoint, ...]


class SurvivalCurveAnswer(StatisticAnswer):
    """The curves by the number of cases, the most first; one without a key if none was asked."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Start = Field(alias="from")
    hours: Literal["clock", "working"]
    groups: tuple[CurveGroup, ...]
    previous: tuple[CurveGroup, ...] | None = None
    year_before: tuple[CurveGroup, ...] | None = None


class SurvivalCurve(Timed):
    """
    Which share of the cases is not yet closed after how long, open ones counted in.

    Open cases are censored at the as-of instant. When it reaches a half, see `TimeToClose`.
    """

    definition: ClassVar[str] = "survival_curve"

    def answer(self, record: Record) -> SurvivalCurveAnswer:
        """Answer from the register."""
        with snapshot(record) as cursor:
            spans: dict[str, Any] = {
                name: _groups(cursor, self.values(record, period))
                for name, period in self.periods().items()
            }
        spans["from"] = self.from_
        return SurvivalCurveAnswer(**self.echo(record), hours=self.hours, **spans)


def _groups(cursor: Cursor, values: Values) -> tuple[CurveGroup, ...]:
    rows = run(cursor, statement("survival_curve"), values)
    groups = [
        _group(key, [Step(*counts) for _, *counts in steps])
        for key, steps in groupby(rows, key=lambda row: row[0])
    ]
    if values["by"] is None and not groups:
        groups = [_group(None, [])]
    return tuple(sorted(groups, key=lambda group: in_order(group.key, group.n)))


def _group(key: str | None, steps: Sequence[Step]) -> CurveGroup:
    found = list(falls(steps))
    width = None
    if len(found) > POINTS_MAX:
        last = found[-1].duration
        width = next((one for one in WIDTHS if last // one < POINTS_MAX), WIDTHS[-1])
    n, events = sum(step.leaving for step in steps), sum(step.events for step in steps)
    return CurveGroup(
        key=key,
        n=n,
        events=events,
        censored=n - events,
        gathered_h=None if width is None else width // HOUR,
        points=tuple(
            _point(gathered)
            for _, gathered in groupby(found, key=lambda one: one.duration // (width or 1))
        ),
    )


def _point(gathered: Iterable[Fall]) -> CurvePoint:
    """Give what the falls of one duration, or of several next to each other, come to."""
    all_of_them = list(gathered)
    last = all_of_them[-1]
    after = hours(last.duration)
    assert after is not None, "a fall has a duration"
    return CurvePoint(
        hours=after,
        at_risk=all_of_them[0].at_risk,
        events=sum(one.events for one in all_of_them),
        censored=sum(one.censored for one in all_of_them),
        survival=last.survival,
    )
