"""Writing a whole PostgreSQL store from rows that come from elsewhere, with COPY."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from zhili.errors import StoreError
from zhili.projections.register import Table
from zhili.store.access_log import AccessHead, AccessRow
from zhili.store.postgres.address import Address
from zhili.store.postgres.pool import configure
from zhili.store.postgres.refusal import refusal_of
from zhili.store.postgres.sql import (
    ACCESS_TYPES,
    COLUMN_TYPES,
    COPY_ACCESS,
    COPY_EVENTS,
    COPY_KEYS,
    EVENT_TYPES,
    KEY_TYPES,
    LOCK_HEAD,
    UPDATE_ACCESS_HEAD,
    UPDATE_HEAD,
    copy_rows,
)
from zhili.store.raw_rows import KeyEntry, refuse_used
from zhili.store.store import Head, LogRow

__all__ = ["PostgresRows", "postgres_rows"]


@contextmanager
def postgres_rows(url: str) -> Generator[PostgresRows]:
    """
    Take the empty store at *url* and give what writes its rows, all in one transaction.

    Raises:
        ConflictError: If it has events already.
        StoreError: If a row cannot be kept there, or the connection breaks: then none is.
    """
    address = Address.of(url)
    try:
        with psycopg.connect(address.conninfo) as connection:
            configure(connection, address.schema)
            with connection.transaction():
                found = connection.execute(LOCK_HEAD).fetchone()
                if found is None:
                    message = f"{address.shown} has lost the head of its log; name a new store"
                    raise StoreError(message, url=address.shown)
                refuse_used(found[0], address.shown)
                yield PostgresRows(connection)
    except psycopg.Error as error:
        raise refusal_of(error, address.shown) from error


class PostgresRows:
    """Writes into one open transaction of PostgreSQL; a row without a place ends all of it."""

    def __init__(self, connection: Connection[Any]) -> None:
        """Write through *connection*."""
        self._connection = connection

    def log(self, rows: Iterable[LogRow]) -> Iterator[LogRow]:
        """Write rows of the log."""
        with self._connection.cursor().copy(COPY_EVENTS) as copy:
            copy.set_types(EVENT_TYPES)
            for row in rows:
                case_id = _case_id(row)
                copy.write_row(
                    (case_id, row.version, row.topic, bytes(row.state), row.position, row.link)
                )
        return iter(())

    def register(self, table: Table, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """Write rows of *table*."""
        kinds = [column.kind for column in table.columns]
        with self._connection.cursor().copy(copy_rows(table).encode()) as copy:
            copy.set_types([COLUMN_TYPES[kind] for kind in kinds])
            for row in rows:
                copy.write_row([_value(table, *pair) for pair in zip(kinds, row, strict=True)])
        return iter(())

    def keys(self, rows: Iterable[KeyEntry]) -> Iterator[KeyEntry]:
        """Write what became of keys: key, digest, receipt."""
        with self._connection.cursor().copy(COPY_KEYS) as copy:
            copy.set_types(KEY_TYPES)
            for row in rows:
                copy.write_row(row)
        return iter(())

    def access(self, rows: Iterable[AccessRow]) -> Iterator[AccessRow]:
        """Write entries of the access log."""
        with self._connection.cursor().copy(COPY_ACCESS) as copy:
            copy.set_types(ACCESS_TYPES)
            for row in rows:
                copy.write_row(row)
        return iter(())

    def end(self, head: Head, access_head: AccessHead) -> None:
        """Set the end of the log, and that of the access log."""
        self._connection.execute(UPDATE_HEAD, head)
        self._connection.execute(UPDATE_ACCESS_HEAD, access_head)


def _case_id(row: LogRow) -> UUID:
    try:
        return UUID(row.case_id)
    except ValueError as error:
        message = f"position {row.position}: {row.case_id!r} is no case id; PostgreSQL keeps none"
        raise StoreError(message, position=row.position) from error


def _value(table: Table, kind: str, value: Any) -> Any:
    """Give what PostgreSQL keeps of a value: SQLite keeps a boolean as a number, and any type."""
    if value is None or (kind == "text" and isinstance(value, str)):
        return value
    if kind == "boolean" and value in {0, 1}:
        return bool(value)
    if kind in {"integer", "instant"} and type(value) is int:
        return value
    message = f"{table.name} holds {value!r} where {kind} belongs; PostgreSQL keeps no such value"
    raise StoreError(message, table=table.name)
