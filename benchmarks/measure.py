"""Measuring in rounds: every contestant in turn, so that a drifting machine hits all alike."""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Result", "compare", "show"]


@dataclass(frozen=True)
class Result:
    """One contestant of one benchmark: how much it did a second, and against the subject."""

    benchmark: str
    contestant: str
    unit: str
    per_second: float
    lowest: float
    highest: float
    ratio: float | None


def compare(
    benchmark: str, unit: str, contestants: Mapping[str, Callable[[], int]], *, rounds: int
) -> list[Result]:
    """
    Run every contestant *rounds* times in turn; the first named is the subject.

    A contestant does its work and says how many units it did. `ratio` is the median over the
    rounds of the subject's speed against the contestant's in the same round.
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
        results.append(
            Result(
                benchmark=benchmark,
                contestant=name,
                unit=unit,
                per_second=statistics.median(found),
                lowest=min(found),
                highest=max(found),
                ratio=None if name == subject else statistics.median(pairs),
            )
        )
    return results


def show(results: list[Result], out: Path | None) -> None:
    """Print a table, and write JSON to *out* if it is given."""
    print(
        f"{'benchmark':28} {'contestant':34} {'median/s':>12} {'min':>10} {'max':>10}  subject is"
    )
    for result in results:
        ratio = "" if result.ratio is None else f"{result.ratio:9.2f} x this"
        print(
            f"{result.benchmark:28} {result.contestant:34} {result.per_second:12,.0f} "
            f"{result.lowest:10,.0f} {result.highest:10,.0f}  {ratio}"
        )
    if out is not None:
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        document = {"machine": machine, "results": [asdict(result) for result in results]}
        out.write_text(json.dumps(document, indent=1) + "\n")
