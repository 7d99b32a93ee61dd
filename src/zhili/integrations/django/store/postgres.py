"""The store in a host's PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any, Final, TypeVar, cast

import psycopg
from django.db import DatabaseError
from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection
from psycopg.rows import DictRow, tuple_row

from zhili.errors import ConflictError, StoreError, ZhiliError
from zhili.integrations.django.store.hosted import Hosted
from zhili.integrations.django.store.lent import Lent
from zhili.integrations.django.store.naming import PREFIX, TABLES, named
from zhili.store.postgres import bulk, text
from zhili.store.postgres.pool import Recorder, is_lost
from zhili.store.postgres.preparation import ACCESS_INDEXES, INDEXES
from zhili.store.postgres.refusal import refusal_of
from zhili.store.postgres.tables import PostgresTables
from zhili.store.store import AcknowledgementLostError, Batch, Head, Outflow

__all__ = ["HostedPostgresStore"]

TRIES_MAX: Final = 20
"""How often rows are read again because somebody wrote meanwhile."""

BYTES_IN_MEMORY: Final = 8 * 1024 * 1024

_Answer = TypeVar("_Answer")


class HostedPostgresStore(Hosted, PostgresTables):
    """The store over Django's connection to a PostgreSQL database."""

    def _lent(self) -> Connection[DictRow]:
        # As much of a connection as is used here; a whole one would be two hundred methods.
        return cast("Connection[DictRow]", Lent(self.host, self.host.connection()))

    def commit(self, batch: Batch) -> Head:
        """Write *batch* in the host's transaction, or in one of its own, and give the new head."""
        with self._plainly():
            return bulk.commit(self._lent(), batch)

    @contextmanager
    def _transaction(self) -> Generator[Connection[DictRow]]:
        with self._plainly(), self.host.writing():
            yield self._lent()

    def _read(self, question: Callable[[Connection[DictRow]], _Answer]) -> _Answer:
        try:
            with self._plainly():
                return question(self._lent())
        except AcknowledgementLostError:
            if self.host.in_transaction:
                raise
        with self._plainly():  # over a new connection: a question may be asked twice
            return question(self._lent())

    @contextmanager
    def _plainly(self) -> Generator[None]:
        """Say in the store's words what the server, or Django in its place, has refused."""
        try:
            yield
        except (psycopg.Error, DatabaseError) as error:
            cause = error if isinstance(error, psycopg.Error) else error.__cause__
            if not isinstance(cause, psycopg.Error):
                raise StoreError(f"{self.url} refused: {error}", url=self.url) from error
            raise self._failure(cause) from error

    def _failure(self, error: psycopg.Error) -> ZhiliError:
        if is_lost(error):
            message = f"the connection to {self.url} broke"
            if self.host.in_transaction:  # all of the host's transaction is gone with it
                return StoreError(message, url=self.url)
            self.host.wrapper.close()  # the next use opens another
            return AcknowledgementLostError(message, url=self.url)
        if isinstance(error, psycopg.errors.SerializationFailure | psycopg.errors.DeadlockDetected):
            message = (
                "somebody else wrote since this transaction began, or waits for it; do all of it "
                "again, and let it read what is committed (isolation level READ COMMITTED)"
            )
            return ConflictError(message, sqlstate=error.sqlstate)
        return refusal_of(error, self.url, prefix=PREFIX)

    def copy_out(self, wanted: Sequence[Outflow], after: int = 0) -> int:
        """Write rows of the register as text, as they stand at one moment; see `Store`."""
        with self._plainly():
            lent = self._lent()
            if not self.host.in_transaction:
                with self.host.writing():
                    lent.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    return self._copy(lent, wanted, after)
            # Who has written holds the log's head: nobody else can write until the end.
            if self.unsettled or self._sees_one_moment(lent):
                return self._copy(lent, wanted, after)
            return self._copy_unmoved(lent, wanted, after)

    def _copy(self, lent: Connection[DictRow], wanted: Sequence[Outflow], after: int) -> int:
        with lent.cursor(row_factory=tuple_row) as cursor:
            return text.copy_out(cursor, wanted, self.changed_cases, after)

    def _sees_one_moment(self, lent: Connection[DictRow]) -> bool:
        with lent.cursor(row_factory=tuple_row) as cursor:
            found = cursor.execute("SELECT current_setting('transaction_isolation')").fetchone()
        return found is not None and found[0] in {"repeatable read", "serializable"}

    def _copy_unmoved(
        self, lent: Connection[DictRow], wanted: Sequence[Outflow], after: int
    ) -> int:
        """
        Copy where every statement sees another moment: until nobody has written meanwhile.

        Raises:
            ConflictError: If somebody has, again and again.
        """
        for _ in range(TRIES_MAX):
            with ExitStack() as stack:
                aside = [
                    Outflow(each.table, stack.enter_context(_spool()), each.condition)
                    for each in wanted
                ]
                position = self._copy(lent, aside, after)
                if self.head().position != position:
                    continue
                for outflow, kept in zip(wanted, aside, strict=True):
                    _pour(kept.into, outflow.into)
                return position
        message = "the log grew faster than the register could be read; ask outside of atomic()"
        raise ConflictError(message)

    @property
    def recorder(self) -> Recorder:
        """Give the library's recorder over the host's connection."""
        return Recorder(_Datastore(self._lent, self._schema()))

    def _schema(self) -> str:
        found = self.rows(
            "SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
            "WHERE c.oid = to_regclass(:name)",
            {"name": named("stored_events")},
        )
        return str(found[0][0]) if found else "public"

    def check(self) -> list[str]:
        """Examine the store itself; give what is wrong with it, in words."""
        tables = [named(table) for table in TABLES]
        indexes = [f"{PREFIX}{name}" for name in (*INDEXES, *ACCESS_INDEXES)]
        there = "SELECT relname FROM pg_class WHERE relname = ANY(:names) AND pg_table_is_visible"
        valid = "SELECT indexrelid FROM pg_index WHERE indisvalid"
        made = self.rows(f"{there}(oid)", {"names": tables})
        usable = self.rows(f"{there}(oid) AND oid IN ({valid})", {"names": indexes})
        wrong = [f"the table {name} is missing" for name in _without(tables, made)]
        wrong += [
            f"the index {name} is missing or not valid; `manage.py zhili rebuild` makes the "
            "register's anew"
            for name in _without(indexes, usable)
        ]
        return wrong + self._unsafe()


def _without(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[str]:
    return sorted(set(names) - {row[0] for row in rows})


def _spool() -> SpooledTemporaryFile[bytes]:
    return SpooledTemporaryFile(BYTES_IN_MEMORY)


def _pour(kept: Any, into: Any) -> None:
    kept.seek(0)
    while some := kept.read(1 << 20):
        into.write(some)


class _Datastore(PostgresDatastore):
    """What the library's recorder reads through; it never opens a connection of its own."""

    def __init__(self, lent: Callable[[], Connection[DictRow]], schema: str) -> None:
        super().__init__(dbname="", host="", port="", user="", password="", schema=schema)
        self._lent = lent

    def register_type_adapters(self) -> None:
        pass  # only the library's own INSERT needs them

    @contextmanager
    def get_connection(self) -> Generator[Connection[DictRow]]:
        yield self._lent()
