"""The events of a case: the envelope that every one of them carries."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate, OriginatorIDError, OriginatorVersionError
from pydantic import BaseModel, ConfigDict

from zhili.aggregates.clocks import ClockMark, ClockState
from zhili.values import SYSTEM, Actor, Instant, Line, Value

if TYPE_CHECKING:
    from zhili.aggregates.case import Case

__all__ = ["CaseEvent", "Cause"]


class Cause(Value):
    """The event that a reaction answered."""

    case_id: UUID
    version: int


class CaseEvent(BaseModel, CanMutateAggregate[UUID]):
    """
    What happened: the envelope that every event of every case carries.

    `state` is where the event left the case and `edition` the table it obeyed, so folding needs no
    table; `rules` names the version of every policy that had a say; `marks` is what it did to the
    clocks. `timestamp` is when it was recorded, `occurred_at` when it happened.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True
    )

    topic: ClassVar[str] = ""
    event_name: ClassVar[str] = ""
    class_version: ClassVar[int] = 1
    part: ClassVar[str | None] = None
    from_source: ClassVar[bool] = False
    case_class: ClassVar[type["Case"]]

    originator_id: UUID
    originator_version: int
    timestamp: Instant
    occurred_at: Instant
    state: str
    by: Actor
    edition: int = 1
    rules: dict[str, int] = {}
    marks: tuple[ClockMark, ...] = ()
    part_state: str | None = None
    cause: Cause | None = None
    key: Line | None = None

    @property
    def part_id(self) -> str:
        """Which entity inside the case it is about."""
        return str(getattr(self, "unit", ""))

    @property
    def is_late(self) -> bool:
        """Whether somebody entered it after it happened."""
        if self.from_source or self.by.role == SYSTEM:
            return False
        return self.occurred_at < self.timestamp

    def moves(self, clock: ClockState) -> ClockMark:
        """Say how it moves *clock*: the due instant it carries, and the limit that gave it."""
        return ClockMark(
            name=clock.name,
            action="move",
            due_at=getattr(self, "due_at", None),
            limit=getattr(self, "limit", None),
            since=getattr(self, "counted_from", None),
            provisional=getattr(self, "provisional", None),
        )

    def mutate(self, aggregate: Any) -> Any:
        """
        Give the case as it stands after this event. Never refuses what a store has kept in order.

        Raises:
            OriginatorIDError: If it belongs to another case.
            OriginatorVersionError: If it is not the next of its case.
        """
        case = self.case_class.blank(self.originator_id) if aggregate is None else aggregate
        if self.originator_id != case.id:
            raise OriginatorIDError(self.originator_id, case.id)
        if self.originator_version != case.version + 1:
            raise OriginatorVersionError(self.originator_version, case.version + 1)
        self.apply(case)
        case.take(self)
        return case
