"""Ways to tamper with a store: each changes something, and says where it can be found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid4

from zhili.store import GENESIS, link_of

if TYPE_CHECKING:
    from random import Random

__all__ = ["BOMBS", "TAMPERINGS", "Place", "copy", "relink", "rows_of", "tamper"]

COLUMNS = ("rowid", "originator_id", "originator_version", "topic", "state", "link")


class Place(NamedTuple):
    """Where the audit must find something: at one of these positions, or in this case."""

    positions: frozenset[int]
    case_id: str | None = None


def copy(base: sqlite3.Connection, path: str) -> None:
    """Write a copy of the store *base* to *path*."""
    Path(path).write_bytes(base.serialize())


def rows_of(store: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Give the rows of the log."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM stored_events ORDER BY rowid"
    return store.execute(sql).fetchall()


def _position(store: sqlite3.Connection, random: Random, *, before: int = 0) -> int:
    (last,) = store.execute("SELECT MAX(rowid) FROM stored_events").fetchone()
    return random.randint(1, last - before)


def _one_byte(text: bytes, random: Random) -> bytes:
    at = random.randrange(len(text))
    other = random.choice([byte for byte in range(256) if byte != text[at]])
    return text[:at] + bytes([other]) + text[at + 1 :]


def change_a_byte(store: sqlite3.Connection, random: Random) -> Place:
    """Change one byte of one column of one row."""
    position = _position(store, random)
    column = random.choices(("state", "topic", "link", "originator_id"), (12, 2, 2, 2))[0]
    (old,) = store.execute(
        f"SELECT CAST({column} AS BLOB) FROM stored_events WHERE rowid = ?",
        (position,),
    ).fetchone()
    kind = "BLOB" if column in {"state", "link"} else "TEXT"
    store.execute(
        f"UPDATE stored_events SET {column} = CAST(? AS {kind}) WHERE rowid = ?",
        (_one_byte(old, random), position),
    )
    return Place(frozenset({position}))


def change_a_version(store: sqlite3.Connection, random: Random) -> Place:
    """Give an event another version."""
    position = _position(store, random)
    version = random.choice([0, -1, 77, 2**62, 1.5, "two"])
    store.execute(
        "UPDATE stored_events SET originator_version = ? WHERE rowid = ?", (version, position)
    )
    return Place(frozenset({position}))


def delete_a_row(store: sqlite3.Connection, random: Random) -> Place:
    """Delete an event; the next position betrays it, or the head."""
    position = _position(store, random)
    store.execute("DELETE FROM stored_events WHERE rowid = ?", (position,))
    return Place(frozenset({position, position + 1}))


def cut_the_tail(store: sqlite3.Connection, random: Random) -> Place:
    """Delete the newest events."""
    position = _position(store, random)
    store.execute("DELETE FROM stored_events WHERE rowid >= ?", (position,))
    return Place(frozenset({position}))


def move_the_head_back(store: sqlite3.Connection, random: Random) -> Place:
    """Let the head say that the log ends earlier; the rows beyond it betray it."""
    position = _position(store, random, before=1)
    store.execute(
        "UPDATE log_head SET position = ?, link = (SELECT link FROM stored_events WHERE rowid = ?)",
        (position, position),
    )
    return Place(frozenset({position + 1}))


def swap_two_rows(store: sqlite3.Connection, random: Random) -> Place:
    """Let two events change places."""
    position = _position(store, random, before=1)
    other = random.randint(position + 1, _position(store, random, before=0) + position + 1)
    (last,) = store.execute("SELECT MAX(rowid) FROM stored_events").fetchone()
    other = min(other, last)
    store.execute("UPDATE stored_events SET rowid = -1 WHERE rowid = ?", (position,))
    store.execute("UPDATE stored_events SET rowid = ? WHERE rowid = ?", (position, other))
    store.execute("UPDATE stored_events SET rowid = ? WHERE rowid = -1", (other,))
    return Place(frozenset({position, other}))


def swap_two_contents(store: sqlite3.Connection, random: Random) -> Place:
    """Let two events change what they say, and keep all the rest."""
    (last,) = store.execute("SELECT MAX(rowid) FROM stored_events").fetchone()
    first, second = random.sample(range(1, last + 1), 2)
    states = dict(
        store.execute(
            "SELECT rowid, state FROM stored_events WHERE rowid IN (?, ?)", (first, second)
        )
    )
    if states[first] == states[second]:
        return change_a_byte(store, random)
    for position, other in ((first, second), (second, first)):
        store.execute(
            "UPDATE stored_events SET state = ? WHERE rowid = ?", (states[other], position)
        )
    return Place(frozenset({first, second}))


def insert_a_row(store: sqlite3.Connection, random: Random) -> Place:
    """Put in an event of a case that nobody has; everything after it moves on."""
    return _insert(store, random, uuid4().hex)


def double_a_row(store: sqlite3.Connection, random: Random) -> Place:
    """Let an event stand twice."""
    return _insert(store, random, None)


def _insert(store: sqlite3.Connection, random: Random, case_id: str | None) -> Place:
    position = _position(store, random)
    rows = rows_of(store)
    copied = random.choice(rows)
    store.execute("DELETE FROM stored_events WHERE rowid > ?", (position,))
    version = 1 if case_id else 10**6  # the same version twice is refused by the table itself
    forged = (position + 1, case_id or copied[1], version, *copied[3:])
    moved = [(int(str(row[0])) + 1, *row[1:]) for row in rows[position:]]
    store.executemany("INSERT INTO stored_events VALUES (?,?,?,?,?,?)", [forged, *moved])
    return Place(frozenset({position + 1}))


def append_a_row(store: sqlite3.Connection, random: Random) -> Place:
    """Write beyond the head, or before the beginning."""
    rows = rows_of(store)
    copied = random.choice(rows)
    position = random.choice([len(rows) + 1, len(rows) + 9, 0, -5])
    store.execute(
        "INSERT INTO stored_events VALUES (?,?,?,?,?,?)", (position, uuid4().hex, 1, *copied[3:])
    )
    return Place(frozenset({position}))


def alter_the_head(store: sqlite3.Connection, random: Random) -> Place:
    """Let the head say something else."""
    (position, link) = store.execute("SELECT position, link FROM log_head").fetchone()
    if random.random() < 0.5:
        store.execute("UPDATE log_head SET link = ?", (_one_byte(link, random),))
        return Place(frozenset({position}))
    store.execute("UPDATE log_head SET position = ?", (position + random.randint(1, 9),))
    return Place(frozenset({position + 1}))


def alter_the_register(store: sqlite3.Connection, random: Random) -> Place:
    """Change a figure of a case, or remove one of its rows, or give it one more."""
    (case_id,) = random.choice(store.execute("SELECT case_id FROM cases").fetchall())
    table = random.choice(["cases", "spells"])
    match random.choice(["change", "remove", "add"]):
        case "change":
            column, value = random.choice(
                [
                    ("state", "'closed early'"),
                    ("unit", "'somebody else'"),
                    ("unit", "CAST(x'ff' AS TEXT)"),
                    ("outcome", "'better'"),
                ]
            )
            store.execute(
                f"UPDATE {table} SET {column} = {value} WHERE case_id = ?",
                (case_id,),
            )
        case "remove":
            store.execute(f"DELETE FROM {table} WHERE case_id = ?", (case_id,))
        case _:
            case_id = random.choice([case_id, str(uuid4())])
            store.execute(
                "INSERT INTO parts (case_id, kind, part_id) VALUES (?, 'co_handler', 'x')",
                (case_id,),
            )
    return Place(frozenset(), case_id)


Tampering = Callable[[sqlite3.Connection, "Random"], Place]

TAMPERINGS: dict[Tampering, int] = {
    change_a_byte: 40,
    change_a_version: 5,
    delete_a_row: 15,
    cut_the_tail: 5,
    move_the_head_back: 3,
    swap_two_rows: 10,
    swap_two_contents: 5,
    insert_a_row: 4,
    double_a_row: 4,
    append_a_row: 3,
    alter_the_head: 3,
    alter_the_register: 8,
}
"""Every way, and how often it is taken of a hundred times."""

BOMBS: dict[str, bytes] = {
    "nothing": b"",
    "a byte that is no text": b'{"a":"\xff\xfe"}',
    "half a surrogate": b'{"a":"\\ud800"}',
    "not a number": b'{"a":NaN}',
    "infinity": b'{"a":1e999}',
    "a number without end": b'{"edition":' + b"9" * 6000 + b"}",
    "very deep": b"[" * 500_000,
    "deep and closed": b"[" * 100_000 + b"]" * 100_000,
    "very wide": b'{"a":[' + b"0," * 500_000 + b"0]}",
    "the same name twice": b'{"state":"a","state":"b"}',
    "a list": b"[]",
    "null": b"null",
    "a text": b'"state"',
    "a version that is none": b'{"class_version":true}',
    "a version to come": b'{"class_version":99}',
    "a version as a text": b'{"class_version":"1"}',
}
"""What might stand in place of an event."""


def tamper(path: str, random: Random) -> tuple[Tampering, Place]:
    """Tamper with the store at *path*, in a way drawn from all of them."""
    (way,) = random.choices(list(TAMPERINGS), list(TAMPERINGS.values()))
    with closing(sqlite3.connect(path)) as store:
        store.execute("PRAGMA synchronous = OFF")  # nobody pulls a plug here
        place = way(store, random)
        store.commit()
    return way, place


def relink(store: sqlite3.Connection) -> None:
    """Compute every link and the head anew, as somebody does who knows how it is done."""
    link, position = GENESIS, 0
    for row in rows_of(store):
        position, name, version, topic, state = row[:5]  # type: ignore[assignment]  # by the table
        link = link_of(link, UUID(str(name)), int(str(version)), str(topic), bytes(state))  # type: ignore[call-overload]  # a blob
        store.execute("UPDATE stored_events SET link = ? WHERE rowid = ?", (link, position))
    store.execute("UPDATE log_head SET position = ?, link = ?", (position, link))
