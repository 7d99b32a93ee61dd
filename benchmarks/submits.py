"""Durable submit on SQLite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from eventsourcing.application import Application

from benchmarks.lives import EVENTS_A_LIFE, Recorded, bare_life, raw_sqlite, zhili_life
from benchmarks.measure import Result, compare
from zhili import Engine

__all__ = ["sqlite_benchmark"]


def _times(lives: int, live: Callable[[], None]) -> int:
    for _ in range(lives):
        live()
    return lives * EVENTS_A_LIFE


def sqlite_benchmark(room: Path, *, lives: int, rounds: int) -> list[Result]:
    """Measure durable submit on SQLite: WAL, synchronous FULL for everybody."""
    engine = Engine.open(f"sqlite:///{room}/zhili.db")
    sqlite = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": f"{room}/bare.db",
    }
    bare = Application(sqlite)
    cached = Application(
        {**sqlite, "SQLITE_DBNAME": f"{room}/cached.db", "AGGREGATE_CACHE_MAXSIZE": "1000"}
    )
    recorded = Recorded()
    results = compare(
        "submit, SQLite",
        "events",
        {
            "zhili": lambda: _times(lives, lambda: zhili_life(engine)),
            "bare eventsourcing": lambda: _times(lives, lambda: bare_life(bare)),
            "bare eventsourcing, its cache": lambda: _times(lives, lambda: bare_life(cached)),
            "the same rows, raw": lambda: raw_sqlite(recorded, room / "raw.db", lives),
        },
        rounds=rounds,
        aims={
            "bare eventsourcing": 1.5,
            "bare eventsourcing, its cache": 1.5,
            "the same rows, raw": 0.6,
        },
    )
    engine.close()
    return results
