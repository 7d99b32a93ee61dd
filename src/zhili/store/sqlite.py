"""The store in a SQLite file, or in memory."""

from __future__ import annotations

import ctypes
import os
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid4

from eventsourcing.persistence import PersistenceError, StoredEvent

from zhili.errors import StoreError
from zhili.projections.register import TABLES, Table
from zhili.store.fork_gate import GATE
from zhili.store.schema import SCHEMA_VERSION, register_statements, statements, upsert_statement
from zhili.store.sqlite_datastore import LOCK_SECONDS, Datastore, Recorder
from zhili.store.store import (
    Batch,
    Head,
    KeyRow,
    KeyTakenError,
    LogRow,
    NumberTakenError,
    PoliciesChangedError,
    Store,
    VersionTakenError,
    link_of,
    refuse_other_rebuild,
)
from zhili.store.version import refuse_other_version

__all__ = ["SQLiteStore"]

PAGE: Final = 2000


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
            position, link, epoch = cursor.execute(
                "SELECT position, link, epoch FROM log_head"
            ).fetchone()
            if epoch != batch.epoch:
                raise PoliciesChangedError("a policy was published meanwhile")
            start = position
            events: list[tuple[Any, ...]] = []
            for event in batch.events:
                position += 1
                case_id = event.originator_id
                assert isinstance(case_id, UUID)
                link = link_of(link, case_id, event.originator_version, event.topic, event.state)
                events.append(
                    (
                        position,
                        case_id.hex,
                        event.originator_version,
                        event.topic,
                        event.state,
                        link,
                    )
                )
            try:
                cursor.executemany(_INSERT_EVENT, events)
                cursor.executemany("INSERT INTO keys VALUES (?,?,?)", batch.keys)
                for table in TABLES:
                    rows = batch.rows.get(table.name, [])
                    was = batch.was.get(table.name, [None] * len(rows))
                    _write_rows(cursor, table, rows, was, start)
            except sqlite3.IntegrityError as error:
                raise _conflict(error) from error
            head = Head(position, link, epoch + batch.publishes)
            cursor.execute("UPDATE log_head SET position = ?, link = ?, epoch = ?", head)
        return head

    def head(self) -> Head:
        return Head(*self.rows("SELECT position, link, epoch FROM log_head", {})[0])

    def events(self, case_id: UUID, after: int = 0) -> Sequence[StoredEvent]:
        # Not by the library's own SELECT: it cannot read a topic that is no text.
        found = self.rows(_SELECT_EVENTS, {"case_id": case_id.hex, "after": after})
        return [StoredEvent(case_id, row[0], _text(row[1]), row[2]) for row in found]

    def log(self, after: int = 0, until: int | None = None) -> Iterator[LogRow]:
        upto = self.head().position if until is None else until
        while True:
            page = self.rows(_SELECT_LOG, {"after": after, "until": upto, "page": PAGE})
            if not page:
                return
            yield from map(_log_row, page)
            after = page[-1][0]

    def log_by_case(self, after: str = "") -> Iterator[LogRow]:
        last, version = (UUID(after).hex if after else ""), 2**62
        while True:
            page = self.rows(_SELECT_BY_CASE, {"after": last, "version": version, "page": PAGE})
            if not page:
                return
            yield from map(_log_row, page)
            last, version = _text(page[-1][1]), page[-1][2]

    def key(self, key: str) -> KeyRow | None:
        found = self.rows("SELECT digest, receipt FROM keys WHERE key = :key", {"key": key})
        return KeyRow(*found[0]) if found else None

    def place(self, case_id: UUID, version: int) -> tuple[int, bytes] | None:
        found = self.rows(_SELECT_PLACE, {"case_id": case_id.hex, "version": version})
        return (found[0][0], found[0][1]) if found else None

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with self._session(commit=False) as cursor:
            return [tuple(row) for row in cursor.execute(sql, parameters).fetchall()]

    def snapshot(self, sql: Sequence[str]) -> list[list[tuple[Any, ...]]]:
        with self._session(commit=False) as cursor:
            return [cursor.execute(statement).fetchall() for statement in sql]

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


_INSERT_EVENT: Final = (
    "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state, link) "
    "VALUES (?,?,?,?,?,?)"
)
_UPSERT: Final = {table.name: upsert_statement(table) for table in TABLES}
# Texts are read as bytes: an audit must be able to read what is no text any more.
_COLUMNS: Final = (
    "rowid, CAST(originator_id AS BLOB), originator_version, CAST(topic AS BLOB), "
    "CAST(state AS BLOB), CAST(link AS BLOB)"
)
_SELECT_LOG: Final = (
    f"SELECT {_COLUMNS} FROM stored_events "
    "WHERE rowid > :after AND rowid <= :until ORDER BY rowid LIMIT :page"
)
_SELECT_EVENTS: Final = (
    "SELECT originator_version, CAST(topic AS BLOB), CAST(state AS BLOB) FROM stored_events "
    "WHERE originator_id = :case_id AND originator_version > :after ORDER BY originator_version"
)
_SELECT_PLACE: Final = (
    "SELECT rowid, link FROM stored_events "
    "WHERE originator_id = :case_id AND originator_version = :version"
)
_SELECT_BY_CASE: Final = (
    f"SELECT {_COLUMNS} FROM stored_events "
    "WHERE (originator_id, originator_version) > (:after, :version) "
    "ORDER BY originator_id, originator_version LIMIT :page"
)


def _write_rows(
    cursor: sqlite3.Cursor,
    table: Table,
    rows: list[tuple[Any, ...]],
    was: Sequence[tuple[Any, ...] | None],
    start: int,
) -> None:
    """Write new rows whole, and of the others what has changed: so most indexes are left alone."""
    at, keys = table.names.index("position"), len(table.key)
    fresh: list[tuple[Any, ...]] = []
    for row, before in zip(rows, was, strict=True):
        placed = (*row[:at], row[at] + start, *row[at + 1 :])
        if before is None:
            fresh.append(placed)
            continue
        changed = tuple(n for n, value in enumerate(row) if n == at or value != before[n])
        values = (*[placed[n] for n in changed], *row[:keys])
        cursor.execute(_update(table, changed), values)
    if fresh:
        cursor.executemany(_UPSERT[table.name], fresh)


@lru_cache(maxsize=1000)
def _update(table: Table, changed: tuple[int, ...]) -> str:
    sets = ", ".join(f"{table.names[n]} = ?" for n in changed)
    where = " AND ".join(f"{name} = ?" for name in table.key)
    return f"UPDATE {table.name} SET {sets} WHERE {where}"


def _text(value: bytes) -> str:
    return value.decode(errors="backslashreplace")


def _log_row(row: tuple[Any, ...]) -> LogRow:
    """Give a row of the log, also when somebody has put nonsense into it."""
    position, case_id, version, topic, state, link = row
    try:
        name = str(UUID(_text(case_id)))
    except ValueError:
        name = _text(case_id)
    return LogRow(
        position, name, version if isinstance(version, int) else 0, _text(topic), state, link
    )


def _conflict(
    error: sqlite3.IntegrityError,
) -> VersionTakenError | KeyTakenError | NumberTakenError:
    text = str(error)
    if "keys.key" in text:
        return KeyTakenError("the key was used meanwhile")
    if "cases.number" in text:
        return NumberTakenError("another case has this number")
    return VersionTakenError("somebody else moved the case first")


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
