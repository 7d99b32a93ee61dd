"""
Reading the log and the register of a SQLite store page by page, whatever is in them.

A page is read in one short transaction: so a reader of millions of rows holds up no checkpoint, no
writer and no fork. It ends after some thousand rows or some megabytes, whichever comes first.
Texts of the log are read as bytes, and what is too long is cut: an audit must be able to read what
is no text any more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Final, TypeAlias
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from zhili.errors import StoreError
from zhili.projections.register import Table
from zhili.store.circle import Walk
from zhili.store.store import STATE_BYTES_MAX, LogRow

__all__ = ["Read", "events_of", "log_by_case", "log_by_position", "register_by_case"]

Read: TypeAlias = Callable[[], AbstractContextManager[sqlite3.Cursor]]
"""Begins a read transaction, which ends when its context is left."""

Row: TypeAlias = tuple[Any, ...]

PAGE: Final = 2000
"""Rows of a page."""

LINK_MAX: Final = 100
"""No link is as long, in bytes."""

PAGE_BYTES: Final = 2 * STATE_BYTES_MAX
"""Bytes of events after which a page ends early."""


def events_of(
    read: Read, case_ids: Sequence[UUID], after: int = 0
) -> Iterator[Sequence[StoredEvent]]:
    """Give the stored events of each case with versions above *after*, in order."""
    # Not by the library's own SELECT: it cannot read a topic that is no text.
    with read() as cursor:
        for case_id in case_ids:
            found = cursor.execute(_SELECT_EVENTS, (case_id.hex, after)).fetchall()
            rows = [_log_row(cursor.connection, row) for row in found]
            yield [StoredEvent(case_id, row.version, row.topic, row.state) for row in rows]


def log_by_position(read: Read, after: int, until: int) -> Iterator[LogRow]:
    """Give the log in its order, from above *after* up to and including *until*."""
    walk = Walk()
    while page := _page(read, _SELECT_LOG, (after, until)):
        yield from page
        after = page[-1].position
        walk.come_by(after)


def log_by_case(read: Read, after: str, until: str) -> Iterator[LogRow]:
    """
    Give the log by case id and version, for cases with ids above *after*, up to *until*.

    Raises:
        StoreError: If rows vanish while they are read, so that nobody takes a part for the whole,
            or the file is damaged so that reading would never end.
    """
    # The library keeps ids without dashes.
    low, high = ((UUID(bound).hex,) if bound else () for bound in (after, until))
    upper = "AND originator_id <= ? " if high else ""
    rest = f"{upper}ORDER BY originator_id, originator_version LIMIT {PAGE}"
    page = _page(
        read, f"{_SELECT} WHERE {'originator_id > ?' if low else 'true'} {rest}", low + high
    )
    walk = Walk()
    while page:
        yield from page
        last = page[-1].position
        walk.come_by(last)
        page = _page(read, f"{_SELECT} WHERE {_BEYOND} {rest}", (last, *high))
        if not page and not _page(read, f"{_SELECT} WHERE rowid = ?", (last,)):
            raise StoreError(f"the event at position {last} vanished while the log was read")


def register_by_case(read: Read, table: Table, after: str, until: str) -> Iterator[Row]:
    """Give the rows of *table*, all columns in order, sorted by its key; bounds as above."""
    keys = ", ".join(table.key)
    high = (until,) if until else ()
    upper = f"AND {table.key[0]} <= ? " if high else ""
    select = f"SELECT {', '.join(table.names)} FROM {table.name} WHERE"
    rest = f"{upper}ORDER BY {keys} LIMIT {PAGE}"
    low: Row = (after,) if after else ()
    where, walk = f"{table.key[0]} > ?" if after else "true", Walk()
    while True:
        page, odd = _register_page(read, f"{select} {where} {rest}", (*low, *high))
        if not page:
            return
        yield from map(_shown, page) if odd else page
        last = page[-1][: len(table.key)]
        walk.come_by(last)
        # A key of any bytes must be found again: it goes back as the bytes that it is.
        marks = ", ".join("CAST(? AS TEXT)" if isinstance(value, str) else "?" for value in last)
        where, low = f"({keys}) > ({marks})", tuple(map(_stored, last))


_SELECT: Final = (
    "SELECT rowid, substr(CAST(originator_id AS BLOB), 1, 100), "
    "CASE typeof(originator_version) WHEN 'integer' THEN originator_version ELSE 0 END, "
    "substr(CAST(topic AS BLOB), 1, 1000), "
    # The length of a blob is known without reading it; that of a text is not.
    f"CASE WHEN typeof(state) = 'blob' AND length(state) <= {STATE_BYTES_MAX} THEN state END, "
    f"CASE WHEN typeof(link) = 'blob' AND length(link) <= {LINK_MAX} THEN link END "
    "FROM stored_events"
)
_SELECT_LOG: Final = f"{_SELECT} WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT {PAGE}"
_SELECT_EVENTS: Final = (
    f"{_SELECT} WHERE originator_id = ? AND originator_version > ? ORDER BY originator_version"
)
# The last row itself says where a page ended: its values may be of any type.
_BEYOND: Final = (
    "(originator_id, originator_version) > "
    "(SELECT originator_id, originator_version FROM stored_events WHERE rowid = ?)"
)


def _page(read: Read, sql: str, parameters: Row) -> list[LogRow]:
    with read() as cursor:
        page: list[LogRow] = []
        size = 0
        for found in cursor.execute(sql, parameters):
            row = _log_row(cursor.connection, found)
            page.append(row)
            size += len(row.state)
            if size > PAGE_BYTES:
                break
        return page


def _log_row(connection: sqlite3.Connection, found: Row) -> LogRow:
    """Give a row of the log, also when somebody has put nonsense into it."""
    position, case_id, version, topic, state, link = found
    oversize = 0
    if state is None:
        state, oversize = _odd_state(connection, position)
    if link is None:
        link = _odd_link(connection, position)
    return LogRow(position, _case_id(case_id), version, _text(topic), state, link, oversize)


def _odd_link(connection: sqlite3.Connection, position: int) -> bytes:
    """Give the beginning of a link that is too long or no blob: enough to show that it is none."""
    try:
        with connection.blobopen("stored_events", "link", position, readonly=True) as blob:
            return blob.read(LINK_MAX)
    except sqlite3.OperationalError:  # it is a number, and so it is short
        return _cast(connection, "link", position)


def _odd_state(connection: sqlite3.Connection, position: int) -> tuple[bytes, int]:
    """Give the bytes of a state that is too long or no blob; if too long, only how many."""
    try:
        with connection.blobopen("stored_events", "state", position, readonly=True) as blob:
            size = len(blob)
            return (blob.read(), 0) if size <= STATE_BYTES_MAX else (b"", size)
    except sqlite3.OperationalError:  # it is a number, and so it is short
        return _cast(connection, "state", position), 0


def _cast(connection: sqlite3.Connection, column: str, position: int) -> bytes:
    sql = f"SELECT CAST({column} AS BLOB) FROM stored_events WHERE rowid = ?"
    found = connection.execute(sql, (position,)).fetchone()
    if found is None:  # an index has led to a row that its table does not have
        message = f"the file is damaged: there is no event at position {position}, but it is listed"
        raise StoreError(message, position=position)
    return bytes(found[0] or b"")


@lru_cache(maxsize=4096)
def _text(value: bytes | None) -> str:
    return value.decode(errors="backslashreplace") if value else ""


@lru_cache(maxsize=4096)
def _case_id(value: bytes | None) -> str:
    """Give a case id in its usual form; what no transaction writes stays as it is."""
    name = _text(value)
    try:
        case_id = UUID(name)
    except ValueError:
        return name
    return str(case_id) if case_id.hex == name else name


def _register_page(read: Read, sql: str, parameters: tuple[Any, ...]) -> tuple[list[Row], bool]:
    """Give rows, and whether they hold texts that are none, their odd bytes as surrogates."""
    with read() as cursor:
        try:
            return cursor.execute(sql, parameters).fetchall(), False
        except sqlite3.OperationalError as error:
            if "decode" not in str(error):
                raise
        connection = cursor.connection
        usual, connection.text_factory = connection.text_factory, _with_surrogates
        try:
            return cursor.execute(sql, parameters).fetchall(), True
        finally:
            connection.text_factory = usual


def _with_surrogates(value: bytes) -> str:
    return value.decode(errors="surrogateescape")


def _stored(value: object) -> object:
    return value.encode(errors="surrogateescape") if isinstance(value, str) else value


def _shown(row: Row) -> Row:
    stored = [(value, _stored(value)) for value in row]
    return tuple(_text(new) if isinstance(old, str) else old for old, new in stored)
