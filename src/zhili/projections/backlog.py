"""The backlog 积压: how many cases are open, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from zhili.errors import InputError
from zhili.policies.division import parse
from zhili.projections.question import Answer, Question, Record
from zhili.projections.register import microseconds
from zhili.projections.sql_text import for_duckdb, load
from zhili.projections.statistic import Dimension, in_order
from zhili.values import EPOCH, Code, Instant, Line, Value

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


class BacklogAnswer(Answer):
    """
    The open cases at one instant, by age, in all and by group.

    Groups come by total, the largest first, then by key in code point order, None last.
    """

    by: str | None
    sql_sha256: str
    total: BacklogGroup
    groups: tuple[BacklogGroup, ...]


class Backlog(Question):
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
    as_of: Instant | None = None
    case_type: Code = "complaint"
    unit: Line | None = None
    within: Line | None = None

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        if any(later <= earlier for earlier, later in pairwise(self.bands)):
            message = f"the bands must rise, as in (1, 3, 7); these do not: {self.bands}"
            raise ValueError(message)
        return self

    def named_instant(self, record: Callable[[], Record]) -> datetime | None:  # noqa: ARG002 - it needs no look
        """Give `as_of`."""
        return self.as_of

    def answer(self, record: Record) -> BacklogAnswer:
        """Count in the warehouse."""
        as_of = min(self.as_of or record.now, record.now)
        day = as_of.astimezone(ZoneInfo(record.zone)).date()
        edges = dict(enumerate(self.bands, 1))
        sql = load("backlog")
        parameters: dict[str, Any] = {
            "as_of": microseconds(as_of),
            "as_of_day": day.toordinal() - EPOCH.toordinal(),
            "dimension": self.by,
            "case_type": self.case_type,
            "unit": self.unit,
            "inside": self._inside(record),
            **{f"edge_{place}": edges.get(place) for place in range(1, EDGES_MAX + 1)},
        }
        cursor = record.warehouse()
        cursor.execute(for_duckdb(sql), parameters)
        counted = cursor.fetchall()
        whole = [sum(column) for column in zip(*(row[1:] for row in counted), strict=True)]
        groups = (self._group(key, counts) for key, *counts in counted)
        return BacklogAnswer(
            definition=self.definition,
            version=self.version,
            position=record.position,
            as_of=as_of,
            by=self.by,
            sql_sha256=sha256(sql.encode()).hexdigest(),
            total=self._group(None, whole or [0] * (1 + EDGES_MAX)),
            groups=tuple(sorted(groups, key=lambda group: in_order(group.key, group.total))),
        )

    def _inside(self, record: Record) -> str | None:
        """Give the unit above; a division code in its usual length where codes make the tree."""
        if self.within is None or not record.rules.organisation.open:
            return self.within
        try:
            return parse(self.within).code
        except InputError:  # an id of the host's own, which is as good
            return self.within

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
