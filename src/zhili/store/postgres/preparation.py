"""Finding the tables of a store in a PostgreSQL schema, or making them, once."""

from __future__ import annotations

from typing import Any, Final, LiteralString

import psycopg
from psycopg import Connection
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from zhili.errors import StoreError
from zhili.projections.register import TABLES
from zhili.store.access_log import ACCESS_META, ACCESS_STATEMENTS, ACCESS_TABLES
from zhili.store.postgres.address import Address
from zhili.store.postgres.pool import configure, reason
from zhili.store.postgres.sql import EPOCH_FUNCTION
from zhili.store.schema import SCHEMA_VERSION, statements
from zhili.store.version import refuse_other_version

__all__ = ["missing_parts", "prepare"]

SERVER_VERSION_MIN: Final = 130000

LOCK_CLASS: Final = 0x7A68_696C
"""Which advisory locks are ours: `zhil`."""

LOG_TABLES: Final = ("stored_events", "log_head", "keys", "meta")
NAMES: Final = (*LOG_TABLES, *(table.name for table in TABLES))

INDEXES: Final = (
    "stored_events_pkey",
    "stored_events_notification_id_key",
    "log_head_pkey",
    "keys_pkey",
    "meta_pkey",
    *(f"{table.name}_pkey" for table in TABLES),
    *(index.name(table.name) for table in TABLES for index in table.indexes),
    *(f"{table.name}_{column}" for table in TABLES for column in table.unique),
)

ACCESS_INDEXES: Final = (
    "access_log_pkey", "access_head_pkey",
    "access_log_case_id", "access_log_subject", "access_log_actor_id",
)  # fmt: skip

_THERE: Final = (
    "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
    "WHERE n.nspname = %s AND c.relname = ANY(%s)"
)
_VALID: Final = (
    "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
    "JOIN pg_index AS i ON i.indexrelid = c.oid "
    "WHERE n.nspname = %s AND c.relname = ANY(%s) AND i.indisvalid"
)
_FUNCTION: Final = (
    "SELECT 1 FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace "
    "WHERE n.nspname = %s AND p.proname = 'zhili_policies_changed'"
)
_IS_META: Final = (
    "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass(%s) "
    "AND attname IN ('name', 'value') AND NOT attisdropped"
)


def prepare(address: Address, *, create: bool) -> str:
    """
    Find the store at *address*, or make it, and give the name of its schema.

    Raises:
        StoreError: If it cannot be reached, is not there, is not ours, or of another version.
    """
    try:
        with psycopg.connect(address.conninfo, autocommit=True) as connection:
            configure(connection, address.schema)
            _refuse_server(connection, address)
            schema = address.schema or _current_schema(connection, address)
            if not _is_there(connection, schema, address):
                if not create:
                    message = f"there is no store at {address.shown}; `zhili init` makes one"
                    raise StoreError(message, url=address.shown)
                _make(connection, schema, address)
            elif create:
                _complete(connection, schema)
            return schema
    except psycopg.Error as error:
        message = f"{address.shown} cannot be used: {reason(error)}"
        raise StoreError(message, url=address.shown) from error


def _refuse_server(connection: Connection[Any], address: Address) -> None:
    if connection.info.server_version < SERVER_VERSION_MIN:
        message = f"{address.shown} is a PostgreSQL older than 13; zhili needs 13 or newer"
        raise StoreError(message, url=address.shown)
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        message = (
            f"the database {address.shown} is encoded in {encoding}, which cannot hold every text; "
            "make it with ENCODING 'UTF8'"
        )
        raise StoreError(message, url=address.shown)


def _current_schema(connection: Connection[Any], address: Address) -> str:
    found = connection.execute("SELECT current_schema()").fetchone()
    if found is None or found[0] is None:
        message = f"{address.shown} has no schema to look in; name one with ?schema=zhili"
        raise StoreError(message, url=address.shown)
    return str(found[0])


def _is_there(connection: Connection[Any], schema: str, address: Address) -> bool:
    """Say whether the tables are there and ours; refuse another's, and another version's."""
    present = {
        row[0] for row in connection.execute(_THERE, (schema, [*NAMES, *ACCESS_TABLES])).fetchall()
    }
    if not present:
        return False
    meta = f'"{schema.replace(chr(34), chr(34) * 2)}".meta'
    columns = connection.execute(_IS_META, (meta,)).fetchone()
    if columns is None or columns[0] != 2 or "log_head" not in present:  # noqa: PLR2004 - both
        named = ", ".join(sorted(present))
        message = (
            f"the schema {schema!r} of {address.shown} holds what is not zhili's ({named}); "
            "name another schema with ?schema=…"
        )
        raise StoreError(message, url=address.shown)
    found = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    refuse_other_version(found[0] if found else None, address.shown)
    needed = {*NAMES, *ACCESS_TABLES} if _has_access_log(connection) else set(NAMES)
    absent = sorted(needed - present)
    if absent:
        message = f"{address.shown} lacks the tables {', '.join(absent)}; restore a backup"
        raise StoreError(message, url=address.shown)
    return True


def _make(connection: Connection[Any], schema: str, address: Address) -> None:
    """Make the tables; of many that start at once, the first to get the lock makes them."""
    with connection.transaction():
        connection.execute(
            "SELECT pg_advisory_xact_lock(%s::int4, hashtext(%s))", (LOCK_CLASS, schema)
        )
        if _is_there(connection, schema, address):
            return
        if address.schema is not None:
            connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(schema)))
        for statement in (*statements("postgres"), EPOCH_FUNCTION):
            connection.execute(statement.encode())
        connection.execute("INSERT INTO meta VALUES ('schema', %s)", (str(SCHEMA_VERSION),))


def _complete(connection: Connection[Any], schema: str) -> None:
    """Give a store of an earlier day its access log; of many that start at once, the first does."""
    if _has_access_log(connection):
        return
    with connection.transaction():
        connection.execute(
            "SELECT pg_advisory_xact_lock(%s::int4, hashtext(%s))", (LOCK_CLASS, schema)
        )
        if not _has_access_log(connection):
            for statement in ACCESS_STATEMENTS["postgres"]:
                connection.execute(statement.encode())


def _has_access_log(connection: Connection[Any]) -> bool:
    found = connection.execute("SELECT 1 FROM meta WHERE name = %s", (ACCESS_META,)).fetchone()
    return found is not None


def missing_parts(connection: Connection[Any], schema: str) -> list[str]:
    """Say which tables, indexes and functions of the store are missing, in words."""

    def found(sql: LiteralString, names: tuple[str, ...]) -> set[str]:
        with connection.cursor(row_factory=tuple_row) as cursor:
            return {row[0] for row in cursor.execute(sql, (schema, list(names))).fetchall()}

    names, indexes = NAMES, INDEXES
    if _has_access_log(connection):
        names, indexes = (*NAMES, *ACCESS_TABLES), (*INDEXES, *ACCESS_INDEXES)
    wrong = [f"the table {name} is missing" for name in sorted(set(names) - found(_THERE, names))]
    wrong += [
        f"the index {name} is missing or not valid; `zhili rebuild` makes the register's anew"
        for name in sorted(set(indexes) - found(_VALID, indexes))
    ]
    if connection.execute(_FUNCTION, (schema,)).fetchone() is None:
        wrong.append("the function zhili_policies_changed is missing; restore a backup")
    return wrong
