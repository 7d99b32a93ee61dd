"""The store in a SQLite file, or in memory."""

from __future__ import annotations

import ctypes
import os
import re
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid4

from eventsourcing.persistence import PersistenceError, StoredEvent

from zhili.errors import StoreError
from zhili.projections.register import TABLES, Table
from zhili.store import sqlite_log, sqlite_text, sqlite_writing
from zhili.store.fork_gate import GATE
from zhili.store.schema import SCHEMA_VERSION, register_statements, statements, upsert_statement
from zhili.store.sqlite_datastore import LOCK_SECONDS, Datastore, Recorder
from zhili.store.store import (
    Batch,
    Head,
    KeyRow,
    LogRow,
    Outflow,
    Store,
    refuse_other_rebuild,
)
from zhili.store.version import refuse_other_version

__all__ = ["SQLiteStore"]


class SQLiteStore(Store):
    """The store on SQLite: WAL, synchronous FULL, one writer at a time."""

    case_key = "replace(case_id, '-', '')"
    event_case = (
        "substr(originator_id, 1, 8) || '-' || substr(originator_id, 9, 4) || '-' || "
        "substr(originator_id, 13, 4) || '-' || substr(originator_id, 17, 4) || '-' || "
        "substr(originator_id, 21)"
    )
    event_position = "rowid"

    def __init__(self, url: str, path: str | None, *, create: bool) -> None:
        """
        Open the store, and make it if there is none and *create* allows it.

        Raises:
            StoreError: If there is none, if it is not a store, or if it is of another version.
        """
        self.url = url
        self.address = None if path is None else f"sqlite:///{quote(os.path.abspath(path))}"  # noqa: PTH100 - as sqlite
        self._path = path
        self._rebuild = ""
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

    def _read(self) -> AbstractContextManager[sqlite3.Cursor]:
        return self._session(commit=False)

    def _prepare(self, *, create: bool) -> None:
        try:
            if self._path is not None and os.path.isfile(self._path):  # noqa: PTH113 - as sqlite
                self._look(self._path, create=create)
            with self._session(commit=True) as cursor:
                if not self._is_there(cursor, create=create):
                    for statement in statements("sqlite"):
                        cursor.execute(statement)
                    cursor.execute("INSERT INTO meta VALUES ('schema', ?)", (str(SCHEMA_VERSION),))
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
        absent = sorted({"stored_events", "keys", *(table.name for table in TABLES)} - present)
        if absent:
            message = f"{self.url} lacks the tables {', '.join(absent)}; restore a backup"
            raise StoreError(message, url=self.url)
        return True

    @property
    def recorder(self) -> Recorder:
        self._here()
        return self._recorder

    def commit(self, batch: Batch) -> Head:
        with self._session(commit=True) as cursor:
            return sqlite_writing.write(cursor, batch)

    def head(self) -> Head:
        return sqlite_writing.head_in(self.rows(sqlite_writing.SELECT_HEAD, {}))

    def events(self, case_id: UUID, after: int = 0) -> Sequence[StoredEvent]:
        (found,) = sqlite_log.events_of(self._read, (case_id,), after)
        return found

    def events_of(self, case_ids: Sequence[UUID]) -> Iterator[Sequence[StoredEvent]]:
        return sqlite_log.events_of(self._read, case_ids)

    def log(self, after: int = 0, until: int | None = None) -> Iterator[LogRow]:
        upto = self.head().position if until is None else until
        return sqlite_log.log_by_position(self._read, after, upto)

    def log_by_case(self, after: str = "", until: str = "") -> Iterator[LogRow]:
        return sqlite_log.log_by_case(self._read, after, until)

    def register_by_case(
        self, table: Table, after: str = "", until: str = ""
    ) -> Iterator[tuple[Any, ...]]:
        return sqlite_log.register_by_case(self._read, table, after, until)

    def key(self, key: str) -> KeyRow | None:
        found = self.rows("SELECT digest, receipt FROM keys WHERE key = :key", {"key": key})
        return KeyRow(*found[0]) if found else None

    def place(self, case_id: UUID, version: int) -> tuple[int, bytes] | None:
        found = self.rows(_SELECT_PLACE, {"case_id": case_id.hex, "version": version})
        return (found[0][0], found[0][1]) if found else None

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with self._session(commit=False) as cursor:
            return cursor.execute(sql, parameters).fetchall()

    def copy_out(self, wanted: Sequence[Outflow], after: int = 0) -> int:
        with self._read() as cursor:
            return sqlite_text.copy_out(cursor, wanted, self.changed_cases, after)

    def versions(self, case_ids: Iterable[UUID]) -> dict[UUID, int]:
        ids = [case_id.hex for case_id in case_ids]
        found: dict[UUID, int] = {}
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            marks = ", ".join(f":i{n}" for n in range(len(some)))
            sql = (
                "SELECT originator_id, MAX(originator_version) FROM stored_events "
                f"WHERE originator_id IN ({marks}) GROUP BY originator_id"
            )
            pairs = self.rows(sql, {f"i{n}": case_id for n, case_id in enumerate(some)})
            found |= {UUID(case_id): version for case_id, version in pairs}
        return found

    def meta(self, name: str) -> str | None:
        found = self.rows("SELECT value FROM meta WHERE name = :name", {"name": name})
        return found[0][0] if found else None

    def fresh_register(self) -> None:
        with self._session(commit=True) as cursor:
            for table in TABLES:
                cursor.execute(f"DROP TABLE IF EXISTS {table.name}_fresh")
            for statement in register_statements("sqlite", "_fresh"):
                cursor.execute(statement)
            self._rebuild = uuid4().hex
            cursor.execute("INSERT OR REPLACE INTO meta VALUES ('rebuild', ?)", (self._rebuild,))

    def write_fresh(self, rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
        with self._session(commit=True) as cursor:
            self._insist_on_rebuild(cursor)
            for table in TABLES:
                sql = upsert_statement(table, suffix="_fresh")
                cursor.executemany(sql, rows.get(table.name, ()))

    def swap_register(self, at: int) -> bool:
        with self._session(commit=True) as cursor:
            (position,) = cursor.execute("SELECT position FROM log_head").fetchone()
            self._insist_on_rebuild(cursor)
            if position != at:
                return False
            for table in TABLES:
                cursor.execute(f"DROP TABLE {table.name}")
                cursor.execute(f"ALTER TABLE {table.name}_fresh RENAME TO {table.name}")
                _rename_indexes(cursor, table.name)
        return True

    def _insist_on_rebuild(self, cursor: sqlite3.Cursor) -> None:
        found = cursor.execute("SELECT value FROM meta WHERE name = 'rebuild'").fetchone()
        refuse_other_rebuild(found[0] if found else None, self._rebuild)

    def check(self) -> list[str]:
        wrong = [
            f"SQLite says: {row[0]}"
            for row in self.rows("PRAGMA integrity_check", {})
            if row[0] != "ok"
        ]
        made = re.findall(r"CREATE (?:UNIQUE )?INDEX (\w+)", "\n".join(statements("sqlite")))
        present = self.rows(
            "SELECT type, name FROM sqlite_master "
            "WHERE type IN ('index', 'trigger') AND name NOT LIKE 'sqlite@_%' ESCAPE '@'",
            {},
        )
        lost = sorted(set(made) - {name for kind, name in present if kind == "index"})
        wrong.extend(f"the index {name} is missing; `zhili rebuild` makes it" for name in lost)
        foreign = sorted(name for kind, name in present if kind == "trigger")
        wrong.extend(f"the trigger {name} is not this program's; drop it" for name in foreign)
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


_SELECT_PLACE: Final = (
    "SELECT rowid, link FROM stored_events "
    "WHERE originator_id = :case_id AND originator_version = :version"
)


def _rename_indexes(cursor: Any, table: str) -> None:
    """Give the indexes of a swapped table their usual names; SQLite cannot rename one."""
    made = cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? "
        "AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    for name, sql in made:
        cursor.execute(f"DROP INDEX {name}")
        usual = sql.replace(f"{table}_fresh", table).replace(f'"{table}"', table)
        cursor.execute(usual)
