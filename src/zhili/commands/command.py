"""What every command has in common."""

import re
from datetime import datetime
from types import ModuleType, new_class
from typing import Any, ClassVar, Final, cast
from uuid import UUID

from pydantic import Field

from zhili.values import Line, Value, new_case_id

__all__ = ["DEMANDED", "Command", "Opening", "commands_in", "made_for", "verb_of"]


def verb_of(name: str) -> str:
    """Give the verb of a command class: `SignOffReply` → `sign_off_reply`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Command(Value):
    """
    Something asked for, in the imperative, read with its module: `complaint.Dispatch`.

    Never says who asks: that is the `by` of `Engine.submit`, authenticated by the host.
    """

    case_type: ClassVar[str] = ""
    verb: ClassVar[str] = ""

    case_id: UUID

    def __init_subclass__(cls, *, case_type: str | None = None, **kwargs: Any) -> None:
        """Give the class its verb, and its case type if it says one."""
        super().__init_subclass__(**kwargs)
        cls.verb = verb_of(cls.__name__)
        if case_type is not None:
            cls.case_type = case_type

    @property
    def told_at(self) -> datetime | None:
        """When it happened, if the command itself says so; else the engine's clock does."""
        return None

    def own_fields(self) -> dict[str, Any]:
        """Give what it says, without the case that it is about."""
        fields = dict(self)
        del fields["case_id"]
        return fields


class Opening(Command):
    """A command that opens a case; it makes the id, unless the host brings one."""

    case_id: UUID = Field(default_factory=new_case_id)


class MarkOverdue(Command):
    """Mark that a clock fell due with its work undone."""

    clock: Line


class RecalculateDeadline(Command):
    """Compute a provisional deadline anew, now that its calendar is published."""

    clock: Line


DEMANDED: Final = {kind.verb: kind for kind in (MarkOverdue, RecalculateDeadline)}
"""What clocks demand of cases of every type, by the verb."""


def made_for(case_type: str, kind: type[Command]) -> type[Command]:
    """Give *kind*, which is for cases of every type, as a command for a *case_type*."""
    body = {"__doc__": kind.__doc__, "__module__": kind.__module__}
    made = new_class(kind.__name__, (kind,), {"case_type": case_type}, lambda own: own.update(body))
    return cast("type[Command]", made)


def commands_in(module: ModuleType) -> tuple[type[Command], ...]:
    """Give the commands that *module* declares for everybody, in its order."""
    return tuple(
        value
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Command) and name in module.__all__
    )
