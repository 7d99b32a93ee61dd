"""What every command has in common."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from uuid import UUID

from zhili.values import Value

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

    @classmethod
    def opens(cls) -> bool:
        """Whether it opens a case, and so names none."""
        return False


class Opening(Command):
    """A command that opens a case; the engine gives the id."""

    case_id: UUID | None = None  # type: ignore[assignment]

    @classmethod
    def opens(cls) -> bool:
        """Whether it opens a case: yes."""
        return True
