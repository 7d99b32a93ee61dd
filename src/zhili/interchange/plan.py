"""What one batch of rows asks for, given what is there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from zhili.commands.command import Command
from zhili.commands.complaint import BringIn, BringInClosing
from zhili.interchange.source_row import NAMED, SourceCase
from zhili.projections.register import microseconds

__all__ = ["COMPARED", "Known", "Plan", "Row", "Terms"]

OPEN_STATE: Final = "imported"

COMPARED: Final = ("opened_at", "closed_at", "due_at", *NAMED)
"""What of a case can differ, in the order in which it is asked for."""


class Known(NamedTuple):
    """What the register knows of a case."""

    state: str
    values: tuple[object, ...]
    flags: frozenset[str]


class Row(NamedTuple):
    """A row on its way into the log."""

    case_id: UUID
    nth: int
    told: SourceCase


class Terms(NamedTuple):
    """What the map says of every row: the source's system and zone, and what can be compared."""

    system: str
    zone: str
    compared: tuple[int, ...]


class Plan:
    """What one batch would do, and what would be counted for it."""

    def __init__(self, terms: Terms, rows: Sequence[Row], known: Mapping[UUID, Known]) -> None:
        """Plan for *rows*; *known* are those whose cases are there already."""
        self._terms = terms
        self.commands: list[Command] = []
        self.fresh: set[UUID] = set()
        self.counts: Counter[str] = Counter()
        self.flags: Counter[str] = Counter()
        self.differences: Counter[str] = Counter()
        for row in rows:
            there = known.get(row.case_id)
            if there is None:
                self._open(row)
            else:
                self._compare(row, there)

    def _open(self, row: Row) -> None:
        told = row.told
        self.commands.append(
            _asked(
                BringIn,
                case_id=row.case_id,
                source=self._terms.system,
                source_id=told.external_id,
                zone=self._terms.zone,
                nth=row.nth,
                opened_at=told.opened_at,
                due_at=told.due_at,
                flags=told.flags,
                unreadable=told.unreadable,
                **dict(zip(NAMED, told.named, strict=True)),
            )
        )
        self.fresh.add(row.case_id)
        self.counts["opened"] += 1
        self.flags.update(told.flags)
        if told.closed_at is not None:
            self._close(row, told.closed_at, told.closing_flags)
            self.counts["closed"] += 1

    def _close(self, row: Row, closed_at: datetime, flags: tuple[str, ...]) -> None:
        status = row.told.status
        self.commands.append(
            _asked(
                BringInClosing,
                case_id=row.case_id,
                closed_at=closed_at,
                status=status,
                flags=flags,
            )
        )
        self.flags.update(flags)

    def _compare(self, row: Row, known: Known) -> None:
        """Close a case that the source now shows closed; count whatever else it says anew."""
        self.counts["already_there"] += 1
        told = row.told
        times = (told.opened_at, told.closed_at, told.due_at)
        now = (*(microseconds(time) for time in times), *told.named)
        closed_at = told.closed_at if known.state == OPEN_STATE else None
        taken_over: set[str] = {"closed_at", "status"} if closed_at else set()
        differ = [
            COMPARED[place]
            for place in self._terms.compared
            if now[place] != known.values[place] and COMPARED[place] not in taken_over
        ]
        self.differences.update(differ)
        if closed_at is not None:
            fresh = tuple(flag for flag in told.closing_flags if flag not in known.flags)
            self._close(row, closed_at, fresh)
            self.counts["closed_now"] += 1
        else:
            self.counts["changed" if differ else "unchanged"] += 1


Asked = TypeVar("Asked", bound=Command)


def _asked(kind: type[Asked], **fields: object) -> Asked:
    """
    Give the command with all of its *fields*, which are not validated here.

    The reader of rows and the map have looked at each of them, and the event that comes of it
    validates them again, by the same types.
    """
    command = kind.__new__(kind)
    _set(command, "__dict__", fields)
    _set(command, "__pydantic_fields_set__", set(fields))
    _set(command, "__pydantic_extra__", None)
    _set(command, "__pydantic_private__", None)
    return command


_set: Final = object.__setattr__  # a command is frozen, but not while it is being made
