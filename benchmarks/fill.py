"""Filling a SQLite store with very many cases, as fast as SQLite takes rows."""

from __future__ import annotations

import itertools
import os
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from benchmarks.lives import Recorded
from zhili import Engine
from zhili.aggregates.number import number_of
from zhili.demo import simulate
from zhili.projections.register import CASES, DAY, PARTS, SPELLS, TABLES, Rows, Table, rows_of
from zhili.store.store import Batch, link_of
from zhili.values import EPOCH, new_case_id

__all__ = ["case_ids", "fill_log", "fill_register"]

ROWS_A_CHUNK: Final = 20_000
DEMO_DAYS: Final = 45
DAYS_SPREAD: Final = 640
"""Over how many days before the demo's own the cases of a filled register are spread."""

JITTER: Final = 30 * 3_600_000_000
"""How much later than its model a case is closed, at most; so durations differ."""

DUE_AHEAD: Final = 40_000 * DAY
"""Clocks of filled cases are due in a hundred years: a tick must not find what has no events."""

EVENT_COLUMNS: Final = "rowid, originator_id, originator_version, topic, state, link"


def case_ids(begin_ms: int, step_ms: int = 60) -> Iterator[UUID]:
    """Give ids as hosts make them, ordered by time: 48 bits of it, then chance (UUID 7)."""
    for at in itertools.count(begin_ms, step_ms):
        chance = int.from_bytes(os.urandom(10), "big")
        value = (at & ((1 << 48) - 1)) << 80 | chance
        value = value & ~(0xF << 76) | 0x7 << 76
        yield UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


class Bulk:
    """A store's file, opened for filling: its indexes come back when all rows are in."""

    def __init__(self, path: Path) -> None:
        """Make the store with its policies if there is none, and put its indexes aside."""
        Engine.open(f"sqlite:///{path}").close()
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA synchronous=OFF")
        self.database.execute("PRAGMA cache_size=-400000")
        self.database.execute("PRAGMA temp_store=FILE")
        self._indexes = self.database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        self.database.execute("BEGIN IMMEDIATE")
        for name, _ in self._indexes:
            self.database.execute(f"DROP INDEX {name}")

    def write(self, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows."""
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.database.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)

    def close(self) -> None:
        """Make the indexes again, and leave the file as a store leaves it."""
        for _, sql in self._indexes:
            self.database.execute(sql)
        self.database.execute("COMMIT")
        self.database.execute("ANALYZE")
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # The statistics of the planner are no part of a store: nobody has run ANALYZE on it.
        self.database.execute("DELETE FROM sqlite_stat1")
        self.database.close()


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = iter(rows)
    while some := list(itertools.islice(rows, ROWS_A_CHUNK)):
        yield some


# — a whole store: log, links, keys and register, of one life over and over —


def fill_log(path: Path, cases: int) -> None:
    """
    Fill a store at *path* with *cases* cases of eight events each: an audit finds nothing.

    They are one recorded life under fresh ids and numbers, written as its transactions were.
    """
    recorded = Recorded()
    bulk = Bulk(path)
    database = bulk.database
    position, link = database.execute("SELECT position, link FROM log_head").fetchone()
    database.execute("CREATE TEMP TABLE new_keys (key TEXT, digest BLOB, receipt TEXT)")
    begin = int((datetime.now(EPOCH.tzinfo) - EPOCH) / timedelta(milliseconds=1)) - cases * 60
    for ids in _chunks(itertools.islice(case_ids(begin), cases)):
        events: list[tuple[Any, ...]] = []
        keys: list[tuple[Any, ...]] = []
        rows: dict[str, list[tuple[Any, ...]]] = {table.name: [] for table in TABLES}
        for case_id in ids:
            copy = _Copy(recorded, case_id)
            start = position
            for version, (topic, state) in enumerate(copy.events(), 1):
                position += 1
                link = link_of(link, case_id, version, topic, state)
                events.append((position, case_id.hex, version, topic, state, link))
            keys.extend(copy.keys())
            for table, made in copy.rows(start):
                rows[table.name].extend(made)
        bulk.write("stored_events", EVENT_COLUMNS, events)
        bulk.write("new_keys", "key, digest, receipt", keys)
        for table in TABLES:
            bulk.write(table.name, ", ".join(table.names), rows[table.name])
    # In the order of the keys, of which many were made within one millisecond.
    database.execute("INSERT INTO keys SELECT key, digest, receipt FROM new_keys ORDER BY key")
    database.execute("DROP TABLE new_keys")
    database.execute("UPDATE log_head SET position = ?, link = ?", (position, link))
    bulk.close()


class _Copy:
    """The recorded life as that of another case."""

    def __init__(self, recorded: Recorded, case_id: UUID) -> None:
        batches: list[Batch] = recorded.batches
        self._batches, self._id = batches, case_id
        first = batches[0].rows["cases"][0]
        old_id, old_number = str(first[0]), str(first[CASES.names.index("number")])
        opened = EPOCH.date() + timedelta(days=first[CASES.names.index("opened_day")])
        self._texts = {old_id: str(case_id), old_number: number_of(case_id, opened)}
        self._bytes = {old.encode(): new.encode() for old, new in self._texts.items()}

    def events(self) -> Iterator[tuple[str, bytes]]:
        """Give topic and stored bytes of every event."""
        for batch in self._batches:
            for stored in batch.events:
                state = stored.state
                for old, new in self._bytes.items():
                    state = state.replace(old, new)
                yield stored.topic, state

    def keys(self) -> Iterator[tuple[str, bytes, str]]:
        """Give a key of its own for every transaction."""
        for batch in self._batches:
            for _, digest, receipt in batch.keys:
                for old, new in self._texts.items():
                    receipt = receipt.replace(old, new)  # noqa: PLW2901 - it becomes the copy's
                yield new_case_id().hex, digest, receipt

    def rows(self, start: int) -> Iterator[tuple[Table, list[tuple[Any, ...]]]]:
        """Give the register's rows after the last event, which begins above *start*."""
        for table in TABLES:
            at = table.names.index("position")
            last: dict[tuple[Any, ...], tuple[Any, ...]] = {}
            before = start
            for batch in self._batches:
                for row in batch.rows.get(table.name, ()):
                    own = tuple(self._texts.get(value, value) for value in row)
                    last[own[: len(table.key)]] = (*own[:at], own[at] + before, *own[at + 1 :])
                before += len(batch.events)
            yield table, list(last.values())


# — a register alone: the cases of the demo, over and over, on other days and in other units —


class _Model(NamedTuple):
    """One real case: its row of `cases` by name of column, its other rows as they are."""

    case: dict[str, Any]
    spells: tuple[tuple[Any, ...], ...]
    parts: tuple[tuple[Any, ...], ...]


ONLY_COMPLAINTS: Final = "SELECT case_id FROM cases WHERE case_type = 'complaint'"
"""What the figures are measured with: the case type that statistics ask for by default."""

INSTANTS: Final = {
    table.name: tuple(n for n, column in enumerate(table.columns) if column.kind == "instant")
    for table in TABLES
}


def fill_register(path: Path, cases: int) -> None:
    """
    Fill the register of a store at *path* with *cases* cases that have no events.

    They are those of the demo, under fresh ids and numbers, on the days of almost two years and
    spread over some hundred units. Real commands still work on whatever cases come after them.
    """
    models = _models()
    dice = random.Random(12345)  # noqa: S311 - a made-up register keeps no secret
    begin = models[0].case["opened_at"] - DAYS_SPREAD * DAY
    bulk = Bulk(path)
    ids = case_ids(begin // 1000, max(1, DAYS_SPREAD * DAY // 1000 // cases))
    for numbered in _chunks(enumerate(itertools.islice(ids, cases))):
        copies = [_moved(models[n % len(models)], n, cases, it, dice) for n, it in numbered]
        for place, table in enumerate(TABLES):
            made = [row for copy in copies for row in copy[place]]
            bulk.write(table.name, ", ".join(table.names), made)
    bulk.close()


def _models() -> list[_Model]:
    with simulate(days=DEMO_DAYS).engine as engine:
        ids = [UUID(row[0]) for row in engine.store.rows(ONLY_COMPLAINTS, {})]
        found = [rows_of(engine.case(case_id), engine.zone) for case_id in ids]
    return [
        _Model(dict(zip(CASES.names, rows.cases[0], strict=True)), rows.spells, rows.parts)
        for rows in found
    ]


def _moved(model: _Model, n: int, cases: int, case_id: UUID, dice: random.Random) -> Rows:
    """Give the rows of *model* as those of the *n*-th of all cases, some days earlier."""
    days = DAYS_SPREAD * n // cases - DAYS_SPREAD
    closed, late = model.case["closed_at"], dice.randrange(JITTER)
    name = str(case_id)

    def moved(row: Iterable[Any], table: Table) -> list[Any]:
        values = list(row)
        values[0], values[table.names.index("position")] = name, 0
        for at in INSTANTS[table.name]:
            if (value := values[at]) is not None:
                after = late if closed is not None and value >= closed else 0
                values[at] = value + days * DAY + after
        if table is not PARTS:
            at = table.names.index("unit")
            values[at] = _unit(values[at], n)
        return values

    case = dict(zip(CASES.names, moved(model.case.values(), CASES), strict=True))
    case["number"] = number_of(case_id, _day(case["opened_day"] + days))
    if case["next_due_at"] is not None:
        case["next_due_at"] += DUE_AHEAD
    case["opened_day"] += days
    case["opened_month"] = f"{_day(case['opened_day']):%Y-%m}"
    if closed is not None:
        more, case["closed_clock"] = divmod(case["closed_clock"] + late, DAY)
        case["closed_day"] += days + more
        case["closed_month"] = f"{_day(case['closed_day']):%Y-%m}"
        for length in ("to_close", "accepted_to_close", "dispatched_to_close"):
            if case[length] is not None:
                case[length] += late
    return Rows(
        (tuple(case.values()),),
        tuple(tuple(moved(row, SPELLS)) for row in model.spells),
        tuple(tuple(moved(row, PARTS)) for row in model.parts),
    )


def _unit(unit: str | None, n: int) -> str | None:
    """Spread a unit of the demo over streets of seventeen districts."""
    if unit is None:
        return None
    return f"1101{n % 17 + 1:02d}{sum(unit.encode()) % 23 + 1:03d}"


def _day(number: int) -> date:
    return EPOCH.date() + timedelta(days=number)
