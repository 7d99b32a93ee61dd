"""psycopg's connection as the host lends it: with the names that the tables have there."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from psycopg import Connection, Cursor
from psycopg.pq import Format
from psycopg.rows import DictRow, RowFactory, dict_row
from psycopg.sql import Composable

from zhili.integrations.django.store.naming import renamed

if TYPE_CHECKING:
    from zhili.integrations.django.store.host import Host

__all__ = ["Lent"]


class Lent:
    """
    As much of a connection as writing and reading the tables needs.

    A transaction over it is one of Django's, so that Django knows of it: a savepoint where the
    host has begun one.
    """

    def __init__(self, host: Host, connection: Connection[Any]) -> None:
        """Lend *connection*, which is the host's in this thread."""
        self._host = host
        self._connection = connection

    def cursor(
        self, *, row_factory: RowFactory[Any] = dict_row, binary: bool = False
    ) -> Cursor[Any]:
        """Give a cursor; its parameters go to the server apart from the SQL."""
        cursor = _Cursor(self._connection, row_factory=row_factory)
        cursor.format = Format.BINARY if binary else Format.TEXT
        return cursor

    def execute(self, query: Any, params: Any = None) -> Cursor[DictRow]:
        """Execute a statement over a cursor of its own."""
        return self.cursor().execute(query, params)

    def transaction(self) -> AbstractContextManager[Any]:
        """Begin what is written whole or not at all."""
        return self._host.writing()


class _Cursor(Cursor[Any]):
    """A cursor to which every table has the name that it has in a store of its own."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> _Cursor:
        super().execute(self._renamed(query), params, **options)
        return self

    def copy(self, statement: Any, params: Any = None, **options: Any) -> Any:
        return super().copy(self._renamed(statement), params, **options)

    def _renamed(self, query: Any) -> bytes:
        if isinstance(query, Composable):
            query = query.as_bytes(self)
        sql = query.decode() if isinstance(query, bytes) else query
        return renamed(sql).encode()
