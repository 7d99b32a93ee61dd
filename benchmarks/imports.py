"""Importing a city's file, against a raw bulk insert of the same rows."""

from __future__ import annotations

import csv
import itertools
import random
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.measure import Result, compare
from zhili import Engine
from zhili.interchange import ImportMap, import_cases
from zhili.store.schema import statements

__all__ = ["import_benchmark"]

LEAST = {"zhili": 10_000, "zhili, two processes": 18_000}
"""Cases a second that are wanted."""

MAP = """
[source]
system = "bench"
[columns]
external_id = "id"
opened_at = "opened"
closed_at = "closed"
due_at = "due"
status = "status"
unit = "unit"
category = "category"
division = "division"
[values]
closed_statuses = ["Closed"]
"""


def write_city(path: Path, rows: int) -> None:
    """Write a made-up city's cases, nine tenths of them closed; the same for the same number."""
    dice = random.Random(311)  # noqa: S311 - a made-up city keeps no secret
    begin = datetime(2025, 1, 1)  # noqa: DTZ001 - a city's file says local times
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["id", "opened", "closed", "due", "status", "unit", "category", "division"])
        for n in range(rows):
            opened = begin + timedelta(minutes=7 * n)
            closed = opened + timedelta(hours=dice.expovariate(1 / 90))
            done = n % 10 > 0
            out.writerow(
                [n, opened.isoformat(), closed.isoformat() if done else "",
                 (opened + timedelta(days=7)).isoformat(), "Closed" if done else "Open",
                 f"unit-{n % 40}", f"category-{n % 25}", f"division-{n % 16}"]
            )  # fmt: skip


def _copy(source: Path, target: Path) -> int:
    """Insert every row of a finished store into an empty one, as fast as SQLite takes them."""
    target.unlink(missing_ok=True)
    database = sqlite3.connect(target, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    for statement in statements("sqlite"):
        database.execute(statement)
    taken = sqlite3.connect(source)
    for table in ("stored_events", "cases", "spells"):
        rows = taken.execute(f"SELECT * FROM {table}").fetchall()
        marks = ", ".join("?" * len(rows[0]))
        for some in itertools.batched(rows, 2000) if hasattr(itertools, "batched") else [rows]:
            database.execute("BEGIN IMMEDIATE")
            database.executemany(f"INSERT INTO {table} VALUES ({marks})", some)
            database.execute("COMMIT")
    (cases,) = taken.execute("SELECT COUNT(*) FROM cases").fetchone()
    taken.close()
    database.close()
    return int(cases)


def import_benchmark(room: Path, *, rows: int, rounds: int) -> list[Result]:
    """Measure the import of a file, its reading included, into a new store each round."""
    city, source_map = room / "city.csv", ImportMap.parse(MAP)
    write_city(city, rows)
    stores = itertools.count()

    def through_zhili(jobs: int = 1) -> int:
        path = room / f"import-{next(stores)}.db"
        with Engine.open(f"sqlite:///{path}") as engine:
            rejects = room / "rejects.csv"
            return import_cases(engine, city, source_map, jobs=jobs, rejects=rejects).opened

    done = room / "import-done.db"
    with Engine.open(f"sqlite:///{done}") as engine:
        import_cases(engine, city, source_map, rejects=room / "rejects.csv")
    results = compare(
        "import, SQLite",
        "cases",
        {
            "zhili": through_zhili,
            "zhili, two processes": lambda: through_zhili(2),
            "the same rows, raw bulk insert": lambda: _copy(done, room / "bulk.db"),
        },
        rounds=rounds,
    )
    return [_judged(result, LEAST.get(result.contestant)) for result in results]


def _judged(result: Result, least: float | None) -> Result:
    if least is None:
        return result
    return replace(result, aim=f">= {least:,.0f}/s", met=result.per_second >= least)
