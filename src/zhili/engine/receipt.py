"""What is handed back for a command that was carried out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from zhili.errors import InputError
from zhili.store import canonical
from zhili.values import Line, Value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from zhili.commands.command import Command
    from zhili.values import Actor

__all__ = ["Receipt", "Receipts", "digest_of"]


class Receipt(Value):
    """
    Proof that a command was carried out.

    Whoever keeps `position` and `head` can later convict any edit of the log up to there.
    `repeated` says that it had been carried out before, under the same key.
    """

    case_id: UUID
    number: str
    version: int
    state: str
    events: tuple[str, ...]
    position: int
    head: Line
    key: Line
    repeated: bool = False


class Kept(Value):
    """What is kept of a receipt under its key; position and head stand in the log."""

    case_id: UUID
    number: str
    version: int
    state: str
    events: tuple[str, ...]


class Receipts(Value):
    """What is kept under the key of one transaction."""

    receipts: tuple[Kept, ...]
    last: tuple[UUID, int] | None

    def at(self, position: int, link: bytes, key: str, *, repeated: bool) -> tuple[Receipt, ...]:
        """Give the receipts with their place in the log."""
        head = link.hex()
        return tuple(
            Receipt(**dict(one), position=position, head=head, key=key, repeated=repeated)
            for one in self.receipts
        )


def digest_of(commands: Sequence[Command], by: Actor, at: datetime | None) -> bytes:
    """
    Give the digest by which the same key with another command is found out.

    Raises:
        InputError: If a command or the actor holds what JSON has no form for.
    """
    try:
        said = [[command.case_type, command.verb, _said(command)] for command in commands]
        who = by.model_dump(mode="json")
        plain = canonical([said, who, at.isoformat() if at else None])
    except (ValueError, TypeError, RecursionError) as error:
        # Half a surrogate, NaN, a document nested without end: no store could keep them.
        message = f"the command cannot be kept as JSON ({error}); give texts, numbers, lists"
        raise InputError(message) from error
    return hashlib.sha256(plain).digest()


def _said(command: Command) -> object:
    # An opening makes its own id: the same appeal sent twice under one key is the same command.
    opening = "case_id" in command.model_fields_set
    return command.model_dump(mode="json", exclude=None if opening else {"case_id"})
