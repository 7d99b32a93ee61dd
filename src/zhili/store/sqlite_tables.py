"""A store on SQLite, whoever has the connection: everything but opening it."""

from __future__ import annotations

import re
import sqlite3
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from zhili.projections.register import TABLES, Table
from zhili.store import sqlite_log, sqlite_text, sqlite_writing
from zhili.store.access_log import AccessHead, SensitiveDataRead, append
from zhili.store.schema import register_statements, statements, upsert_statement
from zhili.store.store import (
    Batch,
    Head,
    KeyRow,
    LogRow,
    Outflow,
    Store,
    refuse_no_access_log,
    refuse_other_rebuild,
)

__all__ = ["SQLiteTables"]


class SQLiteTables(Store):
    """The tables of a store on SQLite, read and written in sessions that a subclass begins."""

    case_key = "replace(case_id, '-', '')"
    event_case = (
        "substr(originator_id, 1, 8) || '-' || substr(originator_id, 9, 4) || '-' || "
        "substr(originator_id, 13, 4) || '-' || substr(originator_id, 17, 4) || '-' || "
        "substr(originator_id, 21)"
    )
    event_position = "rowid"

    _rebuild = ""

    @abstractmethod
    def _session(self, *, commit: bool) -> AbstractContextManager[sqlite3.Cursor]:
        """Begin a transaction that ends with the context, a writer's or a reader's."""

    def _read(self) -> AbstractContextManager[sqlite3.Cursor]:
        return self._session(commit=False)

    def _named(self, name: str) -> str:
        """Give the name that a table or an index of the store has in this database."""
        return name

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

    def record_access(self, entries: Sequence[SensitiveDataRead]) -> AccessHead:
        refuse_no_access_log(self)
        with self._session(commit=True) as cursor:
            return append(cursor.execute, entries, mark="?")

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
                _rename_indexes(cursor, table.name, self._named(table.name))
        return True

    def _insist_on_rebuild(self, cursor: sqlite3.Cursor) -> None:
        found = cursor.execute("SELECT value FROM meta WHERE name = 'rebuild'").fetchone()
        refuse_other_rebuild(found[0] if found else None, self._rebuild)

    def _lacking(self) -> list[str]:
        """Say what is wrong with the file, and which indexes are missing, in words."""
        wrong = [
            f"SQLite says: {row[0]}"
            for row in self.rows("PRAGMA integrity_check", {})
            if row[0] != "ok"
        ]
        made = re.findall(r"CREATE (?:UNIQUE )?INDEX (\w+)", "\n".join(statements("sqlite")))
        present = self.rows("SELECT name FROM sqlite_master WHERE type = 'index'", {})
        lost = sorted(set(map(self._named, made)) - {name for (name,) in present})
        wrong.extend(f"the index {name} is missing; `zhili rebuild` makes it" for name in lost)
        return wrong


_SELECT_PLACE: Final = (
    "SELECT rowid, link FROM stored_events "
    "WHERE originator_id = :case_id AND originator_version = :version"
)


def _rename_indexes(cursor: Any, table: str, known_as: str) -> None:
    """Give the indexes of a swapped table their usual names; SQLite cannot rename one."""
    made = cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? "
        "AND sql IS NOT NULL",
        (known_as,),
    ).fetchall()
    for name, sql in made:
        cursor.execute(f"DROP INDEX {name}")
        usual = sql.replace(f"{table}_fresh", table).replace(f'"{table}"', table)
        cursor.execute(usual)
