"""Figures, lists and ticks over very many cases, next to the bare SQL of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Final

import duckdb

from benchmarks.fill import fill_register
from benchmarks.lives import AGENT, DISPATCHER, EVENTS_A_LIFE, WORDS, zhili_life
from benchmarks.measure import Result, compare, measure
from zhili import Engine, complaint
from zhili.projections.figure import Values
from zhili.projections.question import Cursor, Question, Record
from zhili.projections.statement import statement
from zhili.projections.statistic import Statistic
from zhili.projections.statistics import ResolutionRate, TimeToClose
from zhili.projections.worklist import Worklist
from zhili.testing.clock import VirtualClock

__all__ = ["figures_benchmark"]

CASES_OF_THE_AIMS: Final = 1_000_000
"""With fewer cases the bare SQL has so little to do that the comparison means something else."""

WARM_RATIO: Final = 1 / 1.5
LIST_RATIO: Final = 1 / 2
FIRST_SECONDS: Final = 5.0
REFRESH_SECONDS: Final = 0.1
TICK_SECONDS: Final = 0.005
CLOCKS_A_SECOND: Final = 2000

COMMANDS: Final = 1000
"""After so many commands the warehouse is refreshed."""

DUE_CASES: Final = 2000
QUESTIONS: Final = {
    ResolutionRate(by="unit"): ("resolution_rate",),
    TimeToClose(by="unit"): ("time_to_close", "survival"),
}
"""The statistics, and the statements that each of them runs."""


class _Look(Question):
    """A question that only has the warehouse brought up to date."""

    definition: ClassVar[str] = "look"

    def answer(self, record: Record) -> Cursor:
        """Give a cursor."""
        return record.warehouse()


class _Parameters(Question):
    """What a statistic gives its statements."""

    definition: ClassVar[str] = "parameters"

    statistic: Statistic

    def answer(self, record: Record) -> Values:
        """Give them."""
        return {**self.statistic.values(record, None), "start": "opened", "hours": "clock"}


def figures_benchmark(room: Path, *, cases: int, rounds: int) -> list[Result]:
    """Measure over a register of *cases* cases, on SQLite; the aims are those for a million."""
    path = room / "figures.db"
    fill_register(path, cases)
    with Engine.open(f"sqlite:///{path}") as engine:
        found = [
            _first(path, rounds),
            *_warm(engine, room, rounds),
            *_refreshed(engine, rounds),
            *_lists(engine, path, rounds),
            _nothing_due(engine, rounds),
        ]
    if cases < CASES_OF_THE_AIMS:
        found = [replace(result, aim="", met=None) for result in found]
    return [*found, _due(room)]


def _first(path: Path, rounds: int) -> Result:
    def ask() -> int:
        with Engine.open(f"sqlite:///{path}") as engine:
            engine.ask(ResolutionRate(by="unit"))
        return 1

    return measure(
        "the first figure of an engine", "answers", ask,
        rounds=min(rounds, 3), seconds_most=FIRST_SECONDS,
    )  # fmt: skip


def _warm(engine: Engine, room: Path, rounds: int) -> Iterator[Result]:
    """Ask again and again; the peer runs the same statements over the same rows as Parquet."""
    ours, peer = engine.ask(_Look()), duckdb.connect()
    with closing(peer):
        for table in ("cases", "spells", "units", "days"):
            file = room / f"{table}.parquet"
            ours.execute(f"COPY {table} TO '{file}'")
            peer.execute(f"CREATE VIEW {table} AS FROM '{file}'")
        for question, names in QUESTIONS.items():
            values = engine.ask(_Parameters(statistic=question))
            yield from compare(
                f"{type(question).__name__} by unit, warm",
                "answers",
                {
                    "zhili": _asking(engine, question),
                    "DuckDB on Parquet": _running(peer, names, values),
                },
                rounds=rounds,
                aims={"DuckDB on Parquet": WARM_RATIO},
            )


def _asking(engine: Engine, question: Question) -> Callable[[], int]:
    def ask() -> int:
        engine.ask(question)
        return 1

    return ask


def _running(
    peer: duckdb.DuckDBPyConnection, names: tuple[str, ...], values: Values
) -> Callable[[], int]:
    def run() -> int:
        for each in map(statement, names):
            peer.execute(each.duckdb, {name: values[name] for name in each.parameters}).fetchall()
        return 1

    return run


def _refreshed(engine: Engine, rounds: int) -> Iterator[Result]:
    def write() -> None:
        for _ in range(COMMANDS // EVENTS_A_LIFE):
            zhili_life(engine)

    yield measure(
        f"up to date after {COMMANDS:,} commands", "times", _asking(engine, _Look()),
        rounds=rounds, seconds_most=REFRESH_SECONDS, before=write,
    )  # fmt: skip
    yield measure(
        f"ResolutionRate after {COMMANDS:,} commands", "answers",
        _asking(engine, ResolutionRate(by="unit")), rounds=rounds, before=write,
    )  # fmt: skip


def _lists(engine: Engine, path: Path, rounds: int) -> Iterator[Result]:
    """Read pages; the peer runs the statements of each page by itself."""
    sql = "SELECT unit FROM cases WHERE NOT ended GROUP BY unit ORDER BY COUNT(*) DESC LIMIT 1"
    ((unit,),) = engine.store.rows(sql, {})
    ((number,),) = engine.store.rows("SELECT MAX(number) FROM cases", {})
    first = Worklist(unit=unit)
    middle = first
    for _ in range(5):
        cursor = engine.ask(middle).next
        middle = middle.model_copy(update={"after": cursor}) if cursor else middle
    pages = {
        "worklist of a unit": first,
        "worklist of a unit, middle page": middle,
        "worklist of what is overdue": Worklist(unit=unit, overdue=True),
        "a case by its number": Worklist(number=number),
    }
    with closing(sqlite3.connect(path)) as peer:
        for name, question in pages.items():
            yield from compare(
                name,
                "pages",
                {
                    "zhili": _asking(engine, question),
                    "the bare SQL of it": _repeating(peer, _statements(engine, question)),
                },
                rounds=max(rounds, 20),
                aims={"the bare SQL of it": LIST_RATIO},
            )


def _statements(engine: Engine, question: Question) -> list[tuple[str, dict[str, Any]]]:
    """Give the statements about cases that the store is asked for *question*."""
    caught: list[tuple[str, dict[str, Any]]] = []
    rows = engine.store.rows

    def keep(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        if "FROM cases" in sql:
            caught.append((sql, dict(parameters)))
        return rows(sql, parameters)

    engine.store.rows = keep  # type: ignore[method-assign]  # to see what is asked
    engine.ask(question)
    del engine.store.rows  # type: ignore[method-assign]  # the class's own comes back
    return caught


def _repeating(
    peer: sqlite3.Connection, statements: list[tuple[str, dict[str, Any]]]
) -> Callable[[], int]:
    def run() -> int:
        for sql, parameters in statements:
            peer.execute(sql, parameters).fetchall()
        return 1

    return run


def _nothing_due(engine: Engine, rounds: int) -> Result:
    while engine.tick().more:
        continue

    def tick() -> int:
        assert not engine.tick().fired
        return 1

    return measure(
        "a tick when nothing is due", "ticks", tick,
        rounds=max(rounds, 20), seconds_most=TICK_SECONDS,
    )  # fmt: skip


def _due(room: Path) -> Result:
    """Fire what is due in many cases at once: the clock that somebody should have signed by."""
    clock = VirtualClock()
    url = f"sqlite:///{room}/due.db"
    with Engine.open(url, clock=clock) as engine:
        opened = engine.submit_many(
            [
                complaint.Register(
                    kind="complaint", channel="hotline", title="路灯不亮", content=WORDS,
                    phone="13800000000", subject=f"person-{n}", category="street_light",
                )
                for n in range(DUE_CASES)
            ],
            by=AGENT,
        )  # fmt: skip
        ids = [receipt.case_id for receipt in opened]
        engine.submit_many([complaint.Accept(case_id=it, grade="III") for it in ids], by=AGENT)
        dispatch = [complaint.Dispatch(case_id=it, unit="110105") for it in ids]
        engine.submit_many(dispatch, by=DISPATCHER)
    clock.advance(timedelta(days=1, hours=6))
    with Engine.open(url, clock=clock) as engine:  # nothing is in its cache

        def tick() -> int:
            fired = 0
            while (report := engine.tick()).more or report.fired:
                fired += report.fired
            return fired

        return measure("due clocks", "clocks", tick, rounds=1, per_second_least=CLOCKS_A_SECOND)
