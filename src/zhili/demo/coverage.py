"""Which rows of the table the cases of a store have taken: every event is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from zhili.errors import RefusalError
from zhili.workflows import Step, check
from zhili.workflows.complaint import COMPLAINT

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.engine import Engine

__all__ = ["Coverage", "coverage"]


class Coverage:
    """How often each row of the complaint table was taken, and of the tables inside it."""

    def __init__(self) -> None:
        """Begin with every row, taken by nobody."""
        tables = (COMPLAINT, *COMPLAINT.parts.values())
        self.steps = tuple(step for table in tables for step in table.steps)
        # A row holds sets as they were written, so it cannot be hashed; it is the same object.
        self._taken = {id(step): 0 for step in self.steps}
        self.events = 0

    def add(self, *steps: Step | None) -> None:
        """Count *steps*."""
        for step in steps:
            if step is not None:
                self._taken[id(step)] += 1

    def times(self, step: Step) -> int:
        """Give how often *step* was taken."""
        return self._taken[id(step)]

    @property
    def rows(self) -> int:
        """How many rows the complaint table has."""
        return len(COMPLAINT.steps)

    @property
    def rows_taken(self) -> int:
        """How many of them were taken."""
        return sum(self.times(step) > 0 for step in COMPLAINT.steps)

    @property
    def missing(self) -> tuple[Step, ...]:
        """Every row that nobody took, of the tables inside the case too."""
        return tuple(step for step in self.steps if not self.times(step))


def coverage(engine: Engine) -> Coverage:
    """Find the row of every event of every complaint in the store."""
    found = Coverage()
    sql = "SELECT case_id FROM cases WHERE case_type = :case_type ORDER BY case_id"
    for (case_id,) in engine.store.rows(sql, {"case_type": COMPLAINT.name}):
        _follow(engine, UUID(str(case_id)), found)
    return found


def _follow(engine: Engine, case_id: UUID, found: Coverage) -> None:
    case: Case | None = None
    for event in engine.history(case_id):
        stands = case if case is not None else event.case_class.blank(case_id)
        try:
            verdict = check(COMPLAINT, stands, event, engine.book.named(event.rules))
        except RefusalError:
            case = event.mutate(case)  # the audit says what is wrong with it; it took no row
            continue
        found.add(verdict.step, verdict.part)
        found.events += 1
        case = event.mutate(case)
