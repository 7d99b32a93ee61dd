"""A control: a ready-made good example of a command, by somebody who may give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID

from zhili.aggregates.event import Cause
from zhili.commands.command import Command
from zhili.values import Actor, Role

__all__ = ["CASE", "OTHER_CASE", "Control", "actor"]

CASE: Final = UUID("01900000-0000-7000-8000-000000000001")
"""The case that a scenario is about."""

OTHER_CASE: Final = UUID("01900000-0000-7000-8000-000000000002")
"""Another case, for scenarios that need two."""

MINUTE: Final = timedelta(minutes=1)


def actor(role: str, unit: str | None = None, *, id: str | None = None) -> Actor:  # noqa: A002 - the field's own name
    """
    Give somebody with *role*, in *unit* if it matters; the same words give the same person.

    >>> actor("unit_operator", "110105001").id
    'unit_operator@110105001'
    """
    return Actor(id=id or (f"{role}@{unit}" if unit else role), role=Role(role), unit=unit)


@dataclass(frozen=True)
class Control:
    """
    A good example of a command: what, by whom, how long after the step before.

    A `timedelta` among the fields stands for the instant that long after the command is given.
    A *cause* is the event from which it follows, for what only a reaction brings about.
    Every method gives another control and leaves this one as it is.

    >>> from zhili.testing import controls
    >>> controls.SIGN.by_actor(actor("unit_operator", "110105002")).by.unit
    '110105002'
    """

    command: type[Command]
    by: Actor
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: timedelta = MINUTE
    late: timedelta = timedelta()
    case_id: UUID = CASE
    cause: Cause | None = None

    @classmethod
    def of(cls, command: Command, by: Actor) -> Self:
        """
        Make one of a command as it is.

        >>> from zhili import complaint
        >>> Control.of(complaint.Sign(case_id=CASE), actor("unit_operator", "110105001")).command
        <class 'zhili.commands.complaint.Sign'>
        """
        fields = {name: getattr(command, name) for name in command.model_fields_set - {"case_id"}}
        return cls(type(command), by, fields, case_id=command.case_id)

    def but(self, **fields: object) -> Self:
        """Give it with some fields replaced."""
        return replace(self, fields={**self.fields, **fields})

    def without(self, *names: str) -> Self:
        """Give it with some fields left out."""
        kept = {name: value for name, value in self.fields.items() if name not in names}
        return replace(self, fields=kept)

    def by_actor(self, by: Actor) -> Self:
        """Give it as somebody else's."""
        return replace(self, by=by)

    def later(self, by: timedelta = timedelta(), *, days: float = 0, hours: float = 0) -> Self:
        """Give it with that much more time before it."""
        return replace(self, after=self.after + by + timedelta(days=days, hours=hours))

    def entered_late(self, by: timedelta) -> Self:
        """Give it as entered that long after it happened."""
        return replace(self, late=by)

    def because_of(self, cause: Cause | None) -> Self:
        """Give it as what follows from another event, or from none."""
        return replace(self, cause=cause)

    def on(self, case_id: UUID) -> Self:
        """Give it for another case."""
        return replace(self, case_id=case_id)

    def build(self, now: datetime) -> Command:
        """Make the command as it is given *now*."""
        fields = {
            name: now + value if isinstance(value, timedelta) else value
            for name, value in self.fields.items()
        }
        return self.command(case_id=self.case_id, **fields)
