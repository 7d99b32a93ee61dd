"""A store on PostgreSQL, whoever has the connection: everything but connecting."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent
from psycopg import Connection, Cursor
from psycopg.rows import DictRow, tuple_row

from zhili.errors import StoreError
from zhili.projections.register import TABLES, Table
from zhili.store.access_log import AccessHead, SensitiveDataRead, append
from zhili.store.postgres import bulk, paging
from zhili.store.postgres.sql import (
    LOCK_HEAD,
    SELECT_HEAD,
    SELECT_KEY,
    SELECT_PLACE,
    SELECT_VERSIONS,
    from_named,
)
from zhili.store.schema import register_statements
from zhili.store.store import (
    Head,
    KeyRow,
    LogRow,
    Store,
    refuse_no_access_log,
    refuse_other_rebuild,
)

__all__ = ["PostgresTables"]

PAGE: Final = 2000

_Answer = TypeVar("_Answer")


class PostgresTables(Store):
    """The tables of a store on PostgreSQL, over connections that a subclass lends."""

    case_key = "case_id::uuid"
    event_case = "originator_id::text"
    event_position = "notification_id"

    _rebuild = ""

    @abstractmethod
    def _read(self, question: Callable[[Connection[DictRow]], _Answer]) -> _Answer:
        """Ask over a connection."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[Connection[DictRow]]:
        """Lend a connection in a transaction that ends with the context."""

    def _named(self, name: str) -> str:
        """Give the name that a table of the store has in this database."""
        return name

    def _select(
        self, sql: str, parameters: Mapping[str, Any], *, binary: bool = False
    ) -> list[tuple[Any, ...]]:
        query = from_named(sql)

        def question(connection: Connection[DictRow]) -> list[tuple[Any, ...]]:
            with connection.cursor(row_factory=tuple_row, binary=binary) as cursor:
                return cursor.execute(query, parameters).fetchall()

        return self._read(question)

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self._select(sql, parameters)

    def head(self) -> Head:
        found = self._select(SELECT_HEAD, {}, binary=True)
        if not found:
            raise StoreError(f"{self.url} has lost the head of its log; restore a backup")
        return Head(*found[0])

    def events(self, case_id: UUID, after: int = 0) -> Sequence[StoredEvent]:
        given = {"case_id": case_id, "after": after}
        return [StoredEvent(*row) for row in self._select(paging.EVENTS_OF, given, binary=True)]

    def events_of(self, case_ids: Sequence[UUID]) -> Iterator[Sequence[StoredEvent]]:
        given = {"case_ids": list(case_ids)}
        found = self._select(paging.EVENTS_OF_SEVERAL, given, binary=True)
        streams: dict[UUID, list[StoredEvent]] = {case_id: [] for case_id in case_ids}
        for row in found:
            streams[row[0]].append(StoredEvent(*row))
        return iter(streams.values())

    def log(self, after: int = 0, until: int | None = None) -> Iterator[LogRow]:
        upto = self.head().position if until is None else until
        while page := self._select(
            paging.LOG_BY_POSITION, {"after": after, "until": upto}, binary=True
        ):
            yield from map(LogRow._make, page)
            after = page[-1][0]

    def log_by_case(self, after: str = "", until: str = "") -> Iterator[LogRow]:
        upto = UUID(until) if until else paging.UUID_MAX
        case_id, version = paging.UUID_MIN, paging.VERSION_MIN
        if after:
            case_id, version = UUID(after), paging.VERSION_MAX
        while page := self._select(
            paging.LOG_BY_CASE,
            {"after": case_id, "version": version, "until": upto},
            binary=True,
        ):
            yield from map(LogRow._make, page)
            case_id, version = UUID(page[-1][1]), page[-1][2]

    def register_by_case(
        self, table: Table, after: str = "", until: str = ""
    ) -> Iterator[tuple[Any, ...]]:
        at = [table.names.index(name) for name in table.key]
        given: dict[str, Any] = {"after": after, "until": until}
        begun = False
        while page := self._select(
            paging.register_page(table, begun=begun, ends=bool(until)), given, binary=True
        ):
            yield from page
            given |= {f"k{n}": page[-1][i] for n, i in enumerate(at)}
            begun = True

    def key(self, key: str) -> KeyRow | None:
        found = self._select(SELECT_KEY, {"key": key}, binary=True)
        return KeyRow(*found[0]) if found else None

    def place(self, case_id: UUID, version: int) -> tuple[int, bytes] | None:
        found = self._select(SELECT_PLACE, {"case_id": case_id, "version": version}, binary=True)
        return (found[0][0], found[0][1]) if found else None

    def versions(self, case_ids: Iterable[UUID]) -> dict[UUID, int]:
        ids = list(case_ids)
        found: dict[UUID, int] = {}
        for start in range(0, len(ids), PAGE):
            some = ids[start : start + PAGE]
            found.update(self._select(SELECT_VERSIONS, {"ids": some}, binary=True))
        return found

    def meta(self, name: str) -> str | None:
        found = self.rows("SELECT value FROM meta WHERE name = :name", {"name": name})
        return found[0][0] if found else None

    def record_access(self, entries: Sequence[SensitiveDataRead]) -> AccessHead:
        refuse_no_access_log(self)
        with self._transaction() as connection, connection.cursor(row_factory=tuple_row) as cursor:

            def run(sql: str, parameters: Sequence[Any]) -> Cursor[tuple[Any, ...]]:
                return cursor.execute(sql.encode(), parameters)

            return append(run, entries, mark="%s", lock=" FOR UPDATE")

    def fresh_register(self) -> None:
        with self._transaction() as connection:
            connection.execute(_LOCK_REBUILD)
            for table in TABLES:
                connection.execute(f"DROP TABLE IF EXISTS {table.name}_fresh".encode())
            for statement in register_statements("postgres", "_fresh"):
                connection.execute(statement.encode())
            self._rebuild = uuid4().hex
            connection.execute(_BEGIN_REBUILD, (self._rebuild,))

    def write_fresh(self, rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
        with self._transaction() as connection:
            self._insist_on_rebuild(connection)
            for table in TABLES:
                bulk.write(connection, table, rows.get(table.name, ()), suffix="_fresh")

    def swap_register(self, at: int) -> bool:
        with self._transaction() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            self._insist_on_rebuild(connection)
            head = cursor.execute(LOCK_HEAD).fetchone()
            if head is None or head[0] != at:
                return False
            for table in TABLES:
                cursor.execute(f"DROP TABLE {table.name}".encode())
                cursor.execute(f"ALTER TABLE {table.name}_fresh RENAME TO {table.name}".encode())
                for name in cursor.execute(_INDEXES_OF, (self._named(table.name),)).fetchall():
                    usual = name[0].replace(f"{table.name}_fresh", table.name, 1)
                    cursor.execute(f"ALTER INDEX {name[0]} RENAME TO {usual}".encode())
        return True

    def _unsafe(self) -> list[str]:
        """Say which settings of the database endanger what is kept in it, in words."""
        wrong: list[str] = []
        durable, encoding = self.rows(_SETTINGS, {})[0]
        if durable == "off":
            wrong.append("synchronous_commit is off: what was acknowledged may be lost; set it on")
        if encoding != "UTF8":
            wrong.append(f"the database is encoded in {encoding}; it should be UTF8")
        return wrong

    def _insist_on_rebuild(self, connection: Connection[DictRow]) -> None:
        connection.execute(_LOCK_REBUILD)
        with connection.cursor(row_factory=tuple_row) as cursor:
            found = cursor.execute("SELECT value FROM meta WHERE name = 'rebuild'").fetchone()
        refuse_other_rebuild(found[0] if found else None, self._rebuild)


_LOCK_REBUILD: Final = (
    "SELECT pg_advisory_xact_lock(hashtext('zhili rebuild'), hashtext(current_schema()))"
)
_BEGIN_REBUILD: Final = (
    "INSERT INTO meta (name, value) VALUES ('rebuild', %s) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_INDEXES_OF: Final = (
    "SELECT c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid "
    "WHERE i.indrelid = to_regclass(%s)"
)
_SETTINGS: Final = (
    "SELECT current_setting('synchronous_commit'), current_setting('server_encoding')"
)
