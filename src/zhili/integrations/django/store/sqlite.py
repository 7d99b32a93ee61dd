"""The store in a host's SQLite database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore

from zhili.errors import StoreError
from zhili.integrations.django.store.hosted import Hosted
from zhili.integrations.django.store.naming import TABLES, named, renamed
from zhili.store.sqlite_datastore import Recorder
from zhili.store.sqlite_tables import SQLiteTables

__all__ = ["HostedSQLiteStore"]

_TAKE_TURN: Final = "UPDATE log_head SET position = position WHERE 0"
"""Makes a writer of the transaction before it reads: one that has read cannot wait for its turn."""

_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class HostedSQLiteStore(Hosted, SQLiteTables):
    """The store over Django's connection to a SQLite database."""

    @contextmanager
    def _session(self, *, commit: bool) -> Generator[sqlite3.Cursor]:
        try:
            with self.host.writing() if commit else self._reading() as connection:
                cursor: sqlite3.Cursor = connection.cursor(_Cursor)
                if commit:
                    cursor.execute(_TAKE_TURN)
                yield cursor
        except (sqlite3.DatabaseError, DatabaseError) as error:
            raise _failure(error) from error

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        """Lend the connection with what stood in the database at one moment."""
        connection: sqlite3.Connection = self.host.connection()
        if connection.in_transaction:
            yield connection
            return
        # Not Django's: with `transaction_mode` IMMEDIATE that would make a writer of a reader.
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()

    def events_of(self, case_ids: Sequence[UUID]) -> Iterator[Sequence[StoredEvent]]:
        """Give all stored events of each of some cases; read first: the connection is shared."""
        return iter(list(super().events_of(case_ids)))

    @property
    def recorder(self) -> Recorder:
        """Give the library's recorder over the host's connection."""
        return Recorder(_Datastore(self._reading))

    def check(self) -> list[str]:
        """Examine the store itself; give what is wrong with it, in words."""
        wrong = self._lacking()
        foreign = self.rows(
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1", {}
        )
        ours = {named(table) for table in TABLES}
        wrong.extend(
            f"the trigger {name} on {table} is not this program's; drop it"
            for name, table in foreign
            if table in ours
        )
        return wrong


def _failure(error: Exception) -> StoreError:
    """Give what SQLite, or Django in its place, has refused."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _BUSY:
        message = (
            f"SQLite says: {error}. Somebody else is writing, and a transaction that has read "
            "cannot wait: begin it as a writer, with transaction_mode IMMEDIATE in the OPTIONS of "
            "DATABASES, and do it again"
        )
        return StoreError(message, reason=str(error))
    return StoreError(f"SQLite says: {error}", reason=str(error))


class _Cursor(sqlite3.Cursor):
    """A cursor to which every table has the name that it has in a store of its own."""

    def execute(self, sql: str, parameters: Any = (), /) -> _Cursor:
        super().execute(renamed(sql), parameters)
        return self

    def executemany(self, sql: str, rows: Any, /) -> _Cursor:
        super().executemany(renamed(sql), rows)
        return self

    @property
    def connection(self) -> Any:
        """What reading odd values asks of a connection; it is not all that one can do."""
        return _Values(sqlite3.Cursor.connection.__get__(self))


class _Values:
    """A connection as far as single values are read through it, by the names above."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def text_factory(self) -> Callable[[bytes], Any]:
        return self._connection.text_factory

    @text_factory.setter
    def text_factory(self, factory: Callable[[bytes], Any]) -> None:
        self._connection.text_factory = factory

    def execute(self, sql: str, parameters: Any) -> sqlite3.Cursor:
        return self._connection.execute(renamed(sql), parameters)

    def blobopen(self, table: str, column: str, row: int, *, readonly: bool) -> sqlite3.Blob:
        return self._connection.blobopen(named(table), column, row, readonly=readonly)


class _Datastore(SQLiteDatastore):
    """What the library's recorder reads through; it never opens a database of its own."""

    def __init__(self, reading: Callable[[], Any]) -> None:
        super().__init__(":memory:")
        self._reading = reading

    @contextmanager
    def transaction(self, *, commit: bool) -> Generator[SQLiteCursor]:
        if commit:
            raise StoreError("a recorder writes nothing; Store.commit does")
        with self._reading() as connection:
            cursor = connection.cursor(_Cursor)
            cursor.row_factory = sqlite3.Row
            yield SQLiteCursor(cursor)
