"""The store on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

import psycopg
from psycopg import Connection
from psycopg.rows import DictRow, tuple_row

from zhili.errors import StoreError, ZhiliError
from zhili.store.postgres import bulk, text
from zhili.store.postgres.address import Address
from zhili.store.postgres.pool import Datastore, Recorder, is_lost
from zhili.store.postgres.preparation import missing_parts, prepare
from zhili.store.postgres.refusal import refusal_of
from zhili.store.postgres.session import Session
from zhili.store.postgres.statement import HEAD_LOST, Call, calls_of, head_of
from zhili.store.postgres.tables import PostgresTables
from zhili.store.postgres.turns import Turns
from zhili.store.store import AcknowledgementLostError, Batch, Head, Outflow

__all__ = ["PostgresStore"]

EVENTS_OF_ONE_CALL_MAX: Final = 64
"""More events than this are streamed: several round trips, but far less work for each."""

COMMITS_TOGETHER_MAX: Final = 32
"""So many threads' commits are one transaction at most."""

_Answer = TypeVar("_Answer")


class PostgresStore(PostgresTables):
    """The store in one schema of a PostgreSQL database; writers queue for the head of the log."""

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
    def recorder(self) -> Recorder:
        self._here()
        return self._recorder

    def commit(self, batch: Batch) -> Head:
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

    def copy_out(self, wanted: Sequence[Outflow], after: int = 0) -> int:
        with self._transaction() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return text.copy_out(cursor, wanted, self.changed_cases, after)

    def check(self) -> list[str]:
        return self._read(lambda it: missing_parts(it, self._schema)) + self._unsafe()

    def close(self) -> None:
        self._closed = True
        self._datastore.close()


_LEFT_TO_THE_PARENT: list[Datastore] = []
