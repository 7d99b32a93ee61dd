"""A cut through the record: what was known up to a position, of what had happened by an instant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from zhili.errors import InputError
from zhili.store.folding import stored_in
from zhili.values import EPOCH

if TYPE_CHECKING:
    from uuid import UUID

    from zhili.aggregates import CaseEvent
    from zhili.store import EventMapper, Store
    from zhili.store.store import LogRow

__all__ = ["Cut", "Known", "cut_at", "happened", "versions_at"]

Known: TypeAlias = int | datetime
"""Up to where the log is known: a position, or an instant of recording."""

NEIGHBOURS: Final = 100
"""So many rows of the log beside a place are looked at: writers' clocks differ by moments."""


class Cut(NamedTuple):
    """
    Where the record ends: at log position `position`, and at what had happened by `happened_by`.

    `now` is the instant that a question takes for the present.
    """

    position: int
    happened_by: datetime | None
    now: datetime


def cut_at(
    store: Store,
    mapper: EventMapper,
    present: datetime,
    *,
    as_of: datetime | None = None,
    known_at: Known | None = None,
) -> Cut | None:
    """
    Give the cut that somebody asks for; None if it is the record as it is now.

    Args:
        store: The store.

        mapper: Reads its events.

        present: The instant at which it is asked; later ones mean this one.

        as_of: By when something must have happened.

        known_at: Up to where the log is known; a position, or an instant of recording.

    Raises:
        InputError: If an instant has no zone, or the log has no such position.
    """
    as_of = None if as_of is None else _instant("as_of", as_of)
    if isinstance(known_at, datetime):
        known_at = _instant("known_at", known_at)
        known_at = None if known_at >= present else known_at
    if known_at is None:
        if as_of is None or as_of >= present:
            return None
        return Cut(store.head().position, as_of, as_of)
    if isinstance(known_at, datetime):
        position, latest = _position_at(store, mapper, known_at), known_at
    else:
        position = _position(known_at, store.head().position)
        # Until the next event the log stood there, so a later instant is none too late.
        latest = _recorded_at(store, mapper, position) if as_of is None else present
    if as_of is None:
        return Cut(position, None, latest)
    return Cut(position, min(as_of, latest), min(as_of, latest))


def happened(events: Iterable[CaseEvent], by: datetime | None) -> Iterator[CaseEvent]:
    """
    Give those *events* of a case that had happened by an instant, up to the first that had not.

    In a case nothing comes before what stands before it, whatever a source says of its own dates;
    and nothing happens later than it is recorded.
    """
    for event in events:
        if by is not None and min(event.occurred_at, event.timestamp) > by:
            return
        yield event


def versions_at(store: Store, stream: UUID, versions: int, position: int) -> int:
    """Give how many of the *versions* of a stream the log has up to *position*."""

    def place(version: int) -> int:
        found = store.place(stream, version)
        return found[0] if found else position + 1

    return bisect_right(range(1, versions + 1), position, key=place)


def _instant(name: str, told: object) -> datetime:
    if not isinstance(told, datetime):
        message = f"{name} is an instant, e.g. datetime(2026, 5, 31, tzinfo=UTC), not {told!r}"
        raise InputError(message, name=name)
    if told.utcoffset() is None:
        message = f"{name}={told} has no zone; give an offset, e.g. 2026-05-31T18:00:00+08:00"
        raise InputError(message, name=name)
    try:
        return told.astimezone(UTC)
    except OverflowError as error:
        message = f"{name}={told} lies outside the years 1 to 9999 in UTC; name another instant"
        raise InputError(message, name=name) from error


def _position(told: object, head: int) -> int:
    if not isinstance(told, int) or isinstance(told, bool):
        message = f"known_at is a log position, 0 to {head}, or an instant, not {told!r}"
        raise InputError(message, name="known_at")
    if not 0 <= told <= head:
        message = f"known_at={told}: the log ends at position {head}; name one from 0 to that"
        raise InputError(message, name="known_at", head=head)
    return told


def _recorded_at(store: Store, mapper: EventMapper, position: int) -> datetime:
    """Give the instant at which the log had come to *position*; of an empty one, the beginning."""
    after = max(position - NEIGHBOURS, 0)
    instants = [_timestamp(row, mapper) for row in store.log(after=after, until=position)]
    return max(instants, default=EPOCH)


def _position_at(store: Store, mapper: EventMapper, instant: datetime) -> int:
    """
    Give the position of the last event that was recorded by *instant*.

    It is built bit by bit from the highest, so that a log that has grown since gives the same.
    Writers take their time before their turn: whoever was overtaken stands a few rows further on.
    """
    position, head = 0, store.head().position
    for bit in reversed(range(head.bit_length())):
        further = position | 1 << bit
        if further <= head:
            row = next(store.log(after=further - 1, until=further), None)
            if row is not None and _timestamp(row, mapper) <= instant:
                position = further
    for row in store.log(after=position, until=min(position + NEIGHBOURS, head)):
        if _timestamp(row, mapper) <= instant:
            position = row.position
    return position


def _timestamp(row: LogRow, mapper: EventMapper) -> datetime:
    return mapper.to_domain_event(stored_in(row)).timestamp
