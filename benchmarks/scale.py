"""Durable submit in a small store and in a large one: a store must not slow down as it grows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

from benchmarks.fill import fill_log
from benchmarks.lives import AGENT, EVENTS_A_LIFE, WORDS, zhili_life
from benchmarks.measure import Result, compare
from zhili import Engine, complaint

__all__ = ["scale_benchmark"]

TIMES_LARGER = 100
"""How many times more cases the large store has than the small one."""

VISITS_A_LIFE = 4
"""How many old cases are visited in a round, for each life that is lived in one."""


def scale_benchmark(room: Path, *, cases: int, lives: int, rounds: int) -> list[Result]:
    """
    Measure durable submit on SQLite in a store of *cases* cases and in one of a hundredth of them.

    Once for new cases alone, and once for facts added to cases anywhere in the log, which no
    engine has in its memory: they are read, folded, and written to.
    """
    engines: dict[int, Engine] = {}
    for size in (cases, max(1000, cases // TIMES_LARGER)):
        path = room / f"scale-{size}.db"
        if not path.exists():
            fill_log(path, size)
        engines[size] = Engine.open(f"sqlite:///{path}")
    visits = lives * VISITS_A_LIFE
    ids = {size: _some_cases(engine, visits * rounds) for size, engine in engines.items()}
    for engine in engines.values():
        zhili_life(engine)  # statements prepared, policies read
    aims = {_name(min(engines)): 0.85}  # within 15 % of the small one
    results = compare(
        "submit, new cases",
        "events",
        {_name(size): partial(_live, engine, lives) for size, engine in engines.items()},
        rounds=rounds,
        aims=aims,
    )
    results += compare(
        "submit, old cases",
        "events",
        {_name(size): partial(_visit, engines[size], iter(ids[size]), visits) for size in engines},
        rounds=rounds,
        aims=aims,
    )
    for engine in engines.values():
        engine.close()
    return results


def _some_cases(engine: Engine, wanted: int) -> list[UUID]:
    """Give cases from all over the log, none of them twice."""
    ((last,),) = engine.store.rows("SELECT MAX(rowid) FROM cases", {})
    dice = random.Random(1_000_000)  # noqa: S311 - which cases are visited is no secret
    sql = "SELECT case_id FROM cases WHERE rowid = :place"
    places = dice.sample(range(1, last + 1), wanted)
    return [UUID(engine.store.rows(sql, {"place": place})[0][0]) for place in places]


def _name(size: int) -> str:
    return f"zhili, {size:,} cases in the store"


def _live(engine: Engine, lives: int) -> int:
    for _ in range(lives):
        zhili_life(engine)
    return lives * EVENTS_A_LIFE


def _visit(engine: Engine, case_ids: Iterator[UUID], visits: int) -> int:
    for _ in range(visits):
        engine.submit(complaint.AppendFacts(case_id=next(case_ids), facts=WORDS), by=AGENT)
    return visits
