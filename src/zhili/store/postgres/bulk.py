"""Writing many rows at once, through COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow, tuple_row
from pydantic_core import to_json

from zhili.errors import StoreError
from zhili.projections.register import TABLES, Table
from zhili.store.postgres.sql import (
    COLUMN_TYPES,
    COPY_EVENTS,
    COPY_KEYS,
    EVENT_TYPES,
    KEY_TYPES,
    LOCK_HEAD,
    UPDATE_HEAD,
    copy_rows,
    upsert_json,
)
from zhili.store.store import Batch, Head, PoliciesChangedError, link_of

__all__ = ["commit", "write"]

Row = tuple[Any, ...]


def _last_of_each(table: Table, rows: Iterable[Row]) -> dict[Row, Row]:
    """Give the last row for each key: one statement may not write a row twice."""
    at = [table.names.index(name) for name in table.key]
    return {tuple(row[i] for i in at): row for row in rows}


def _json(table: Table, rows: Iterable[Row]) -> str | None:
    names = table.names
    objects = [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in _last_of_each(table, rows).values()
    ]
    return to_json(objects).decode() if objects else None


def commit(connection: Connection[DictRow], batch: Batch) -> Head:
    """
    Write a large *batch* in one transaction, streaming it.

    Raises:
        PoliciesChangedError: If a policy was published since `batch.epoch`.
    """
    with connection.transaction(), connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        found = cursor.execute(LOCK_HEAD).fetchone()
        if found is None:
            raise StoreError("the store has lost the head of its log; restore a backup")
        before = Head(*found)
        if before.epoch != batch.epoch:
            raise PoliciesChangedError("a policy was published meanwhile")
        position, link = before.position, before.link
        with cursor.copy(COPY_EVENTS) as copy:
            copy.set_types(EVENT_TYPES)
            for event in batch.events:
                case_id = event.originator_id
                assert isinstance(case_id, UUID)
                position += 1
                link = link_of(link, case_id, event.originator_version, event.topic, event.state)
                copy.write_row(
                    (case_id, event.originator_version, event.topic, event.state, position, link)
                )
        if batch.keys:
            with cursor.copy(COPY_KEYS) as copy:
                copy.set_types(KEY_TYPES)
                for key in batch.keys:
                    copy.write_row(key)
        # Whose first event is in this batch has no rows yet.
        opened = {str(e.originator_id) for e in batch.events if e.originator_version == 1}
        for table in TABLES:
            _register(connection, table, batch.rows.get(table.name, ()), opened, before.position)
        head = Head(position, link, before.epoch + batch.publishes)
        cursor.execute(UPDATE_HEAD, head)
    return head


def _register(
    connection: Connection[DictRow], table: Table, rows: Sequence[Row], opened: set[str], start: int
) -> None:
    at = table.names.index("position")
    new: list[Row] = []
    old: list[Row] = []
    for row in _last_of_each(table, rows).values():
        placed = (*row[:at], row[at] + start, *row[at + 1 :])
        (new if row[0] in opened else old).append(placed)
    _copy(connection, table, new)
    _upsert(connection, table, old)


def write(
    connection: Connection[DictRow], table: Table, rows: Sequence[Row], suffix: str = ""
) -> None:
    """Write rows of *table* with positions of the log; most of them are not there yet."""
    rows = list(_last_of_each(table, rows).values())
    try:
        with connection.transaction():
            _copy(connection, table, rows, suffix)
    except UniqueViolation:
        _upsert(connection, table, rows, suffix)


def _copy(
    connection: Connection[DictRow], table: Table, rows: Sequence[Row], suffix: str = ""
) -> None:
    if not rows:
        return
    with connection.cursor().copy(copy_rows(table, suffix).encode()) as copy:
        copy.set_types([COLUMN_TYPES[column.kind] for column in table.columns])
        for row in rows:
            copy.write_row(row)


def _upsert(
    connection: Connection[DictRow], table: Table, rows: Sequence[Row], suffix: str = ""
) -> None:
    if rows:
        connection.execute(
            upsert_json(table, "%s::json", suffix=suffix).encode(), (_json(table, rows),)
        )
