"""What the tests of the engine share: a life lived in steps, faults in a store, work at once."""

from __future__ import annotations

import multiprocessing
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

from tests.store.sample import assert_unbroken, contents
from zhili import Engine
from zhili.aggregates import CASE_TYPES
from zhili.projections.register import TABLES
from zhili.reactions import REACTIONS
from zhili.store.sqlite_tables import SQLiteTables
from zhili.testing import CASE, TICK, Control, VirtualClock, controls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from tests.store.sample import Contents
    from zhili import Receipt
    from zhili.aggregates import Case
    from zhili.store import Store

ZONE = "Asia/Shanghai"
SECONDS_MAX = 120


class Life:
    """An engine with a clock that goes when it is told to, and cases lived through in steps."""

    def __init__(self, url: str) -> None:
        """Open the store at *url*."""
        self.url = url
        self.clock = VirtualClock()
        self.engine = Engine.open(url, clock=self.clock)
        self.receipts: list[Receipt] = []

    def live(self, *steps: Any) -> Receipt:
        """Live through *steps*, as `zhili.testing.given` does; give the last receipt."""
        for step in steps:
            if isinstance(step, timedelta):
                self.clock.advance(step)
            elif step == TICK:
                self.engine.tick()
            else:
                self.receipts.append(self.submit(step))
        return self.receipts[-1]

    def submit(self, step: Control, **how: Any) -> Receipt:
        """Carry one step out, with further arguments of `Engine.submit`."""
        now = self.clock.advance(step.after)
        if step.late:
            how["at"] = now - step.late
        return self.engine.submit(step.build(now), by=step.by, **how)

    def case(self, case_id: UUID = CASE) -> Case:
        """Give a case as it stands."""
        return self.engine.case(case_id)

    def contents(self) -> Contents:
        """Give all that the store holds."""
        return contents(self.engine.store)

    def assert_sound(self) -> None:
        """Insist that nothing is wrong with the store."""
        assert_sound(self.engine)

    def close(self) -> None:
        """Let go of the store."""
        self.engine.close()


def assert_sound(engine: Engine) -> None:
    """Insist on an unbroken chain, streams without holes, and an audit that finds nothing."""
    assert_unbroken(engine.store)
    streams: dict[str, list[int]] = {}
    for row in engine.store.log():
        streams.setdefault(row.case_id, []).append(row.version)
    holes = {name for name, seen in streams.items() if seen != list(range(1, len(seen) + 1))}
    assert holes == set()
    report = engine.audit()
    assert report.findings == ()


def register_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """
    Give the register as a fold gives it.

    The position of a spell or a part says when its row was last written, which a rebuild does not
    know; that of a case says what it is of.
    """
    return {
        table.name: store.rows(
            f"SELECT {', '.join(names)} FROM {table.name} ORDER BY 1, 2, 3",
            {},
        )
        for table in TABLES
        if (names := [n for n in table.names if n != "position" or table is TABLES[0]])
    }


def facts(n: object = "", case_id: UUID = CASE) -> Control:
    """Give a step that every open case takes, told apart by *n*."""
    return controls.APPEND_FACTS.but(facts=f"fact {n}").on(case_id).by_actor(controls.INTAKE)


def registered(n: int) -> Any:
    """Give the command that opens the *n*th case of a test."""
    step = controls.REGISTER.but(title=f"case {n}")
    return step.command(**step.fields)


def execute(store: Store, *statements: str) -> None:
    """Run statements on the database itself, as somebody does who goes around the library."""
    if isinstance(store, SQLiteTables):
        with store._session(commit=True) as cursor:
            for statement in statements:
                cursor.execute(statement)
        return
    with store._transaction() as connection:  # type: ignore[attr-defined]  # PostgreSQL's
        for statement in statements:
            connection.execute(statement.encode())


def engine_on(store: Store) -> Engine:
    """Give an engine on a store that was opened already."""
    engine = Engine(store, zone=ZONE, case_types=CASE_TYPES, reactions=REACTIONS, clock=None)
    engine.prepare()
    return engine


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run *work* in so many threads, all beginning at the same moment; give what each gave."""
    barrier = Barrier(count)

    def one(n: int) -> Any:
        barrier.wait(SECONDS_MAX)
        return work(n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def in_processes(
    method: str, work: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]
) -> list[Any]:
    """Run *work* once for each of *arguments*, each in a process, all beginning together."""
    context: Any = multiprocessing.get_context(method)
    answers, barrier = context.Queue(), context.Barrier(len(arguments))
    processes = [
        context.Process(target=_one, args=(work, n, given, barrier, answers))
        for n, given in enumerate(arguments)
    ]
    for process in processes:
        process.start()
    try:
        found = dict(answers.get(timeout=SECONDS_MAX) for _ in processes)
    finally:
        for process in processes:
            process.join(SECONDS_MAX)
    failed = "\n".join(trace for _, trace in found.values() if trace)
    assert not failed, failed
    return [found[n][0] for n in range(len(arguments))]


def _one(
    work: Callable[..., Any], n: int, given: tuple[Any, ...], barrier: Any, answers: Any
) -> None:
    barrier.wait(SECONDS_MAX)
    try:
        answers.put((n, (work(*given), None)))
    except BaseException:  # noqa: BLE001 - whatever it is, the test wants to see it
        answers.put((n, (None, traceback.format_exc())))
