"""
Writing a whole store from rows that come from elsewhere, exactly as they stand there.

Nothing is checked, no link computed and no register folded here: whoever writes so has audited the
rows, or is about to. All of it is one transaction; a store that has events is refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any, Final, Protocol, TypeAlias, TypeVar
from uuid import UUID

from zhili.errors import ConflictError, InputError, StoreError
from zhili.projections.register import TABLES, Table
from zhili.store.access_log import AccessHead, AccessRow
from zhili.store.opening import open_store, sqlite_path
from zhili.store.store import STATE_BYTES_MAX, Head, LogRow

__all__ = ["KeyEntry", "RawRows", "raw_rows", "refuse_used"]

BATCH: Final = 5000
LOCK_SECONDS: Final = 60

KeyEntry: TypeAlias = tuple[str, bytes, str]
"""A key, the digest of its command, and its receipt."""

_Row = TypeVar("_Row")


class RawRows(Protocol):
    """Takes the rows of an empty store; they are all there once its context is left, or none."""

    def log(self, rows: Iterable[LogRow]) -> Iterator[LogRow]:
        """Write rows of the log, and give those for which the store has no place."""
        ...

    def register(self, table: Table, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """Write rows of *table*, and give those for which the store has no place."""
        ...

    def keys(self, rows: Iterable[KeyEntry]) -> Iterator[KeyEntry]:
        """Write what became of keys, and give those for which the store has no place."""
        ...

    def access(self, rows: Iterable[AccessRow]) -> Iterator[AccessRow]:
        """Write entries of the access log, and give those for which the store has no place."""
        ...

    def end(self, head: Head, access_head: AccessHead) -> None:
        """Set the end of the log, and that of the access log."""
        ...


@contextmanager
def raw_rows(url: str, *, scratch: bool = False) -> Generator[RawRows]:
    """
    Make a store at *url*, or take an empty one, and give what writes its rows.

    Args:
        url: A SQLite file or a PostgreSQL database.

        scratch: Whether it is read once and thrown away: nothing has to reach the disk, and what
            no rule of the tables allows, such as a number twice, may stand in it.

    Raises:
        InputError: If it is a store in memory, which would be gone at the end.
        ConflictError: If it has events already.
        StoreError: If a row cannot be kept there, or the store cannot be used.
    """
    with closing(open_store(url)) as store:
        if url.split(":", 1)[0].lower() == "memory":
            message = "a store in memory would be gone at the end; name a file, sqlite:///cases.db"
            raise InputError(message, url=url)
        refuse_used(store.head().position + store.access_head().position, store.url)
        shown = store.url
    if url.lower().startswith("sqlite:"):
        with _sqlite(sqlite_path(url), shown, scratch=scratch) as writer:
            yield writer
        return
    from zhili.store.postgres.raw_rows import postgres_rows  # noqa: PLC0415 - needs an extra

    with postgres_rows(url) as writer:
        yield writer


def refuse_used(position: int, url: str) -> None:
    """
    Insist that a store has no events yet.

    Raises:
        ConflictError: If it has.
    """
    if position:
        message = f"{url} holds {position} events already; name a store that does not exist yet"
        raise ConflictError(message, url=url, position=position)


@contextmanager
def _sqlite(path: str, shown: str, *, scratch: bool) -> Generator[_SQLiteRows]:
    try:
        with closing(sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)) as raw:
            raw.execute(f"PRAGMA synchronous = {'OFF' if scratch else 'FULL'}")
            raw.execute("BEGIN IMMEDIATE")
            refuse_used(raw.execute("SELECT position FROM log_head").fetchone()[0], shown)
            indexes = _without_indexes(raw)
            yield _SQLiteRows(raw)
            for sql in () if scratch else indexes:
                raw.execute(sql)
            raw.execute("COMMIT")  # closing without it rolls back
    except sqlite3.DatabaseError as error:
        raise StoreError(f"SQLite says: {error}", url=shown, reason=str(error)) from error


def _without_indexes(raw: sqlite3.Connection) -> list[str]:
    """Drop the register's indexes, which are made faster afterwards; give how."""
    marks = ", ".join("?" for _ in TABLES)
    made = raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        f"AND tbl_name IN ({marks})",
        [table.name for table in TABLES],
    ).fetchall()
    for name, _ in made:
        raw.execute(f'DROP INDEX "{name}"')
    return [sql for _, sql in made]


class _SQLiteRows:
    """Writes into one open transaction of SQLite."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def log(self, rows: Iterable[LogRow]) -> Iterator[LogRow]:
        for some in _batches(rows):
            values = [_event(row) for row in some]
            yield from self._insert(_INSERT_EVENT, some, values)

    def register(self, table: Table, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        marks = ", ".join("?" for _ in table.names)
        sql = f"INSERT OR IGNORE INTO {table.name} ({', '.join(table.names)}) VALUES ({marks})"
        for some in _batches(rows):
            yield from self._insert(sql, some, [tuple(map(_value, row)) for row in some])

    def keys(self, rows: Iterable[KeyEntry]) -> Iterator[KeyEntry]:
        sql = "INSERT OR IGNORE INTO keys (key, digest, receipt) VALUES (?, ?, ?)"
        for some in _batches(rows):
            yield from self._insert(sql, some, some)

    def access(self, rows: Iterable[AccessRow]) -> Iterator[AccessRow]:
        marks = ", ".join("?" for _ in AccessRow._fields)
        columns = ", ".join(AccessRow._fields)
        sql = f"INSERT OR IGNORE INTO access_log ({columns}) VALUES ({marks})"
        for some in _batches(rows):
            yield from self._insert(sql, some, some)

    def end(self, head: Head, access_head: AccessHead) -> None:
        self._raw.execute("UPDATE log_head SET position = ?, link = ?, epoch = ?", head)
        self._raw.execute("UPDATE access_head SET position = ?, link = ?", access_head)

    def _insert(
        self, sql: str, rows: Sequence[_Row], values: Sequence[tuple[Any, ...]]
    ) -> Iterator[_Row]:
        """Insert all at once; if some were left out, find out which: they stand there already."""
        self._raw.execute("SAVEPOINT some")
        if self._raw.executemany(sql, values).rowcount == len(values):
            self._raw.execute("RELEASE some")
            return
        self._raw.execute("ROLLBACK TO some")
        for row, value in zip(rows, values, strict=True):
            if self._raw.execute(sql, value).rowcount == 0:
                yield row
        self._raw.execute("RELEASE some")


_INSERT_EVENT: Final = (
    "INSERT OR IGNORE INTO stored_events "
    "(rowid, originator_id, originator_version, topic, state, link) VALUES (?, ?, ?, ?, ?, ?)"
)


def _event(row: LogRow) -> tuple[Any, ...]:
    try:
        case_id = UUID(row.case_id).hex
    except ValueError:
        case_id = row.case_id
    # What was too long to be read is too long again, and no longer than that.
    state = bytes(STATE_BYTES_MAX + 1) if row.oversize else bytes(row.state)
    return row.position, case_id, row.version, row.topic, state, bytes(row.link)


def _value(value: Any) -> Any:
    """Give what SQLite can keep: a text that is none goes in as its bytes."""
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode(errors="surrogateescape")
    return value


def _batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    """Give rows by the batch, smaller ones where events are large."""
    rest = iter(rows)
    while some := list(islice(rest, BATCH)):
        yield some
