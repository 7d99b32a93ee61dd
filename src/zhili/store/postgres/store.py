"""The store on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg.rows import DictRow, tuple_row

from zhili.errors import StoreError, ZhiliError
from zhili.projections.register import TABLES, Table
from zhili.store.postgres import bulk, paging, text
from zhili.store.postgres.address import Address
from zhili.store.postgres.pool import Datastore, Recorder, is_lost
from zhili.store.postgres.preparation import missing_parts, prepare
from zhili.store.postgres.refusal import refusal_of
from zhili.store.postgres.session import Session
from zhili.store.postgres.sql import (
    LOCK_HEAD,
    SELECT_HEAD,
    SELECT_KEY,
    SELECT_PLACE,
    SELECT_VERSIONS,
    from_named,
)
from zhili.store.postgres.statement import HEAD_LOST, Call, calls_of, head_of
from zhili.store.postgres.turns import Turns
from zhili.store.schema import register_statements
from zhili.store.store import (
    AcknowledgementLostError,
    Batch,
    Head,
    KeyRow,
    LogRow,
    Outflow,
    Store,
    refuse_other_rebuild,
)

__all__ = ["PostgresStore"]

PAGE: Final = 2000
EVENTS_OF_ONE_CALL_MAX: Final = 64
"""More events than this are streamed: several round trips, but far less work for each."""

COMMITS_TOGETHER_MAX: Final = 32
"""So many threads' commits are one transaction at most."""

_Answer = TypeVar("_Answer")


class PostgresStore(Store):
    """The store in one schema of a PostgreSQL database; writers queue for the head of the log."""

    case_key = "case_id::uuid"
    event_case = "originator_id::text"
    event_position = "notification_id"

    def __init__(self, url: str, *, create: bool) -> None:
        """
        Open the store, and make it if there is none and *create* allows it.

        `url` of the store is the address without its password: it may be shown.

        Raises:
            InputError: If the URL cannot be understood.
            StoreError: If there is none, if it is not a store, or if it is of another version.
        """
        self._address = Address.of(url)
        self.url = self._address.shown
        self.address = url
        self._rebuild = ""
        self._schema = prepare(self._address, create=create)
        self._connect()

    def _connect(self) -> None:
        self._closed = False
        self._datastore = Datastore(
            self._address.conninfo,
            schema=self._schema,
            pool_size=self._address.pool_size,
            shown=self.url,
        )
        self._recorder = Recorder(self._datastore)
        self._turns = Turns(
            self._write_together, lost=self._lost, together_max=COMMITS_TOGETHER_MAX
        )
        self._pid = os.getpid()  # last: another thread that sees it finds the rest in place

    def _here(self) -> Datastore:
        if self._closed:
            raise StoreError(f"{self.url} was closed; open it anew", url=self.url)
        if self._pid != os.getpid():
            # What the parent opened is the parent's: closing it here would end its sessions.
            _LEFT_TO_THE_PARENT.append(self._datastore)
            self._connect()
        return self._datastore

    @property
    def recorder(self) -> Recorder:  # noqa: D102 - as in Store
        self._here()
        return self._recorder

    def commit(self, batch: Batch) -> Head:  # noqa: D102 - as in Store
        if len(batch.events) <= EVENTS_OF_ONE_CALL_MAX:
            self._here()
            return self._turns.take(calls_of(batch))
        with self._here().connection() as connection:
            try:
                return bulk.commit(connection, batch)
            except psycopg.Error as error:
                raise self._failure(error) from error

    def _write_together(self, batches: Sequence[list[Call]]) -> Sequence[Head | Exception]:
        """Write what several threads commit in one transaction; if that fails, one by one."""
        with self._here().connection() as session:
            try:
                return self._write(session, batches)
            except AcknowledgementLostError:
                return [self._lost() for _ in batches]
            except ZhiliError as error:
                if len(batches) == 1:
                    return [error]
        return [self._write_together([batch])[0] for batch in batches]

    def _write(self, session: Session, batches: Sequence[list[Call]]) -> list[Head]:
        try:
            answers = iter(session.carry_out([call for batch in batches for call in batch]))
        except psycopg.Error as error:
            raise self._failure(error) from error
        return [head_of(batch, answers) for batch in batches]

    def _failure(self, error: psycopg.Error) -> ZhiliError:
        if is_lost(error):
            return self._lost()
        if isinstance(error, HEAD_LOST):
            return StoreError(f"{self.url} has lost the head of its log; restore a backup")
        return refusal_of(error, self.url)

    def _lost(self) -> AcknowledgementLostError:
        message = f"the connection to {self.url} broke while it was writing"
        return AcknowledgementLostError(message, url=self.url)

    def _read(self, question: Callable[[Connection[DictRow]], _Answer]) -> _Answer:
        """Ask once more if the connection was lost: a question may be asked twice."""
        datastore = self._here()
        try:
            with datastore.connection() as connection:
                return question(connection)
        except psycopg.Error as error:
            if not is_lost(error):
                raise refusal_of(error, self.url) from error
        datastore.pool.check()  # the others of its age are most likely lost too
        with self._plainly(), datastore.connection() as connection:
            return question(connection)

    @contextmanager
    def _plainly(self) -> Generator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise refusal_of(error, self.url) from error

    @contextmanager
    def _transaction(self) -> Generator[Connection[DictRow]]:
        with (
            self._plainly(),
            self._here().connection() as connection,
            connection.transaction(),
        ):
            yield connection

    def _select(
        self, sql: str, parameters: Mapping[str, Any], *, binary: bool = False
    ) -> list[tuple[Any, ...]]:
        query = from_named(sql)

        def question(connection: Connection[DictRow]) -> list[tuple[Any, ...]]:
            with connection.cursor(row_factory=tuple_row, binary=binary) as cursor:
                return cursor.execute(query, parameters).fetchall()

        return self._read(question)

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:  # noqa: D102 - as in Store
        return self._select(sql, parameters)

    def head(self) -> Head:  # noqa: D102 - as in Store
        found = self._select(SELECT_HEAD, {}, binary=True)
        if not found:
            raise StoreError(f"{self.url} has lost the head of its log; restore a backup")
        return Head(*found[0])

    def events(self, case_id: UUID, after: int = 0) -> Sequence[StoredEvent]:  # noqa: D102 - as in Store
        given = {"case_id": case_id, "after": after}
        return [StoredEvent(*row) for row in self._select(paging.EVENTS_OF, given, binary=True)]

    def events_of(self, case_ids: Sequence[UUID]) -> Iterator[Sequence[StoredEvent]]:  # noqa: D102 - as in Store
        given = {"case_ids": list(case_ids)}
        found = self._select(paging.EVENTS_OF_SEVERAL, given, binary=True)
        streams: dict[UUID, list[StoredEvent]] = {case_id: [] for case_id in case_ids}
        for row in found:
            streams[row[0]].append(StoredEvent(*row))
        return iter(streams.values())

    def log(self, after: int = 0, until: int | None = None) -> Iterator[LogRow]:  # noqa: D102 - as in Store
        upto = self.head().position if until is None else until
        while page := self._select(
            paging.LOG_BY_POSITION, {"after": after, "until": upto}, binary=True
        ):
            yield from map(LogRow._make, page)
            after = page[-1][0]

    def log_by_case(self, after: str = "", until: str = "") -> Iterator[LogRow]:  # noqa: D102 - as in Store
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

    def register_by_case(  # noqa: D102 - as in Store
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

    def key(self, key: str) -> KeyRow | None:  # noqa: D102 - as in Store
        found = self._select(SELECT_KEY, {"key": key}, binary=True)
        return KeyRow(*found[0]) if found else None

    def place(self, case_id: UUID, version: int) -> tuple[int, bytes] | None:  # noqa: D102 - as in Store
        found = self._select(SELECT_PLACE, {"case_id": case_id, "version": version}, binary=True)
        return (found[0][0], found[0][1]) if found else None

    def copy_out(self, wanted: Sequence[Outflow], after: int = 0) -> int:  # noqa: D102 - as in Store
        with self._transaction() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return text.copy_out(cursor, wanted, self.changed_cases, after)

    def versions(self, case_ids: Iterable[UUID]) -> dict[UUID, int]:  # noqa: D102 - as in Store
        ids = list(case_ids)
        found: dict[UUID, int] = {}
        for start in range(0, len(ids), PAGE):
            some = ids[start : start + PAGE]
            found.update(self._select(SELECT_VERSIONS, {"ids": some}, binary=True))
        return found

    def meta(self, name: str) -> str | None:  # noqa: D102 - as in Store
        found = self.rows("SELECT value FROM meta WHERE name = :name", {"name": name})
        return found[0][0] if found else None

    def fresh_register(self) -> None:  # noqa: D102 - as in Store
        with self._transaction() as connection:
            connection.execute(_LOCK_REBUILD)
            for table in TABLES:
                connection.execute(f"DROP TABLE IF EXISTS {table.name}_fresh".encode())
            for statement in register_statements("postgres", "_fresh"):
                connection.execute(statement.encode())
            self._rebuild = uuid4().hex
            connection.execute(_BEGIN_REBUILD, (self._rebuild,))

    def write_fresh(self, rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:  # noqa: D102 - as in Store
        with self._transaction() as connection:
            self._insist_on_rebuild(connection)
            for table in TABLES:
                bulk.write(connection, table, rows.get(table.name, ()), suffix="_fresh")

    def swap_register(self, at: int) -> bool:  # noqa: D102 - as in Store
        with self._transaction() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            self._insist_on_rebuild(connection)
            head = cursor.execute(LOCK_HEAD).fetchone()
            if head is None or head[0] != at:
                return False
            for table in TABLES:
                cursor.execute(f"DROP TABLE {table.name}".encode())
                cursor.execute(f"ALTER TABLE {table.name}_fresh RENAME TO {table.name}".encode())
                for name in cursor.execute(_INDEXES_OF, (table.name,)).fetchall():
                    usual = name[0].replace(f"{table.name}_fresh", table.name, 1)
                    cursor.execute(f"ALTER INDEX {name[0]} RENAME TO {usual}".encode())
        return True

    def _insist_on_rebuild(self, connection: Connection[DictRow]) -> None:
        connection.execute(_LOCK_REBUILD)
        with connection.cursor(row_factory=tuple_row) as cursor:
            found = cursor.execute("SELECT value FROM meta WHERE name = 'rebuild'").fetchone()
        refuse_other_rebuild(found[0] if found else None, self._rebuild)

    def check(self) -> list[str]:  # noqa: D102 - as in Store
        wrong = self._read(lambda connection: missing_parts(connection, self._schema))
        durable, encoding = self.rows(_SETTINGS, {})[0]
        if durable == "off":
            wrong.append("synchronous_commit is off: what was acknowledged may be lost; set it on")
        if encoding != "UTF8":
            wrong.append(f"the database is encoded in {encoding}; it should be UTF8")
        return wrong

    def close(self) -> None:  # noqa: D102 - as in Store
        self._closed = True
        self._datastore.close()


_LEFT_TO_THE_PARENT: list[Datastore] = []

_SETTINGS: Final = (
    "SELECT current_setting('synchronous_commit'), current_setting('server_encoding')"
)
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
