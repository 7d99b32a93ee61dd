"""Connections to SQLite, and the library's recorder over them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import Any, Final, NoReturn

from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor, SQLiteDatastore

from zhili.errors import StoreError

__all__ = ["CHECKPOINT_PAGES", "LOCK_SECONDS", "WRITER_CACHE", "Datastore", "Recorder"]

LOCK_SECONDS: Final = 60
"""How long a writer waits for the one before it."""

RETRY_SECONDS: Final = 0.01

READERS_KEPT: Final = 5
"""Connections that stay open for the next readers."""

STATEMENTS_KEPT: Final = 500
"""Prepared statements of a connection: more than there are ways in which a case changes."""

WRITER_CACHE: Final = -64_000
"""The writer's page cache in KiB, negative as SQLite has it: the upper pages of every index."""

CHECKPOINT_PAGES: Final = 4_000
"""Pages of the write-ahead log after which they go into the file: 16 MB."""


class Datastore(SQLiteDatastore):
    """
    One connection that writes, and as many as are needed that read.

    The library's own pool hands out its connections in turn, with room for one prepared statement
    each: then every transaction begins with an empty cache. Writers of one process wait for each
    other here; a store in memory has one connection for everybody.
    """

    def __init__(self, db_name: str) -> None:
        """Have *db_name*, a path or a URI; connections are made when they are needed."""
        super().__init__(db_name, lock_timeout=LOCK_SECONDS, pool_timeout=LOCK_SECONDS)
        self._name = db_name
        self._in_memory = self.pool.is_sqlite_memory_mode
        self._writing = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._readers: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def transaction(self, *, commit: bool) -> Generator[SQLiteCursor]:
        """Give the library's recorder the cursor that it expects."""
        with self.session(commit=commit) as cursor:
            cursor.row_factory = sqlite3.Row
            yield SQLiteCursor(cursor)

    @contextmanager
    def session(self, *, commit: bool) -> Generator[sqlite3.Cursor]:
        """
        Begin a transaction, a writer's IMMEDIATE: one that turns into a writer comes too late.

        Raises:
            StoreError: If SQLite cannot do it: the disk is full, the file is locked or read-only,
                or cannot be opened at all.
        """
        writes = commit or self._in_memory
        try:
            connection = self._take_writer() if writes else self._take_reader()
        except sqlite3.Error as error:
            message = f"{self._name} cannot be opened as a SQLite database: {error}"
            raise StoreError(message, reason=str(error)) from error
        cursor = connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE" if commit else "BEGIN")
            yield cursor
            cursor.execute("COMMIT" if commit else "ROLLBACK")
        except sqlite3.DatabaseError as error:
            connection.rollback()
            raise StoreError(f"SQLite says: {error}", reason=str(error)) from error
        except BaseException:
            connection.rollback()
            raise
        finally:
            cursor.close()
            self._put_writer() if writes else self._put_reader(connection)

    def _take_writer(self) -> sqlite3.Connection:
        if not self._writing.acquire(timeout=LOCK_SECONDS):
            raise StoreError(f"another thread has been writing for {LOCK_SECONDS} seconds")
        try:
            if self._writer is None:
                self._writer = self._connected()
                self._writer.execute(f"PRAGMA cache_size={WRITER_CACHE}")
                self._writer.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        except BaseException:
            self._writing.release()
            raise
        return self._writer

    def _put_writer(self) -> None:
        if self._closed and self._writer is not None:
            self._writer.close()
            self._writer = None
        self._writing.release()

    def _take_reader(self) -> sqlite3.Connection:
        with suppress(IndexError):
            return self._readers.pop()  # the one used last: it has the most in its cache
        return self._connected()

    def _put_reader(self, connection: sqlite3.Connection) -> None:
        if self._closed or len(self._readers) >= READERS_KEPT:
            connection.close()
        else:
            self._readers.append(connection)

    def _connected(self) -> sqlite3.Connection:
        until = monotonic() + LOCK_SECONDS
        while True:
            connection = sqlite3.connect(
                self._name,
                uri=True,
                check_same_thread=False,
                isolation_level=None,  # transactions begin where they are begun
                cached_statements=STATEMENTS_KEPT,
                timeout=LOCK_SECONDS,
            )
            try:
                if not self._in_memory:
                    connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
            except sqlite3.OperationalError as error:
                connection.close()
                # Where many make a file at once: changing its journal's mode waits for nobody.
                busy = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
                if not busy or monotonic() > until:
                    raise
            else:
                return connection
            sleep(RETRY_SECONDS)

    def close(self) -> None:
        """Close every connection that nobody is using; the others are closed after their use."""
        self._closed = True
        while self._readers:
            self._readers.pop().close()
        if self._writing.acquire(blocking=False):
            self._put_writer()


class Recorder(SQLiteApplicationRecorder):
    """The library's recorder on our table: it reads; `Store.commit` writes."""

    def create_table(self) -> None:
        """Refuse: the log's table is made together with the register's."""
        raise StoreError("a recorder makes no tables; SQLiteStore does")

    def insert_events(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: an event without its link and its register rows must not be written."""
        raise StoreError("a recorder writes no events; Store.commit does")
