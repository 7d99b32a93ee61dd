"""The register as it stood at a cut, with the SQL and the warehouse that questions expect of it."""

from __future__ import annotations

import re
import sqlite3
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from uuid import UUID

from zhili.engine.moved import MovedCases
from zhili.projections.holding import held
from zhili.projections.register import TABLES, Rows, Table, microseconds
from zhili.projections.row_text import write_rows
from zhili.store.fork_gate import GATE
from zhili.store.schema import register_statements

if TYPE_CHECKING:
    from zhili.engine.cut import Cut
    from zhili.policies.rules import Rules
    from zhili.projections.question import Cursor
    from zhili.projections.warehouse import Warehouse
    from zhili.store import EventMapper, Store

__all__ = ["PastRegister"]

ROWS_A_BATCH: Final = 2000

Item = TypeVar("Item")


class PastRegister:
    """
    The register at a cut: that of now, with the cases that have moved since put back.

    Nothing is read until somebody asks. SQL is answered from a private database, which SQLite keeps
    on disk as it grows, table by table as they are asked for; statistics from a warehouse of its
    own. What is held in memory beside that is the ids of the cases that have moved.
    """

    def __init__(  # noqa: PLR0913 - what is read, by what, and up to where
        self,
        store: Store,
        mapper: EventMapper,
        *,
        zone: str,
        cut: Cut,
        rules: Rules,
        only: tuple[UUID, ...] | None = None,
    ) -> None:
        """Stand at *cut*, under the *rules* known there; with *only* some cases, or all of them."""
        self._store = store
        self._moved = MovedCases(store, mapper, zone=zone, cut=cut, only=only)
        self._is_whole = only is None
        self._cut = cut
        self._rules = rules
        self._lock = Lock()
        self._tables: set[str] = set()
        self._connection: sqlite3.Connection | None = None
        self._warehouse: Warehouse | None = None

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a SELECT whose parameters are written `:name`."""
        with self._lock:
            connection = self._opened()
            for table in TABLES:
                if table.name not in self._tables and re.search(rf"\b{table.name}\b", sql):
                    self._fill(connection, table)
                    self._tables.add(table.name)
            with GATE.inside():
                return connection.execute(sql, parameters).fetchall()

    def warehouse(self) -> Cursor:
        """Give a cursor over the warehouse."""
        with self._lock:
            if self._warehouse is None:
                self._warehouse = self._loaded()
            return cast("Cursor", self._warehouse.cursor())

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            # Without a name it is a file of SQLite's own, gone with the connection.
            self._connection = sqlite3.connect("", check_same_thread=False)
            # Whoever still reads in it keeps this register alive, and with it the connection.
            weakref.finalize(self, self._connection.close).atexit = False
        return self._connection

    def _fill(self, connection: sqlite3.Connection, table: Table) -> None:
        """Copy a table, and put what has moved back; after any failure there is no such table."""
        named = f" {table.name} ("
        make, *indexes = [sql for sql in register_statements("sqlite") if named in sql]
        try:
            connection.execute(make)
            if self._is_whole:
                _insert(connection, table, self._store.register_by_case(table))
            # What moved while it was copied is known only now.
            known = self._moved.known()
            gone = f"DELETE FROM {table.name} WHERE case_id = ?"
            _run(connection, gone, ((case_id,) for case_id in known))
            place = TABLES.index(table)
            rows = chain.from_iterable(rows[place] for rows in self._moved.rows(known))
            _insert(connection, table, rows)
            for index in indexes:
                connection.execute(index)
            connection.commit()
        except BaseException:
            connection.rollback()
            connection.execute(f"DROP TABLE IF EXISTS {table.name}")
            raise

    def _loaded(self) -> Warehouse:
        from zhili.engine import loading  # noqa: PLC0415 - duckdb is heavy
        from zhili.projections.warehouse import Warehouse  # noqa: PLC0415 - duckdb is heavy

        warehouse = Warehouse()
        if self._is_whole:
            # A spell that was over by then is no part of any figure of then.
            warehouse, _ = loading.load(self._store, since=microseconds(self._cut.now) or 0)
        known = self._moved.known()
        cursor = warehouse.cursor()
        for table in TABLES:
            gone = f"DELETE FROM {table.name} WHERE case_id IN (SELECT unnest($ids))"
            cursor.execute(gone, {"ids": list(known)})
        _take(warehouse, self._moved.rows(known))
        warehouse.load_units(self._rules.organisation)
        warehouse.load_days(self._rules.calendar, self._cut.now.date())
        return warehouse


def _take(warehouse: Warehouse, cases: Iterator[Rows]) -> None:
    """Bring the rows of cases that are not there into the warehouse, through files."""
    with tempfile.TemporaryDirectory(prefix="zhili-") as folder:
        paths = {table: Path(folder, table.name) for table in TABLES}
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("wb")) for path in paths.values()]
            for batch in _batches(cases):
                for place, table in enumerate(TABLES):
                    kept = [table.names.index(name) for name in held(table).names]
                    rows = ([row[at] for at in kept] for case in batch for row in case[place])
                    write_rows(files[place], rows)
        for table, path in paths.items():
            if path.stat().st_size:
                warehouse.take(table, path)


def _insert(connection: sqlite3.Connection, table: Table, rows: Iterable[Any]) -> None:
    places = ", ".join("?" * len(table.names))
    sql = f"INSERT INTO {table.name} ({', '.join(table.names)}) VALUES ({places})"
    _run(connection, sql, rows)


def _run(connection: sqlite3.Connection, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    for batch in _batches(rows):
        with GATE.inside():  # a fork waits for a batch, not for all of them
            connection.executemany(sql, batch)


def _batches(rows: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, ROWS_A_BATCH)):
        yield batch
