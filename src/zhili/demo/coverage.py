"""Which rows of the tables the cases of a store have taken: every event is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from zhili.aggregates import CASE_TYPES
from zhili.errors import RefusalError
from zhili.workflows import Step, Workflow, check

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.engine import Engine

__all__ = ["Coverage", "TableCoverage", "coverage"]


class TableCoverage(NamedTuple):
    """How much of one case type was lived: its cases and events, its rows and those inside it."""

    case_type: str
    cases: int
    events: int
    rows: int
    missing: tuple[Step, ...]

    @property
    def rows_taken(self) -> int:
        """How many rows were taken."""
        return self.rows - len(self.missing)


class Coverage:
    """How often each row was taken, of the table of every case type and of those inside it."""

    def __init__(self) -> None:
        """Begin with every row, taken by nobody."""
        tables = [kind.workflow for kind in CASE_TYPES]
        self._steps = {table.name: _rows_of(table) for table in tables}
        # A row holds sets as they were written, so it cannot be hashed; it is the same object.
        self._taken = {id(step): 0 for steps in self._steps.values() for step in steps}
        self._cases = dict.fromkeys(self._steps, 0)
        self._events = dict.fromkeys(self._steps, 0)

    def add_case(self, case_type: str) -> None:
        """Count a case."""
        self._cases[case_type] += 1

    def add(self, case_type: str, *steps: Step | None) -> None:
        """Count an event and the *steps* that let it happen."""
        self._events[case_type] += 1
        for step in steps:
            if step is not None:
                self._taken[id(step)] += 1

    def times(self, step: Step) -> int:
        """Give how often *step* was taken."""
        return self._taken[id(step)]

    @property
    def tables(self) -> tuple[TableCoverage, ...]:
        """What was found, case type by case type."""
        return tuple(
            TableCoverage(
                case_type=name,
                cases=self._cases[name],
                events=self._events[name],
                rows=len(steps),
                missing=tuple(step for step in steps if not self.times(step)),
            )
            for name, steps in self._steps.items()
        )

    @property
    def events(self) -> int:
        """How many events took a row."""
        return sum(self._events.values())

    @property
    def missing(self) -> tuple[Step, ...]:
        """Every row that nobody took."""
        return tuple(step for table in self.tables for step in table.missing)


def coverage(engine: Engine) -> Coverage:
    """Find the row of every event of every case in the store."""
    found = Coverage()
    sql = "SELECT case_type, case_id FROM cases ORDER BY case_id"
    for case_type, case_id in engine.store.rows(sql, {}):
        found.add_case(str(case_type))
        _follow(engine, UUID(str(case_id)), found)
    return found


def _rows_of(table: Workflow) -> tuple[Step, ...]:
    return tuple(step for each in (table, *table.parts.values()) for step in each.steps)


def _follow(engine: Engine, case_id: UUID, found: Coverage) -> None:
    case: Case | None = None
    for event in engine.history(case_id):
        stands = case if case is not None else event.case_class.blank(case_id)
        try:
            verdict = check(stands.workflow, stands, event, engine.book.named(event.rules))
        except RefusalError:
            case = event.mutate(case)  # the audit says what is wrong with it; it took no row
            continue
        found.add(stands.workflow.name, verdict.step, verdict.part)
        case = event.mutate(case)
