"""How the times to close are distributed 办理时长分布: the closed cases in bands of hours."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from zhili.projections.figure import Values, in_order, run, snapshot
from zhili.projections.question import Cursor, Record
from zhili.projections.statement import statement
from zhili.projections.statistic import StatisticAnswer
from zhili.projections.time_to_close import Start, Timed
from zhili.values import Value

__all__ = ["TimeBand", "TimeDistribution", "TimeDistributionAnswer", "TimeDistributionGroup"]

EDGES_MAX: Final = 24
"""As many as the SQL has places for."""

Hours = Annotated[int, Field(ge=1, le=1_000_000)]

DAYS: Final = (24, 48, 72, 96, 120, 144, 168, 240, 360, 720)
"""One to seven days, and 10, 15 and 30: the limits that most rules have lie on an edge."""


class TimeBand(Value):
    """Closed cases that took at least `hours` and less than `before`, which the last has not."""

    hours: int
    before: int | None
    count: int


class TimeDistributionGroup(Value):
    """The closed cases of one key by duration; `left_out` of them have none."""

    key: str | None
    n: int
    left_out: int
    bands: tuple[TimeBand, ...]


class TimeDistributionAnswer(StatisticAnswer):
    """The groups by the number of cases, the most first; one without a key if none was asked."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Start = Field(alias="from")
    hours: Literal["clock", "working"]
    groups: tuple[TimeDistributionGroup, ...]
    previous: tuple[TimeDistributionGroup, ...] | None = None
    year_before: tuple[TimeDistributionGroup, ...] | None = None


class TimeDistribution(Timed):
    """
    How many closed cases took how long.

    `bands` are the hours at which a new band begins, rising; the first begins at 0.
    """

    definition: ClassVar[str] = "time_bands"

    bands: Annotated[tuple[Hours, ...], Field(min_length=1, max_length=EDGES_MAX)] = DAYS

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        if any(later <= earlier for earlier, later in pairwise(self.bands)):
            message = f"the bands must rise, as in (24, 48, 72); these do not: {self.bands}"
            raise ValueError(message)
        return self

    def answer(self, record: Record) -> TimeDistributionAnswer:
        """Answer from the register."""
        edges = dict(enumerate(self.bands, 1))
        places: Values = {f"hour_{place}": edges.get(place) for place in range(1, EDGES_MAX + 1)}
        with snapshot(record) as cursor:
            spans: dict[str, Any] = {
                name: self._groups(cursor, {**self.values(record, period), **places})
                for name, period in self.periods().items()
            }
        spans["from"] = self.from_
        return TimeDistributionAnswer(**self.echo(record), hours=self.hours, **spans)

    def _groups(self, cursor: Cursor, values: Values) -> tuple[TimeDistributionGroup, ...]:
        rows = run(cursor, statement(self.definition), values)
        if self.by is None and not rows:
            rows = [(None, *(0,) * (2 + EDGES_MAX))]
        groups = (
            TimeDistributionGroup(
                key=key, n=n, left_out=left_out, bands=self._bands([n, *at_least])
            )
            for key, n, left_out, *at_least in rows
        )
        return tuple(sorted(groups, key=lambda group: in_order(group.key, group.n)))

    def _bands(self, at_least: list[int]) -> tuple[TimeBand, ...]:
        counts = [*at_least[: 1 + len(self.bands)], 0]
        edges = [0, *self.bands, None]
        return tuple(
            TimeBand(hours=first or 0, before=before, count=longer - yet_longer)
            for (first, before), (longer, yet_longer) in zip(
                pairwise(edges), pairwise(counts), strict=True
            )
        )
