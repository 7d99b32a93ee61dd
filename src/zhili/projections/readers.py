"""Who has read personal data 查阅记录: of a case, of a person, or by somebody; newest first."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationError, model_validator

from zhili.errors import InputError, StoreError
from zhili.projections.listing import PageSize
from zhili.projections.question import Answer, Question, Record
from zhili.store.access_log import ENTRY_BYTES_MAX, SensitiveDataRead
from zhili.values import Actor, Instant, Line, Value

__all__ = ["Readers", "ReadersAnswer", "Reading"]

LAST: Final = 2**63 - 1

AskedId = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


class Reading(Value):
    """One entry of the access log, at its position there."""

    position: int
    actor: Actor
    subject: Line
    fields: tuple[Line, ...]
    purpose: Line
    case_id: UUID
    read_at: Instant


class ReadersAnswer(Answer):
    """One page of the access log. `next` is what to ask for *after* to get what follows."""

    items: tuple[Reading, ...]
    next: str | None


class Readers(Question):
    """
    Who has read personal data, and what for.

    Args:
        case_id: In which case.

        subject: Whose data, by the host's id of the person.

        actor: By whom. At least one of the three is named.

        after: What the page before called `next`.
    """

    definition: ClassVar[str] = "readers"

    case_id: UUID | None = None
    subject: AskedId | None = None
    actor: AskedId | None = None
    size: PageSize = 50
    after: Annotated[str, Field(max_length=20)] | None = None

    @model_validator(mode="after")
    def _says_of_what(self) -> Readers:
        if self.case_id is None and self.subject is None and self.actor is None:
            raise ValueError("name the case, the person whose data they are, or who read them")
        return self

    def answer(self, record: Record) -> ReadersAnswer:
        """
        Read the page from the access log.

        Raises:
            InputError: If the cursor is none, or it is asked of the past.
            StoreError: If an entry cannot be read; the audit says which.
        """
        wanted = {
            "case_id": str(self.case_id) if self.case_id else None,
            "subject": self.subject,
            "actor_id": self.actor,
        }
        named = {name: value for name, value in wanted.items() if value is not None}
        conditions = " AND ".join(f"{name} = :{name}" for name in named)
        rows = record.reads(
            f"SELECT position, CASE WHEN LENGTH(entry) <= {ENTRY_BYTES_MAX} THEN entry END"
            f" FROM access_log WHERE position < :before AND {conditions}"
            " ORDER BY position DESC LIMIT :size",
            {**named, "before": _place(self.after), "size": self.size + 1},
        )
        items = tuple(_reading(*row) for row in rows[: self.size])
        return ReadersAnswer(
            definition=self.definition,
            version=self.version,
            position=record.position,
            as_of=record.now,
            items=items,
            next=str(items[-1].position) if len(rows) > self.size else None,
        )


def _place(after: str | None) -> int:
    if after is None:
        return LAST
    if not (after.isascii() and after.isdecimal()) or int(after) > LAST:
        message = "'after' is no cursor of this list; give what the page before called 'next'"
        raise InputError(message, after=after)
    return int(after)


def _reading(position: int, entry: bytes | None) -> Reading:
    try:
        read = SensitiveDataRead.model_validate_json(entry or b"")
    except (ValidationError, TypeError) as error:
        message = f"entry {position} of the access log cannot be read; `zhili audit` says more"
        raise StoreError(message, position=position) from error
    return Reading(position=position, **dict(read))
