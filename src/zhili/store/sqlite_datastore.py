"""Connections to SQLite, and the library's recorder over them."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, Final, NoReturn

from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from zhili.errors import StoreError

__all__ = ["LOCK_SECONDS", "Datastore", "Recorder"]

LOCK_SECONDS: Final = 60
"""How long a writer waits for the one before it."""

RETRY_SECONDS: Final = 0.01


class Pool(SQLiteConnectionPool):
    """Connections that wait for each other and lose nothing when the power fails."""

    def _create_connection(self) -> SQLiteConnection:
        until = monotonic() + LOCK_SECONDS
        while True:
            try:
                return self._configured(super()._create_connection())
            except sqlite3.OperationalError as error:
                # Where many make a file at once: changing its journal's mode waits for nobody.
                busy = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
                if not busy or monotonic() > until:
                    raise
            sleep(RETRY_SECONDS)

    def _configured(self, connection: SQLiteConnection) -> SQLiteConnection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        return connection


class Datastore(SQLiteDatastore):
    """A datastore whose writers say so from the start, and so never deadlock."""

    def __init__(self, db_name: str) -> None:
        """Open *db_name*, a path or a URI; connections are made when they are needed."""
        super().__init__(db_name, lock_timeout=LOCK_SECONDS, pool_timeout=LOCK_SECONDS)
        self.pool = Pool(
            db_name=db_name, lock_timeout=LOCK_SECONDS, pool_timeout=LOCK_SECONDS, max_overflow=60
        )

    @contextmanager
    def transaction(self, *, commit: bool) -> Generator[SQLiteCursor]:
        """Give the library's recorder the cursor that it expects."""
        with self.session(commit=commit) as cursor:
            yield SQLiteCursor(cursor)

    @contextmanager
    def session(self, *, commit: bool) -> Generator[sqlite3.Cursor]:
        """
        Begin IMMEDIATE for a writer: the library begins deferred, and upgrades too late.

        Raises:
            StoreError: If SQLite cannot do it: the disk is full, the file is locked or read-only.
        """
        with self.get_connection(commit=commit) as connection:
            raw = getattr(connection, "_sqlite_conn")  # noqa: B009 - its wrapper hides what execute gives
            cursor = raw.cursor()
            try:
                cursor.execute("BEGIN IMMEDIATE" if commit else "BEGIN")
                yield cursor
                raw.commit() if commit else raw.rollback()
            except sqlite3.DatabaseError as error:
                raw.rollback()
                raise StoreError(f"SQLite says: {error}", reason=str(error)) from error
            except BaseException:
                raw.rollback()
                raise
            finally:
                cursor.close()


class Recorder(SQLiteApplicationRecorder):
    """The library's recorder on our table: it reads; `Store.commit` writes."""

    def create_table(self) -> None:
        """Refuse: the log's table is made together with the register's."""
        raise StoreError("a recorder makes no tables; SQLiteStore does")

    def insert_events(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: an event without its link and its register rows must not be written."""
        raise StoreError("a recorder writes no events; Store.commit does")
