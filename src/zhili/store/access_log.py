"""
The access log 查阅记录: who has read personal data (C46), in a chain of its own.

Its link is SHA-256 of the link before it (32 bytes) and the entry's bytes, which are canonical
JSON. The columns beside an entry are there to be looked for; an audit compares them with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple
from uuid import UUID

from pydantic import Field

from zhili.errors import StoreError
from zhili.projections.register import microseconds
from zhili.store.form import canonical
from zhili.values import Actor, Instant, Line, Recorded

if TYPE_CHECKING:
    from zhili.store.schema import Dialect

__all__ = [
    "ACCESS_META", "ACCESS_STATEMENTS", "ACCESS_TABLES", "ENTRY_BYTES_MAX", "SELECT_ACCESS",
    "SELECT_ACCESS_HEAD", "AccessHead", "AccessRow", "SensitiveDataRead", "access_head_in",
    "access_link", "append", "columns_of",
]  # fmt: skip

ACCESS_TABLES: Final = ("access_log", "access_head")

ACCESS_META: Final = "access"
"""What a store's `meta` has that keeps an access log: its absence says that none was ever made."""

GENESIS: Final = bytes(32)
"""The link before the first entry."""

ENTRY_BYTES_MAX: Final = 1024 * 1024
"""No entry is larger; what is, by tampering, is not read."""

FIELDS_MAX: Final = 500


class SensitiveDataRead(Recorded):
    """
    Somebody read personal data of one person: who, whose, which fields, what for, in which case.

    `fields` are written as name and version of the event in which they stand: `phone@1`.
    """

    actor: Actor
    subject: Line
    fields: Annotated[tuple[Line, ...], Field(min_length=1, max_length=FIELDS_MAX)]
    purpose: Line
    case_id: UUID
    read_at: Instant


class AccessHead(NamedTuple):
    """The end of the access log: its position and its link."""

    position: int
    link: bytes


class AccessRow(NamedTuple):
    """One row of the access log, as stored; `entry` is None if it is larger than any may be."""

    position: int
    link: bytes
    entry: bytes | None
    case_id: str
    subject: str
    actor_id: str
    read_at: int


_COLUMNS: Final = ", ".join(AccessRow._fields)

_INDEXES: Final = tuple(
    f"CREATE INDEX access_log_{column} ON access_log ({column}, position)"
    for column in ("case_id", "subject", "actor_id")
)

ACCESS_STATEMENTS: Final[dict[Dialect, tuple[str, ...]]] = {
    "sqlite": (
        """CREATE TABLE access_log (
            position INTEGER PRIMARY KEY, link BLOB NOT NULL, entry BLOB NOT NULL,
            case_id TEXT NOT NULL, subject TEXT NOT NULL, actor_id TEXT NOT NULL,
            read_at INTEGER NOT NULL
        )""",
        """CREATE TABLE access_head (
            one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, link BLOB NOT NULL
        )""",
        "INSERT INTO access_head VALUES (1, 0, zeroblob(32))",
        *_INDEXES,
        f"INSERT INTO meta VALUES ('{ACCESS_META}', '1')",
    ),
    "postgres": (
        """CREATE TABLE access_log (
            position bigint PRIMARY KEY, link bytea NOT NULL, entry bytea NOT NULL,
            case_id text NOT NULL, subject text NOT NULL, actor_id text NOT NULL,
            read_at bigint NOT NULL
        )""",
        """CREATE TABLE access_head (
            one integer PRIMARY KEY CHECK (one = 1), position bigint NOT NULL, link bytea NOT NULL
        )""",
        "INSERT INTO access_head VALUES (1, 0, decode(repeat('00', 32), 'hex'))",
        *_INDEXES,
        f"INSERT INTO meta VALUES ('{ACCESS_META}', '1')",
    ),
}
"""What makes the tables of an empty access log, and says so in `meta`."""

SELECT_ACCESS_HEAD: Final = "SELECT position, link FROM access_head"
SELECT_ACCESS: Final = (
    f"SELECT position, link, CASE WHEN LENGTH(entry) <= {ENTRY_BYTES_MAX} THEN entry END, "
    "case_id, subject, actor_id, read_at FROM access_log "
    "WHERE position > :after AND position <= :until ORDER BY position LIMIT 500"
)


def access_link(previous: bytes, entry: bytes) -> bytes:
    """Give the link of an entry that follows the link *previous*."""
    return hashlib.sha256(previous + entry).digest()


def access_head_in(rows: Sequence[Sequence[Any]]) -> AccessHead:
    """
    Give the head of the access log from the *rows* of its table.

    Raises:
        StoreError: If there is none, or what stands there is none.
    """
    if len(rows) != 1 or tuple(map(type, rows[0])) != (int, bytes):
        raise StoreError("the access log has lost its head, or it is damaged; restore a backup")
    return AccessHead(*rows[0])


def columns_of(entry: SensitiveDataRead) -> tuple[str, str, str, int]:
    """Give what stands in the columns beside *entry*: case, subject, actor, instant."""
    at = microseconds(entry.read_at)
    assert at is not None, "every entry has its instant"
    return str(entry.case_id), entry.subject, entry.actor.id, at


def append(
    run: Callable[[str, Sequence[Any]], Any],
    entries: Iterable[SensitiveDataRead],
    *,
    mark: str,
    lock: str = "",
) -> AccessHead:
    """
    Append *entries* in the transaction in which *run* runs statements, and give the new head.

    Args:
        run: Runs a statement with its parameters and gives a cursor.

        entries: What was read.

        mark: How the database writes a parameter: `?` or `%s`.

        lock: What is put behind the SELECT of the head to lock it, unless the transaction does.

    Raises:
        StoreError: If the head is lost.
    """
    position, link = access_head_in(run(f"{SELECT_ACCESS_HEAD}{lock}", ()).fetchall())
    marks = ", ".join(mark for _ in AccessRow._fields)
    for row in _chained(entries, position, link):
        run(f"INSERT INTO access_log ({_COLUMNS}) VALUES ({marks})", row)
        position, link = row.position, row.link
    run(f"UPDATE access_head SET position = {mark}, link = {mark}", (position, link))
    return AccessHead(position, link)


def _chained(
    entries: Iterable[SensitiveDataRead], position: int, link: bytes
) -> Iterator[AccessRow]:
    for place, entry in enumerate(entries, position + 1):
        written = canonical(entry.model_dump(mode="json"))
        link = access_link(link, written)
        yield AccessRow(place, link, written, *columns_of(entry))
