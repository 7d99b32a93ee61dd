"""The SQL of the store on PostgreSQL, and how a statement written for every store becomes it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from zhili.projections.register import TABLES, Table

__all__ = [
    "COMMIT",
    "COMMIT_FUNCTION",
    "LOCK_HEAD",
    "POLICIES_CHANGED",
    "SELECT_BY_CASE",
    "SELECT_HEAD",
    "SELECT_KEY",
    "SELECT_LOG",
    "SELECT_PLACE",
    "SELECT_VERSIONS",
    "UPDATE_HEAD",
    "copy_rows",
    "from_named",
    "upsert_json",
]

POLICIES_CHANGED: Final = "ZH001"
"""The SQLSTATE with which the commit function says that a policy was published meanwhile."""

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


def _write_register() -> str:
    return "\n".join(
        f"    IF new_{table.name} IS NOT NULL THEN\n"
        f"        {upsert_json(table, f'new_{table.name}', 'first')};\n"
        "    END IF;"
        for table in TABLES
    )


# `first` is the position before the batch. Every link is store.link_of, computed where the
# previous link is known for certain: under the lock on the head.
COMMIT_FUNCTION: Final = f"""
CREATE FUNCTION zhili_commit(
    epoch_then bigint, publishes bigint,
    case_ids uuid[], case_versions bigint[], topics text[], states bytea[],
    key_names text[], digests bytea[], receipts text[],
    {", ".join(f"new_{table.name} json" for table in TABLES)},
    OUT head_position bigint, OUT head_link bytea, OUT head_epoch bigint
) LANGUAGE plpgsql AS $body$
DECLARE
    first bigint;
    written record;
    name bytea;
BEGIN
    SELECT h.position, h.link, h.epoch INTO STRICT head_position, head_link, head_epoch
        FROM log_head AS h WHERE h.one = 1 FOR UPDATE;
    IF head_epoch <> epoch_then THEN
        RAISE EXCEPTION 'a policy was published meanwhile' USING ERRCODE = '{POLICIES_CHANGED}';
    END IF;
    first := head_position;
    FOR written IN
        SELECT e.case_id, e.version, e.topic, e.state
        FROM unnest(case_ids, case_versions, topics, states) WITH ORDINALITY
            AS e(case_id, version, topic, state, n)
        ORDER BY e.n
    LOOP
        head_position := head_position + 1;
        name := convert_to(written.topic, 'UTF8');
        head_link := sha256(
            head_link || uuid_send(written.case_id) || int8send(written.version)
            || int4send(length(name)) || name || written.state
        );
        INSERT INTO stored_events
            (originator_id, originator_version, topic, state, notification_id, link)
        VALUES (
            written.case_id, written.version, written.topic, written.state,
            head_position, head_link
        );
    END LOOP;
    INSERT INTO keys (key, digest, receipt)
        SELECT k.key, k.digest, k.receipt
        FROM unnest(key_names, digests, receipts) AS k(key, digest, receipt);
{_write_register()}
    head_epoch := head_epoch + publishes;
    UPDATE log_head AS h SET position = head_position, link = head_link, epoch = head_epoch
        WHERE h.one = 1;
END
$body$
"""

_JSON_ARGUMENTS: Final = ", ".join("%s::json" for _ in TABLES)

COMMIT: Final = (
    "SELECT head_position, head_link, head_epoch FROM zhili_commit("
    "%s::bigint, %s::bigint, %b::uuid[], %b::bigint[], %b::text[], %b::bytea[], "
    f"%b::text[], %b::bytea[], %b::text[], {_JSON_ARGUMENTS})"
).encode()

SELECT_HEAD: Final = "SELECT position, link, epoch FROM log_head WHERE one = 1"
LOCK_HEAD: Final = f"{SELECT_HEAD} FOR UPDATE"
UPDATE_HEAD: Final = "UPDATE log_head SET position = %s, link = %s, epoch = %s WHERE one = 1"

_COLUMNS: Final = "notification_id, originator_id, originator_version, topic, state, link"

SELECT_LOG: Final = (
    f"SELECT {_COLUMNS} FROM stored_events "
    "WHERE notification_id > :after AND notification_id <= :until "
    "ORDER BY notification_id LIMIT :page"
)
# A uuid compares as its bytes do, and so in the order of its hexadecimal digits.
SELECT_BY_CASE: Final = (
    f"SELECT {_COLUMNS} FROM stored_events "
    "WHERE (originator_id, originator_version) > (:after::uuid, :version::bigint) "
    "ORDER BY originator_id, originator_version LIMIT :page"
)
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
