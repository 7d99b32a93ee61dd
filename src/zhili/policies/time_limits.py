"""The time limits 办理时限: how long each clock of a case may run."""

from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import Field

from zhili.policies.limit import Limit
from zhili.policies.policy import Policy
from zhili.values import Code, Line, Value

__all__ = ["LimitRow", "TimeLimits"]


class LimitRow(Value):
    """One line of the table: the limit of a clock, for all cases or for those that match."""

    clock: Code
    kind: Code | None = None
    grade: Code | None = None
    category: Code | None = None
    limit: Limit

    @property
    def specificity(self) -> tuple[bool, bool, bool]:
        """Rank the row: a category weighs more than a grade, a grade more than a kind."""
        return (self.category is not None, self.grade is not None, self.kind is not None)

    def matches(self, kind: str | None, grade: str | None, category: str | None) -> bool:
        """Tell whether everything that the row names is so."""
        return (
            self.kind in (None, kind)
            and self.grade in (None, grade)
            and self.category in (None, category)
        )


class TimeLimits(Policy):
    """The limits of one city (BJ-REG 13). The most specific row wins; of equals, the first."""

    name: ClassVar[str] = "time_limits"

    city: Line
    rows: Annotated[tuple[LimitRow, ...], Field(min_length=1)]

    def limit(
        self,
        clock: str,
        *,
        kind: str | None = None,
        grade: str | None = None,
        category: str | None = None,
    ) -> Limit | None:
        """Give the limit of *clock* for such a case, or None where the table sets none."""
        for row in self._by_clock.get(clock, ()):
            if row.matches(kind, grade, category):
                return row.limit
        return None

    @property
    def clocks(self) -> frozenset[str]:
        """Name the clocks that the table knows."""
        return frozenset(self._by_clock)

    @cached_property
    def _by_clock(self) -> dict[str, list[LimitRow]]:
        """Hold the rows of each clock, the most specific first."""
        index: dict[str, list[LimitRow]] = {}
        for row in sorted(self.rows, key=lambda row: row.specificity, reverse=True):
            index.setdefault(row.clock, []).append(row)
        return index
