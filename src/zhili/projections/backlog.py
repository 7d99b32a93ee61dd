"""The backlog 积压: how many cases are open, and for how long."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, ClassVar, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from zhili.projections.daybook import day_number
from zhili.projections.figure import Figure, FigureAnswer, in_order, known_unit, run, snapshot
from zhili.projections.question import Record
from zhili.projections.register import microseconds
from zhili.projections.statement import statement
from zhili.projections.statistic import Dimension
from zhili.values import Code, Line, Value

__all__ = ["AgeBand", "Backlog", "BacklogAnswer", "BacklogGroup"]

EDGES_MAX: Final = 12
"""As many as the SQL has places for."""

Days = Annotated[int, Field(ge=1, le=36_500)]

Grouping = Dimension | Literal["state"]
"""What the backlog is broken down by: as any statistic, or by where the cases stood."""


class AgeBand(Value):
    """Cases at least `days` whole days old and not yet `before`, which the last band has not."""

    days: int
    before: int | None
    count: int


class BacklogGroup(Value):
    """The open cases of one group by age. The key None is what has no such value."""

    key: str | None
    total: int
    bands: tuple[AgeBand, ...]


class BacklogAnswer(FigureAnswer):
    """
    The open cases at one instant, by age, in all and by group.

    Groups come by total, the largest first, then by key in code point order, None last.
    """

    by: str | None
    total: BacklogGroup
    groups: tuple[BacklogGroup, ...]


class Backlog(Figure):
    """
    How many cases are open, in bands of age.

    Open is what stood in the default population and in no ended state at `as_of`. The age is
    counted in whole days of 24 hours since the opening.

    Args:
        by: A column, or a level of the organisation above the unit (of the day of `as_of`).

        bands: The ages in days at which a new band begins, rising; the first begins at 0.

        as_of: The instant; now if none is given, and never later than now.

        within: A unit that the accountable one is or stands under on that day.
    """

    definition: ClassVar[str] = "backlog"

    by: Grouping | None = "unit"
    bands: Annotated[tuple[Days, ...], Field(max_length=EDGES_MAX)] = (1, 3, 7, 15, 30, 90)
    case_type: Code = "complaint"
    unit: Line | None = None
    within: Line | None = None

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        if any(later <= earlier for earlier, later in pairwise(self.bands)):
            message = f"the bands must rise, as in (1, 3, 7); these do not: {self.bands}"
            raise ValueError(message)
        return self

    def answer(self, record: Record) -> BacklogAnswer:
        """Count in the warehouse."""
        as_of = self.instant(record)
        day = as_of.astimezone(ZoneInfo(record.zone)).date()
        edges = dict(enumerate(self.bands, 1))
        parameters: dict[str, Any] = {
            "as_of": microseconds(as_of),
            "as_of_day": day_number(day),
            "dimension": self.by,
            "case_type": self.case_type,
            "unit": self.unit,
            "inside": known_unit(self.within, record),
            **{f"edge_{place}": edges.get(place) for place in range(1, EDGES_MAX + 1)},
        }
        with snapshot(record) as cursor:
            counted = run(cursor, statement(self.definition), parameters)
        whole = [sum(column) for column in zip(*(row[1:] for row in counted), strict=True)]
        groups = (self._group(key, counts) for key, *counts in counted)
        return BacklogAnswer(
            **self.echo(record),
            by=self.by,
            total=self._group(None, whole or [0] * (1 + EDGES_MAX)),
            groups=tuple(sorted(groups, key=lambda group: in_order(group.key, group.total))),
        )

    def _group(self, key: str | None, counts: list[int]) -> BacklogGroup:
        """Give the bands between the edges from the counts of cases at least that old."""
        at_least = [*counts[: 1 + len(self.bands)], 0]
        edges = [0, *self.bands, None]
        bands = tuple(
            AgeBand(days=days or 0, before=before, count=older - yet_older)
            for (days, before), (older, yet_older) in zip(
                pairwise(edges), pairwise(at_least), strict=True
            )
        )
        return BacklogGroup(key=key, total=counts[0], bands=bands)
