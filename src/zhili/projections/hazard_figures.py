"""The figures of hazards 隐患排查整治: found, solved, open; and beside them what was published."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self

from zhili.policies.hazard import Counted, PublishedTotal
from zhili.projections.figure import Values, in_order, run, snapshot
from zhili.projections.percentile import quotient
from zhili.projections.statement import statement
from zhili.projections.statistic import Statistic, StatisticAnswer
from zhili.values import Code, Period, Value

if TYPE_CHECKING:
    from zhili.projections.question import Cursor, Record

__all__ = ["HazardFigures", "HazardFiguresAnswer", "HazardGroup", "PublishedFigure"]


class HazardGroup(Value):
    """The hazards of one key; `rate` is solved ÷ found, None where none was found."""

    key: str | None
    found: int
    solved: int
    open: int
    overdue: int
    dismissed: int
    rate: Decimal | None


class PublishedFigure(Value):
    """
    A total that was published, with the rate that follows from it as it was given.

    With `rounded_input` the true rate is not known: it lies in `[lowest, highest]`. So 19.23万 of
    19.47万 give 98.77 %, while Chengdu's own page prints 98.78 %: it divided the counts before
    they were rounded, and both lie between 98.71 % and 98.82 %.
    """

    name: str
    source: str
    found: Counted
    solved: Counted
    rate: Decimal | None
    rounded_input: bool
    lowest: Decimal | None
    highest: Decimal | None

    @classmethod
    def of(cls, total: PublishedTotal) -> Self:
        """Divide what was given, and what it may have been before it was rounded."""
        found, solved = total.found, total.solved
        return cls(
            name=total.name,
            source=total.source,
            found=found,
            solved=solved,
            rate=quotient(solved.count, found.count),
            rounded_input=total.rounded_input,
            lowest=quotient(solved.lowest, found.highest),
            highest=quotient(min(solved.highest, found.lowest), found.lowest),
        )


class HazardFiguresAnswer(StatisticAnswer):
    """
    The groups by what was found, the most first; one without a key if none was asked.

    `published` is what the rules in force keep of published totals. No case is counted there, and
    nothing published is counted in a group.
    """

    groups: tuple[HazardGroup, ...]
    previous: tuple[HazardGroup, ...] | None = None
    year_before: tuple[HazardGroup, ...] | None = None
    published: tuple[PublishedFigure, ...] = ()


class HazardFigures(Statistic):
    """
    How many hazards were found, solved, and are open.

    By `kind`, by `community` (in which it lies), by `unit` (which answers for it), by `month`, or
    as any statistic. The open ones one by one: `Worklist(case_type="hazard", unit=…)`.
    """

    definition: ClassVar[str] = "hazard_figures"

    case_type: Code = "hazard"

    def values(self, record: Record, period: Period | None) -> Values:
        """Give the parameters; the community is the division of the matter, whoever has it now."""
        values = super().values(record, period)
        return {**values, "by": "division"} if self.by == "community" else values

    def answer(self, record: Record) -> HazardFiguresAnswer:
        """Answer from the register."""
        with snapshot(record) as cursor:
            spans: dict[str, Any] = {
                name: self._groups(cursor, self.values(record, period))
                for name, period in self.periods().items()
            }
        return HazardFiguresAnswer(
            **self.echo(record),
            **spans,
            published=tuple(PublishedFigure.of(one) for one in record.rules.hazard.published),
        )

    def _groups(self, cursor: Cursor, values: Values) -> tuple[HazardGroup, ...]:
        rows = run(cursor, statement(self.definition), values)
        if self.by is None and not rows:
            rows = [(None, 0, 0, 0, 0)]
        groups = (
            HazardGroup(
                key=key,
                found=found,
                solved=solved,
                open=found - solved,
                overdue=overdue,
                dismissed=dismissed,
                rate=quotient(solved, found),
            )
            for key, found, solved, overdue, dismissed in rows
        )
        return tuple(sorted(groups, key=lambda group: in_order(group.key, group.found)))
