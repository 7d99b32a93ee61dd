"""The connections to PostgreSQL, and the library's recorder reading through them."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import psycopg
from eventsourcing.persistence import OperationalError
from eventsourcing.postgres import ConnectionPool, PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import PoolTimeout

from zhili.errors import StoreError
from zhili.store.postgres.session import Session

__all__ = ["Datastore", "Recorder", "configure", "is_lost", "reason"]

WAIT_SECONDS: Final = 30

_LOST_STATES: Final = frozenset({"57P01", "57P02", "57P03"})
"""SQLSTATEs of a server that shuts down, crashed, or is not up yet."""


def configure(connection: Connection[Any], schema: str | None) -> None:
    """
    Make a fresh connection ours: the schema's names, and locks that wait for their turn.

    A commit locks the head and then reads on: above READ COMMITTED it would read what was there
    before it got the lock.
    """
    connection.autocommit = True
    connection.execute(
        "SELECT set_config('search_path', coalesce(%s, current_setting('search_path')), false), "
        "set_config('default_transaction_isolation', 'read committed', false)",
        (None if schema is None else '"' + schema.replace('"', '""') + '"',),
    )


def is_lost(error: psycopg.Error) -> bool:
    """Say whether *error* means that the connection is gone, and not that the server answered."""
    state = error.sqlstate
    if state is None:
        return isinstance(error, psycopg.OperationalError)
    return state in _LOST_STATES or state.startswith("08")


def reason(error: psycopg.Error) -> str:
    """Give what the server or libpq said, in one line."""
    said = error.diag.message_primary or str(error) or type(error).__name__
    return " ".join(said.split())[:300]


class Datastore(PostgresDatastore):
    """The library's datastore on connections that honour every parameter of the URL."""

    def __init__(self, conninfo: str, *, schema: str, pool_size: int, shown: str) -> None:
        """Prepare a pool; it connects when it is first used."""
        super().__init__(dbname="", host="", port="", user="", password="", schema=schema)
        self._pid = os.getpid()
        self._shown = shown
        # The library's pool knows five parameters; nothing was opened yet, so it is replaced.
        self.pool = ConnectionPool(
            conninfo,
            connection_class=Session,
            kwargs={"row_factory": dict_row, "autocommit": True},
            min_size=1,
            max_size=pool_size,
            open=False,
            configure=lambda connection: configure(connection, schema),
            timeout=WAIT_SECONDS,
            num_workers=1,
        )

    def register_type_adapters(self) -> None:
        """Leave out the composite types that only the library's own INSERT needs."""

    @contextmanager
    def connection(self) -> Generator[Session]:
        """
        Lend a connection; errors of its use are psycopg's own.

        Raises:
            StoreError: If none can be had.
        """
        self.pool.open()
        try:
            connection = self.pool.getconn()
        except PoolTimeout as error:
            message = f"{self._shown} gave no connection for {WAIT_SECONDS} seconds; is it up?"
            raise StoreError(message, url=self._shown) from error
        try:
            assert isinstance(connection, Session), "the pool makes no others"
            yield connection
        finally:
            self.pool.putconn(connection)

    @contextmanager
    def get_connection(self) -> Generator[Connection[DictRow]]:
        """Lend a connection to the library, which tries again when it was lost."""
        with self.connection() as connection:
            try:
                yield connection
            except psycopg.Error as error:
                if is_lost(error):
                    raise OperationalError(reason(error)) from error
                raise

    def close(self) -> None:
        """Close the connections, unless they are a parent's."""
        if getattr(self, "_pid", None) == os.getpid():
            super().close()


class Recorder(PostgresApplicationRecorder):
    """The library's recorder on our table: it reads; a commit writes."""

    def create_table(self) -> None:
        """Refuse: the tables are made under an advisory lock, with the register's."""
        raise StoreError("a recorder makes no tables; PostgresStore does")

    def insert_events(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: an event without its link and its register rows must not be written."""
        raise StoreError("a recorder writes no events; Store.commit does")
