"""The events of a case: the envelope that every one of them carries."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate, OriginatorIDError, OriginatorVersionError
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from zhili.aggregates.clocks import ClockMark, ClockState
from zhili.values import SYSTEM, Actor, Instant, Line, Recorded, in_name_order

if TYPE_CHECKING:
    from zhili.aggregates.case import Case

__all__ = ["CaseEvent", "Cause"]


class Cause(Recorded):
    """The event that a reaction answered."""

    case_id: UUID
    version: int


class CaseEvent(BaseModel, CanMutateAggregate[UUID]):
    """
    What happened: the envelope that every event of every case carries.

    `state` is where the event left the case and `edition` the table it obeyed, so folding needs no
    table; `rules` names the version of every policy that had a say; `marks` is what it did to the
    clocks. `timestamp` is when it was recorded, `occurred_at` when it happened. `copies` names the
    fields that the case takes over under their own names; `apply` does what else there is to do.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True
    )

    topic: ClassVar[str] = ""
    event_name: ClassVar[str] = ""
    class_version: ClassVar[int] = 1
    part: ClassVar[str | None] = None
    from_source: ClassVar[bool] = False
    copies: ClassVar[tuple[str, ...]] = ()
    case_class: ClassVar[type["Case"]]

    originator_id: UUID
    originator_version: int
    timestamp: Instant
    occurred_at: Instant
    state: str
    by: Actor
    edition: int = 1
    rules: dict[str, int] = Field(default_factory=dict)
    marks: tuple[ClockMark, ...] = ()
    part_state: str | None = None
    cause: Cause | None = None
    key: Line | None = None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Give the model's schema, with its fields in the order of their names."""
        return in_name_order(handler(source))

    @property
    def part_id(self) -> str:
        """Which entity inside the case it is about."""
        return str(vars(self).get("unit", ""))

    @property
    def is_late(self) -> bool:
        """Whether somebody entered it after it happened."""
        if self.from_source or self.by.role == SYSTEM:
            return False
        return self.occurred_at < self.timestamp

    def part_facts(self, case: Any) -> dict[str, Any]:  # noqa: ARG002 - for those that override it
        """Give what it says of the entity that it is about: fields of `Part`, those that change."""
        return {}

    def withheld(self, later: Sequence["CaseEvent"]) -> frozenset[str]:  # noqa: ARG002 - for those that override it
        """Name those of its fields that are not for everybody yet, given what happened *later*."""
        return frozenset()

    def moves(self, clock: ClockState) -> ClockMark:
        """Say how it moves *clock*: the due instant it carries, and the limit that gave it."""
        own = vars(self)
        return ClockMark.made(
            clock.name,
            "move",
            due_at=own.get("due_at"),
            limit=own.get("limit"),
            since=own.get("counted_from"),
            provisional=own.get("provisional"),
        )

    def as_decided(
        self,
        *,
        state: str,
        marks: tuple[ClockMark, ...],
        part_state: str | None,
        rules: dict[str, int],
    ) -> Self:
        """
        Give the event with what the table and the policies have made of it.

        It is frozen for everybody else; whoever drafted it has it alone, and it is not copied.
        """
        vars(self).update(state=state, marks=marks, part_state=part_state, rules=rules)
        return self

    def mutate(self, aggregate: Any) -> Any:
        """
        Give the case as it stands after this event. Never refuses what a store has kept in order.

        Raises:
            OriginatorIDError: If it belongs to another case.
            OriginatorVersionError: If it is not the next of its case.
        """
        case = self.case_class.blank(self.originator_id) if aggregate is None else aggregate
        if self.originator_id is not case.id and self.originator_id != case.id:
            raise OriginatorIDError(self.originator_id, case.id)
        if self.originator_version != case.version + 1:
            raise OriginatorVersionError(self.originator_version, case.version + 1)
        for field in self.copies:
            setattr(case, field, getattr(self, field))
        self.apply(case)
        case.take(self)
        return case
