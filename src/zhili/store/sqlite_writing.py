"""Writing one batch to SQLite: events with their links, keys, register rows and the head."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import compress, repeat
from operator import ne
from typing import Any, Final, TypeAlias
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from zhili.errors import StoreError
from zhili.projections.register import TABLES, Table
from zhili.store.schema import upsert_statement
from zhili.store.store import (
    Batch,
    Head,
    KeyTakenError,
    NumberTakenError,
    PoliciesChangedError,
    VersionTakenError,
    link_of,
)

__all__ = ["SELECT_HEAD", "head_in", "write"]

Row: TypeAlias = tuple[Any, ...]

SELECT_HEAD: Final = "SELECT position, link, epoch FROM log_head"
_UPDATE_HEAD: Final = "UPDATE log_head SET position = ?, link = ?, epoch = ?"
_HEAD_TYPES: Final = (int, bytes, int)
_INSERT_KEY: Final = "INSERT INTO keys (key, digest, receipt) VALUES (?,?,?)"
_INSERT_EVENT: Final = (
    "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state, link) "
    "VALUES (?,?,?,?,?,?)"
)
_UPSERT: Final = {table.name: upsert_statement(table) for table in TABLES}


def head_in(rows: Sequence[Row]) -> Head:
    """
    Give the head of the log from the *rows* of its table.

    Raises:
        StoreError: If there is none, or what stands there is none.
    """
    if len(rows) != 1 or tuple(map(type, rows[0])) != _HEAD_TYPES:
        raise StoreError("the log has lost its head, or it is damaged; restore a backup")
    return Head(*rows[0])


def write(cursor: sqlite3.Cursor, batch: Batch) -> Head:
    """
    Write *batch* in the transaction that *cursor* is in, and give the new head.

    Raises:
        PoliciesChangedError: If a policy was published since `batch.epoch`.
        VersionTakenError: If a version of a case is there already.
        KeyTakenError: If a key is there already.
        NumberTakenError: If a case number is there already.
    """
    start, link, epoch = head_in(cursor.execute(SELECT_HEAD).fetchall())
    if epoch != batch.epoch:
        raise PoliciesChangedError("a policy was published meanwhile")
    events, link = _chained(batch.events, start, link)
    try:
        cursor.executemany(_INSERT_EVENT, events)
        cursor.executemany(_INSERT_KEY, batch.keys)
        for table in TABLES:
            rows = batch.rows.get(table.name)
            if rows:
                _write_rows(cursor, table, rows, batch.was.get(table.name), start)
    except sqlite3.IntegrityError as error:
        raise _conflict(error) from error
    head = Head(start + len(events), link, epoch + batch.publishes)
    cursor.execute(_UPDATE_HEAD, head)
    return head


def _chained(stored: Iterable[StoredEvent], start: int, link: bytes) -> tuple[list[Row], bytes]:
    """Give the rows of the log for what follows position *start* and *link*, and the last link."""
    rows: list[Row] = []
    for position, event in enumerate(stored, start + 1):
        case_id, version = event.originator_id, event.originator_version
        assert isinstance(case_id, UUID)
        link = link_of(link, case_id, version, event.topic, event.state)
        rows.append((position, case_id.hex, version, event.topic, event.state, link))
    return rows, link


def _write_rows(
    cursor: sqlite3.Cursor,
    table: Table,
    rows: Sequence[Row],
    was: Sequence[Row | None] | None,
    start: int,
) -> None:
    """Write new rows whole, and of the others what has changed: so most indexes are left alone."""
    at, keys = _PLACES[table.name]
    fresh: list[Row] = []
    for row, before in zip(rows, was or repeat(None, len(rows)), strict=True):
        placed = (*row[:at], row[at] + start, *row[at + 1 :])
        if before is None:
            fresh.append(placed)
        else:
            changed = tuple(map(ne, placed, (*before[:at], None, *before[at + 1 :])))
            cursor.execute(_update(table, changed), (*compress(placed, changed), *row[:keys]))
    if fresh:
        cursor.executemany(_UPSERT[table.name], fresh)


_PLACES: Final = {table.name: (table.names.index("position"), len(table.key)) for table in TABLES}
"""Where the position stands in a row, and how many columns the key has, which come first."""


@lru_cache(maxsize=1000)
def _update(table: Table, changed: tuple[bool, ...]) -> str:
    sets = ", ".join(f"{name} = ?" for name in compress(table.names, changed))
    where = " AND ".join(f"{name} = ?" for name in table.key)
    return f"UPDATE {table.name} SET {sets} WHERE {where}"


def _conflict(
    error: sqlite3.IntegrityError,
) -> VersionTakenError | KeyTakenError | NumberTakenError:
    text = str(error)
    if "keys.key" in text:
        return KeyTakenError("the key was used meanwhile")
    if "cases.number" in text:
        return NumberTakenError("another case has this number")
    return VersionTakenError("somebody else moved the case first")
