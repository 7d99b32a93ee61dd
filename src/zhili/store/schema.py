"""The tables of a store, in the dialects of SQLite and PostgreSQL."""

from typing import Final, Literal

from zhili.projections.register import TABLES, Table
from zhili.store.access_log import ACCESS_STATEMENTS

__all__ = [
    "SCHEMA_VERSION",
    "Dialect",
    "register_statements",
    "statements",
    "upsert_statement",
]

SCHEMA_VERSION: Final = 1
"""Raised when a table changes; a store of another version is migrated or refused."""

Dialect = Literal["sqlite", "postgres"]

_TYPES: Final[dict[Dialect, dict[str, str]]] = {
    "sqlite": {"text": "TEXT", "integer": "INTEGER", "instant": "INTEGER", "boolean": "INTEGER"},
    "postgres": {"text": "text", "integer": "bigint", "instant": "bigint", "boolean": "boolean"},
}

_LOG: Final[dict[Dialect, tuple[str, ...]]] = {
    "sqlite": (
        # The library asks for `rowid`: an explicit key of that name is the position for good.
        """CREATE TABLE stored_events (
            rowid INTEGER PRIMARY KEY,
            originator_id TEXT NOT NULL,
            originator_version INTEGER NOT NULL,
            topic TEXT NOT NULL,
            state BLOB NOT NULL,
            link BLOB NOT NULL,
            UNIQUE (originator_id, originator_version)
        )""",
        """CREATE TABLE log_head (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            position INTEGER NOT NULL, link BLOB NOT NULL, epoch INTEGER NOT NULL
        )""",
        "INSERT INTO log_head VALUES (1, 0, zeroblob(32), 0)",
        """CREATE TABLE keys (
            key TEXT PRIMARY KEY, digest BLOB NOT NULL, receipt TEXT NOT NULL
        ) WITHOUT ROWID""",
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ),
    "postgres": (
        """CREATE TABLE stored_events (
            originator_id uuid NOT NULL,
            originator_version bigint NOT NULL,
            topic text NOT NULL,
            state bytea NOT NULL,
            notification_id bigint NOT NULL UNIQUE,
            link bytea NOT NULL,
            PRIMARY KEY (originator_id, originator_version)
        )""",
        """CREATE TABLE log_head (
            one integer PRIMARY KEY CHECK (one = 1),
            position bigint NOT NULL, link bytea NOT NULL, epoch bigint NOT NULL
        ) WITH (fillfactor = 10)""",
        "INSERT INTO log_head VALUES (1, 0, decode(repeat('00', 32), 'hex'), 0)",
        "CREATE TABLE keys (key text PRIMARY KEY, digest bytea NOT NULL, receipt text NOT NULL)",
        "CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL)",
    ),
}


def statements(dialect: Dialect) -> tuple[str, ...]:
    """Give the statements that make an empty store."""
    return (*_LOG[dialect], *ACCESS_STATEMENTS[dialect], *register_statements(dialect))


def register_statements(dialect: Dialect, suffix: str = "") -> tuple[str, ...]:
    """Give the statements that make the register's tables, under other names if asked."""
    made: list[str] = []
    for table in TABLES:
        made.append(_table(table, dialect, suffix))
        made.extend(_indexes(table, suffix))
    return tuple(made)


def _table(table: Table, dialect: Dialect, suffix: str) -> str:
    types = _TYPES[dialect]
    # A key is in the order of its bytes whatever the database's collation, as it is on SQLite.
    bytewise = ' COLLATE "C"' if dialect == "postgres" else ""
    columns = ", ".join(
        f"{column.name} {types[column.kind]}"
        + (bytewise if column.name in table.key and column.kind == "text" else "")
        + (" NOT NULL" if column.name in table.key else "")
        for column in table.columns
    )
    # PostgreSQL: room on every page; a row that changes no indexed column is written beside its old
    # self, and no index hears of it. SQLite: not WITHOUT ROWID; rows of some hundred bytes are
    # better added at the end than put in the order of ids that an import makes at random, and every
    # other index then holds a number where it would hold the id.
    ending = "" if dialect == "sqlite" else " WITH (fillfactor = 80)"
    key = ", ".join(table.key)
    return f"CREATE TABLE {table.name}{suffix} ({columns}, PRIMARY KEY ({key})){ending}"


def _indexes(table: Table, suffix: str) -> list[str]:
    made = [
        f"CREATE INDEX {index.name(f'{table.name}{suffix}')} "
        f"ON {table.name}{suffix} ({', '.join(index.columns)})"
        + (f" WHERE {index.where}" if index.where else "")
        for index in table.indexes
    ]
    made.extend(
        f"CREATE UNIQUE INDEX {table.name}{suffix}_{column} ON {table.name}{suffix} ({column})"
        for column in table.unique
    )
    return made


def upsert_statement(table: Table, marker: str = "?", suffix: str = "") -> str:
    """Give the statement that writes one row of *table*, new or not."""
    changed = [name for name in table.names if name not in table.key]
    return (
        f"INSERT INTO {table.name}{suffix} ({', '.join(table.names)}) "
        f"VALUES ({', '.join(marker for _ in table.names)}) "
        f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in changed)
    )
