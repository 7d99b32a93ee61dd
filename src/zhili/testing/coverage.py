"""Which rows of a table scenarios have taken, and which guards they have seen refuse."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from zhili.workflows import Step, Workflow

__all__ = ["Coverage"]


class Coverage:
    """
    What the scenarios in its block have covered.

    >>> from zhili import Complaint
    >>> from zhili.testing import controls, given
    >>> with Coverage() as seen:
    ...     _ = given(Complaint).when(controls.REGISTER).then("Registered")
    >>> [step.command for step in seen.rows]
    ['register']
    >>> seen.rows_left(Complaint.workflow)[1].command
    'bring_in'
    """

    _open: ClassVar[list[Coverage]] = []

    def __init__(self) -> None:
        """Begin with nothing."""
        self.rows: list[Step] = []
        self.guards: dict[tuple[str, str], None] = {}

    def __enter__(self) -> Self:
        """Begin to take notes."""
        self._open.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop taking notes."""
        self._open.remove(self)

    def rows_left(self, workflow: Workflow) -> tuple[Step, ...]:
        """Give the rows of *workflow*, and of the tables inside it, that nobody took."""
        tables = (workflow, *workflow.parts.values())
        return tuple(step for table in tables for step in table.steps if not self.has(step))

    def guards_left(self, workflow: Workflow) -> tuple[str, ...]:
        """Give the guards of *workflow* that never refused anything."""
        names = {workflow.name, *(part.name for part in workflow.parts.values())}
        seen = {guard for name, guard in self.guards if name in names}
        return tuple(guard for guard in workflow.guards if guard not in seen)

    @classmethod
    def took(cls, *steps: Step | None) -> None:
        """Note that a scenario took *steps*."""
        for notes in cls._open:
            notes.rows.extend(step for step in steps if step is not None and not notes.has(step))

    def has(self, step: Step) -> bool:
        """Whether a scenario took that very row."""
        return any(row is step for row in self.rows)

    @classmethod
    def refused(cls, case_type: str, guard: str) -> None:
        """Note that *guard* refused something."""
        for notes in cls._open:
            notes.guards[case_type, guard] = None
