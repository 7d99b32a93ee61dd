"""A fault: what somebody does to a store, and what the audit must say of it and where."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from zhili import Engine
from zhili.store import GENESIS, canonical, link_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhili.audit import Report

__all__ = ["FAULTS", "Entry", "Fault", "Log", "Place", "Placed", "audited", "forged", "raw"]


class Place(NamedTuple):
    """Where the audit must find it."""

    case_id: str | None = None
    version: int | None = None
    position: int | None = None


@dataclass(eq=False)
class Entry:
    """An event of a log that can be changed: what it says as plain data, or as bytes."""

    case_id: UUID
    version: int
    topic: str
    says: Any

    def say(self, **fields: Any) -> Entry:
        """Let it say something else."""
        self.says.update(fields)
        return self

    def mark(self, name: str) -> dict[str, Any]:
        """Give what it says of a clock."""
        (found,) = [mark for mark in self.says["marks"] if mark["name"] == name]
        return found  # type: ignore[no-any-return]  # plain data

    def but(self, **fields: Any) -> Entry:
        """Give another event like it that says something else as well."""
        says = json.loads(json.dumps(self.says))
        return Entry(self.case_id, self.version, self.topic, {**says, **fields})

    @property
    def state(self) -> bytes:
        """The bytes that are stored."""
        return self.says if isinstance(self.says, bytes) else canonical(self.says)


class Log:
    """
    A log in the hands of somebody who can write everything: links, head and register follow.

    The order of `entries` is the log's; positions are given when it is written.
    """

    def __init__(self, path: Path) -> None:
        """Read the log in the SQLite file *path*."""
        self.path = path
        columns = "originator_id, originator_version, topic, state"
        sql = f"SELECT {columns} FROM stored_events ORDER BY rowid"
        with closing(sqlite3.connect(path)) as store:
            found = store.execute(sql).fetchall()
        self.entries = [Entry(UUID(row[0]), row[1], row[2], json.loads(row[3])) for row in found]
        self.folds = True

    def of(self, case_id: UUID) -> list[Entry]:
        """Give the events of a case."""
        return [entry for entry in self.entries if entry.case_id == case_id]

    def find(self, case_id: UUID, event: str, nth: int = 0) -> Entry:
        """Give the *nth* event of a case with this name, as in `signed`."""
        return [one for one in self.of(case_id) if one.topic.split(".")[1] == event][nth]

    def insert(self, entry: Entry, *, after: Entry) -> Entry:
        """Put an event behind another one, and count the versions of its case anew."""
        self.entries.insert(self.entries.index(after) + 1, entry)
        self.count(entry.case_id)
        return entry

    def remove(self, entry: Entry) -> Entry:
        """Take an event out, count the versions of its case anew, and give what followed in it."""
        stream = self.of(entry.case_id)
        self.entries.remove(entry)
        self.count(entry.case_id, gone=entry.version)
        following = stream.index(entry) + 1
        return stream[following] if following < len(stream) else stream[-2]

    def swap(self, one: Entry, other: Entry) -> None:
        """Let two events change places."""
        first, second = self.entries.index(one), self.entries.index(other)
        self.entries[first], self.entries[second] = other, one
        if one.case_id == other.case_id:
            self.count(one.case_id)

    def count(self, case_id: UUID, gone: int | None = None) -> None:
        """Give the events of a case versions without holes, also where others name them."""
        moved: dict[int, int] = {}
        for n, entry in enumerate(self.of(case_id), 1):
            moved.setdefault(entry.version, n)
            entry.version = n
        if gone is not None:
            moved.pop(gone, None)
        for entry in self.entries:
            cause = entry.says.get("cause") if isinstance(entry.says, dict) else None
            if cause and UUID(cause["case_id"]) == case_id:
                cause["version"] = moved.get(cause["version"], cause["version"])

    def place(self, entry: Entry) -> Place:
        """Give the place of an event."""
        return Place(str(entry.case_id), entry.version, self.entries.index(entry) + 1)

    def write(self) -> None:
        """Write it: links and head computed anew, and the register folded anew if it can be."""
        link, rows = GENESIS, []
        for position, one in enumerate(self.entries, 1):
            link = link_of(link, one.case_id, one.version, one.topic, one.state)
            rows.append((position, one.case_id.hex, one.version, one.topic, one.state, link))
        epoch = sum(one.topic == "policy.published" for one in self.entries)
        with closing(sqlite3.connect(self.path)) as store, store:
            store.execute("PRAGMA synchronous = OFF")  # nobody pulls a plug here
            store.execute("DELETE FROM stored_events")
            store.executemany("INSERT INTO stored_events VALUES (?,?,?,?,?,?)", rows)
            head = (len(rows), link, epoch)
            store.execute("UPDATE log_head SET position = ?, link = ?, epoch = ?", head)
        if self.folds:
            with Engine.open(f"sqlite:///{self.path}", create=False) as engine:
                engine.rebuild()


Placed = Place | Entry


def audited(path: Path, **how: Any) -> Report:
    """Open the store at *path* as an auditor does, and audit it."""
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        return engine.audit(**how)


class Fault(NamedTuple):
    """
    One way to harm a store.

    `code` is what must be found where `plant` says; `also` is what may follow from it, and nothing
    else may be found. `audit` is how it is looked for.
    """

    name: str
    code: str
    plant: Callable[[Path], Place]
    also: frozenset[str] = frozenset()
    audit: Callable[[Path], Report] = audited

    def check(self, path: Path) -> None:
        """Plant it in the store at *path*; insist that the audit finds it there, and no more."""
        place = self.plant(path)
        report = self.audit(path)
        notes = [*report.findings, *report.remarks]
        found = {Place(n.case_id, n.version, n.position) for n in notes if n.code == self.code}
        assert place in found, (self.name, place, notes)
        assert all(note.detail for note in notes)
        assert {finding.code for finding in report.findings} - {self.code} == self.also, notes


FAULTS: list[Fault] = []
"""Every fault there is; the modules of faults put theirs in."""


def forged(
    code: str, *also: str, by: Callable[[Path], Report] = audited, name: str = ""
) -> Callable[[Callable[[Log], Placed]], None]:
    """Declare a fault of somebody who mends links, head and register afterwards."""

    def declare(function: Callable[[Log], Placed]) -> None:
        def plant(path: Path) -> Place:
            log = Log(path)
            where = function(log)
            log.write()
            return log.place(where) if isinstance(where, Entry) else where

        called = name or function.__name__
        FAULTS.append(Fault(called, code, plant, frozenset(also), by))

    return declare


def raw(
    code: str, *also: str, by: Callable[[Path], Report] = audited, name: str = ""
) -> Callable[[Callable[[sqlite3.Connection], Place]], None]:
    """Declare a fault of somebody who writes into the tables and mends nothing."""

    def declare(function: Callable[[sqlite3.Connection], Place]) -> None:
        def plant(path: Path) -> Place:
            with closing(sqlite3.connect(path)) as store, store:
                return function(store)

        called = name or function.__name__
        FAULTS.append(Fault(called, code, plant, frozenset(also), by))

    return declare
