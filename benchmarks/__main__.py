"""`make bench`: beside bare `eventsourcing`, raw inserts, and bare SQL of figures and lists."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.audits import audit_benchmark
from benchmarks.figures import figures_benchmark
from benchmarks.http import http_benchmark
from benchmarks.imports import import_benchmark
from benchmarks.measure import Result, show
from benchmarks.pages import pages_benchmark
from benchmarks.postgres import postgres_benchmark
from benchmarks.scale import scale_benchmark
from benchmarks.submits import sqlite_benchmark

NAMES = ["sqlite", "postgres", "import", "audit", "figures", "scale", "pages", "http"]


def main() -> None:
    """Run the benchmarks named, or all of them."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=", ".join(NAMES))
    parser.add_argument("--rounds", type=int, default=5, help="how often each contestant runs")
    parser.add_argument("--lives", type=int, default=50, help="lives of eight events a round")
    parser.add_argument("--rows", type=int, default=5000, help="rows of an imported file")
    parser.add_argument("--cases", type=int, default=10_000, help="cases of a large register")
    parser.add_argument("--days", type=int, default=120, help="days of the audited district")
    parser.add_argument("--json", type=Path, default=None, help="where to write the figures")
    given = parser.parse_args()
    wanted = given.names or NAMES
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        if "sqlite" in wanted:
            results += sqlite_benchmark(room, lives=given.lives, rounds=given.rounds)
        if "postgres" in wanted:
            results += postgres_benchmark(room, lives=given.lives, rounds=given.rounds)
        if "import" in wanted:
            results += import_benchmark(room, rows=given.rows, rounds=given.rounds)
        if "audit" in wanted:
            results += audit_benchmark(room, days=given.days, rounds=given.rounds)
        if "figures" in wanted:
            results += figures_benchmark(room, cases=given.cases, rounds=given.rounds)
        if "scale" in wanted:
            results += scale_benchmark(
                room, cases=given.cases, lives=given.lives, rounds=given.rounds
            )
        if "http" in wanted:
            results += http_benchmark(room, lives=given.lives, rounds=given.rounds)
        if "pages" in wanted:
            results += pages_benchmark(room, cases=given.cases, rounds=given.rounds)
    show(results, given.json)


if __name__ == "__main__":
    main()
