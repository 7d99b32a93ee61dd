"""The store in a SQLite file, or in memory."""

from __future__ import annotations

import ctypes
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from eventsourcing.persistence import PersistenceError

from zhili.errors import StoreError
from zhili.projections.register import TABLES
from zhili.store.access_log import ACCESS_META, ACCESS_STATEMENTS, ACCESS_TABLES
from zhili.store.fork_gate import GATE
from zhili.store.schema import SCHEMA_VERSION, statements
from zhili.store.sqlite_datastore import LOCK_SECONDS, Datastore, Recorder
from zhili.store.sqlite_tables import SQLiteTables
from zhili.store.version import refuse_other_version

__all__ = ["SQLiteStore"]


class SQLiteStore(SQLiteTables):
    """The store on SQLite: WAL, synchronous FULL, one writer at a time."""

    def __init__(self, url: str, path: str | None, *, create: bool) -> None:
        """
        Open the store, and make it if there is none and *create* allows it.

        Raises:
            StoreError: If there is none, if it is not a store, or if it is of another version.
        """
        self.url = url
        self.address = None if path is None else f"sqlite:///{quote(os.path.abspath(path))}"  # noqa: PTH100 - as sqlite
        self._path = path
        if path is not None and not create and not os.path.exists(path):  # noqa: PTH110 - as sqlite
            raise StoreError(f"there is no store at {url}; `zhili init` makes one", url=url)
        name = f"file:zhili-{uuid4().hex}?mode=memory&cache=shared" if path is None else path
        self._name = name
        self._connect()
        self._prepare(create=create)
        if path is not None:
            GATE.add(self)

    def _connect(self) -> None:
        self._closed = False
        self._pid = os.getpid()
        self._datastore = Datastore(self._name)
        self._recorder = Recorder(self._datastore)

    def _here(self) -> Datastore:
        if self._closed:
            raise StoreError(f"{self.url} was closed; open it anew", url=self.url)
        if self._pid != os.getpid():
            if self._path is None:
                message = "a store in memory cannot be used after a fork; open a file instead"
                raise StoreError(message, url=self.url)
            # What the parent opened is the parent's: even closing it here would hurt the file, so
            # it is kept for as long as this process lives, and past its end.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._datastore))
            self._connect()
        return self._datastore

    @contextmanager
    def _session(self, *, commit: bool) -> Generator[sqlite3.Cursor]:
        with GATE.inside(), self._here().session(commit=commit) as cursor:
            yield cursor

    def _prepare(self, *, create: bool) -> None:
        try:
            if self._path is not None and os.path.isfile(self._path):  # noqa: PTH113 - as sqlite
                self._look(self._path, create=create)
            with self._session(commit=True) as cursor:
                if not self._is_there(cursor, create=create):
                    for statement in statements("sqlite"):
                        cursor.execute(statement)
                    cursor.execute("INSERT INTO meta VALUES ('schema', ?)", (str(SCHEMA_VERSION),))
                elif create and not _has_access_log(cursor):
                    for statement in ACCESS_STATEMENTS["sqlite"]:
                        cursor.execute(statement)
        except (sqlite3.Error, PersistenceError) as error:
            message = f"{self.url} cannot be opened as a SQLite database: {error}"
            raise StoreError(message, url=self.url) from error

    def _look(self, path: str, *, create: bool) -> None:
        """Look at a file as it is, before the library's connections change its journal's mode."""
        file = f"file:{quote(path)}?mode=ro"
        with closing(sqlite3.connect(file, uri=True, timeout=LOCK_SECONDS)) as connection:
            try:
                self._is_there(connection.cursor(), create=create)
            except sqlite3.OperationalError as error:
                # Whoever made it was killed half way: only a writer can roll that back.
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                    raise

    def _is_there(self, cursor: Any, *, create: bool) -> bool:
        """Say whether the tables are there and ours; refuse another's, and another version's."""
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        present = {row[0] for row in cursor.fetchall()}
        if not present:
            if not create:
                raise StoreError(f"{self.url} holds no store; `zhili init` makes one", url=self.url)
            return False
        cursor.execute("SELECT name FROM pragma_table_info('meta')")
        columns = {row[0] for row in cursor.fetchall()}
        if columns != {"name", "value"} or "log_head" not in present:
            message = f"{self.url} is a SQLite database, but no store of zhili; name another file"
            raise StoreError(message, url=self.url)
        cursor.execute("SELECT value FROM meta WHERE name = 'schema'")
        found = cursor.fetchone()
        refuse_other_version(found[0] if found else None, self.url)
        needed = {"stored_events", "keys", *(table.name for table in TABLES)}
        if _has_access_log(cursor):
            needed |= set(ACCESS_TABLES)
        absent = sorted(needed - present)
        if absent:
            message = f"{self.url} lacks the tables {', '.join(absent)}; restore a backup"
            raise StoreError(message, url=self.url)
        return True

    @property
    def recorder(self) -> Recorder:
        self._here()
        return self._recorder

    def check(self) -> list[str]:
        wrong = self._lacking()
        foreign = self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1", {})
        wrong.extend(f"the trigger {name} is not this program's; drop it" for (name,) in foreign)
        if self._path is not None:
            mode = self.rows("PRAGMA journal_mode", {})[0][0]
            if mode != "wal":
                wrong.append(f"the journal mode is {mode!r}; it should be 'wal'")
        return wrong

    def let_go(self) -> None:
        """Close the file before a fork; whoever needs it next, in whichever process, opens it."""
        if not self._closed and self._pid == os.getpid():
            self._datastore.close()
            self._connect()

    def close(self) -> None:
        self._closed = True
        if self._pid == os.getpid():
            with GATE.inside():
                self._datastore.close()


def _has_access_log(cursor: sqlite3.Cursor) -> bool:
    """Say whether the store was ever given an access log."""
    cursor.execute("SELECT 1 FROM meta WHERE name = ?", (ACCESS_META,))
    return cursor.fetchone() is not None
