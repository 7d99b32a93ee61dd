"""The audit and the rebuild of the register, beside reading the same log with the bare library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic_core import from_json

from benchmarks.fill import fill_log
from benchmarks.lives import EVENTS_A_LIFE
from benchmarks.measure import Result, compare
from zhili import Engine
from zhili.audit import jobs_possible
from zhili.demo import simulate

__all__ = ["audit_benchmark"]

LIVES = 12_500
"""Cases of eight events in the log that several processes share."""

ROUNDS_OF_MANY = 3

AUDIT_LEAST = 60_000
"""Events a second and core, with everything checked."""

TOKEN_REPLAY = 50_000
"""Events a second of PM4Py's token replay on a real log; the figure is given, not measured here."""


def audit_benchmark(room: Path, *, days: int, rounds: int) -> list[Result]:
    """Measure on the log of a simulated district, which takes every row of the table."""
    path = room / "district.db"
    simulate(f"sqlite:///{path}", days=days).engine.close()
    engine = Engine.open(f"sqlite:///{path}", create=False)
    events = engine.head().position

    def rebuilt() -> int:
        engine.rebuild()
        return events

    def read() -> int:
        """Read every event as the bare library does: rows into stored events, JSON into dicts."""
        recorder, done, after = engine.store.recorder, 0, 0
        while page := recorder.select_notifications(after + 1, 1000):
            for row in page:
                from_json(row.state)
            done, after = done + len(page), int(page[-1].id)
        return done

    results = compare(
        "audit, one core",
        "events",
        {
            "zhili": _auditing(engine, 1),
            "reading with bare eventsourcing": read,
            "rebuild of the register": rebuilt,
        },
        rounds=rounds,
    )
    alone = results[0]
    given = Result(
        "audit, one core", "PM4Py token replay (given)", "events", TOKEN_REPLAY, TOKEN_REPLAY,
        TOKEN_REPLAY, alone.per_second / TOKEN_REPLAY, f">= {AUDIT_LEAST:,}/s",
        alone.per_second >= AUDIT_LEAST,
    )  # fmt: skip
    results.append(given)
    engine.close()
    lives = room / "lives.db"
    fill_log(lives, LIVES)
    with Engine.open(f"sqlite:///{lives}", create=False) as many:
        results += compare(
            f"audit, {LIVES * EVENTS_A_LIFE:,} events",
            "events",
            {f"{jobs_possible()} processes": _auditing(many, jobs_possible()),
             "one process": _auditing(many, 1)},
            rounds=min(rounds, ROUNDS_OF_MANY),
        )  # fmt: skip
    return results


def _auditing(engine: Engine, jobs: int) -> Callable[[], int]:
    def audited() -> int:
        report = engine.audit(jobs=jobs)
        assert report.clean, report.findings
        return report.events

    return audited
