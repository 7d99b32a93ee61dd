"""What every command has in common."""

import re
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from zhili.values import Value, new_case_id

__all__ = ["Command", "Opening", "verb_of"]


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


class Opening(Command):
    """A command that opens a case; it makes the id, unless the host brings one."""

    case_id: UUID = Field(default_factory=new_case_id)
