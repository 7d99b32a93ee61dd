"""The SQL of the store on PostgreSQL, and how a statement written for every store becomes it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from zhili.projections.register import Table

__all__ = [
    "ACCESS_TYPES",
    "COLUMN_TYPES",
    "COPY_ACCESS",
    "COPY_EVENTS",
    "COPY_KEYS",
    "EPOCH_FUNCTION",
    "EVENT_TYPES",
    "KEY_TYPES",
    "LOCK_HEAD",
    "POLICIES_CHANGED",
    "SELECT_HEAD",
    "SELECT_KEY",
    "SELECT_PLACE",
    "SELECT_VERSIONS",
    "UPDATE_ACCESS_HEAD",
    "UPDATE_HEAD",
    "copy_rows",
    "from_named",
    "upsert_json",
]

POLICIES_CHANGED: Final = "ZH001"
"""The SQLSTATE that says that a policy was published meanwhile."""

_TOKEN: Final = re.compile(
    r"""
    (?P<quoted> '(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ )
    | (?P<cast> ::)
    | : (?P<name> [A-Za-z_]\w*)
    | (?P<percent> %)
    """,
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=512)
def from_named(sql: str) -> bytes:
    """Give *sql*, whose parameters are written `:name`, as psycopg wants it."""

    def replaced(match: re.Match[str]) -> str:
        if match["name"]:
            return f"%({match['name']})s"
        return match[0].replace("%", "%%")

    return _TOKEN.sub(replaced, sql).encode()


def upsert_json(table: Table, source: str, start: str = "0", suffix: str = "") -> str:
    """
    Give the statement that writes rows of *table* from a JSON array, new or not.

    Args:
        table: A table of the register.

        source: The SQL expression of the array of objects; what an object leaves out is NULL.

        start: The SQL expression of what is added to every position.

        suffix: What follows the table's name while a register is being rebuilt.
    """
    name = f"{table.name}{suffix}"
    given = ", ".join(
        f"given.position + {start}" if column == "position" else f"given.{column}"
        for column in table.names
    )
    changed = ", ".join(
        f"{column} = excluded.{column}" for column in table.names if column not in table.key
    )
    return (  # every name comes from the register's own tables
        f"INSERT INTO {name} ({', '.join(table.names)}) "
        f"SELECT {given} FROM json_populate_recordset(NULL::{name}, {source}) AS given "
        f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {changed}"
    )


def copy_rows(table: Table, suffix: str = "") -> str:
    """Give the statement that takes rows of *table* in PostgreSQL's binary form."""
    return f"COPY {table.name}{suffix} ({', '.join(table.names)}) FROM STDIN (FORMAT BINARY)"


# Called where a commit finds another epoch than its own: so the message has an SQLSTATE of its own.
EPOCH_FUNCTION: Final = f"""
CREATE FUNCTION zhili_policies_changed() RETURNS bigint LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'a policy was published meanwhile' USING ERRCODE = '{POLICIES_CHANGED}';
END
$body$
"""

SELECT_HEAD: Final = "SELECT position, link, epoch FROM log_head WHERE one = 1"
LOCK_HEAD: Final = f"{SELECT_HEAD} FOR UPDATE"
UPDATE_ACCESS_HEAD: Final = "UPDATE access_head SET position = %s, link = %s WHERE one = 1"
UPDATE_HEAD: Final = "UPDATE log_head SET position = %s, link = %s, epoch = %s WHERE one = 1"

# One probe of the index a case, however long its stream.
SELECT_VERSIONS: Final = (
    "SELECT wanted.id, last.originator_version "
    "FROM unnest(:ids::uuid[]) AS wanted(id) CROSS JOIN LATERAL ("
    "SELECT originator_version FROM stored_events WHERE originator_id = wanted.id "
    "ORDER BY originator_version DESC LIMIT 1) AS last"
)
SELECT_PLACE: Final = (
    "SELECT notification_id, link FROM stored_events "
    "WHERE originator_id = :case_id AND originator_version = :version"
)
SELECT_KEY: Final = "SELECT digest, receipt FROM keys WHERE key = :key"

COPY_EVENTS: Final = (
    b"COPY stored_events "
    b"(originator_id, originator_version, topic, state, notification_id, link) "
    b"FROM STDIN (FORMAT BINARY)"
)
EVENT_TYPES: Final = ("uuid", "int8", "text", "bytea", "int8", "bytea")
COPY_KEYS: Final = b"COPY keys (key, digest, receipt) FROM STDIN (FORMAT BINARY)"
KEY_TYPES: Final = ("text", "bytea", "text")
COPY_ACCESS: Final = (
    b"COPY access_log (position, link, entry, case_id, subject, actor_id, read_at) "
    b"FROM STDIN (FORMAT BINARY)"
)
ACCESS_TYPES: Final = ("int8", "bytea", "bytea", "text", "text", "text", "int8")
COLUMN_TYPES: Final = {"text": "text", "integer": "int8", "instant": "int8", "boolean": "bool"}
"""The types of the register's columns, by kind, in PostgreSQL's binary form."""
