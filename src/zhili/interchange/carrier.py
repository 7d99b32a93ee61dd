"""
Many cases into the log at once: the same checks as `Engine.submit_many`, without its receipts.

Nobody waits for a receipt of an imported case, and an import knows which of its cases are new:
it has just asked. What it relied on is insisted on all the same when the batch is written, where
a version of a case that is there already refuses the whole of it.

Deciding needs the processor and writing needs the disk, so another process may decide one batch
while this one reads the next and writes the one before.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from zhili.aggregates import Case
from zhili.engine import Engine
from zhili.engine.decision import Decision
from zhili.engine.receipt import Receipts
from zhili.errors import CaseNotFoundError, InputError, ZhiliError
from zhili.interchange.plan import Known, Plan, Row, Terms
from zhili.processes import Processes
from zhili.reactions import Reaction
from zhili.store import Batch
from zhili.store.store import AcknowledgementLostError
from zhili.values import Actor

__all__ = ["Decided", "Deciders", "Question", "commit", "decide"]

AHEAD: Final = 3
"""How many batches a process may be ahead of the one that is written."""


class Question(NamedTuple):
    """A batch of rows, the line they reach, and what the register knew of their cases."""

    rows: tuple[Row, ...]
    line: int
    known: Mapping[UUID, Known]


@dataclass
class Decided:
    """What a batch of rows would write, and what is counted for it."""

    batch: Batch | None
    counts: Counter[str]
    flags: Counter[str]
    differences: Counter[str]


def decide(
    engine: Engine, terms: Terms, asked: Question, by: Actor, now: datetime | None = None
) -> Decided:
    """
    Decide what to write for a batch of rows; nothing is written here.

    Raises:
        RefusalError: If the rules say no to one of them.
    """
    plan = Plan(terms, asked.rows, asked.known)
    decided = Decided(None, plan.counts, plan.flags, plan.differences)
    if not plan.commands:
        return decided

    def load(case_id: UUID) -> Case | None:
        if case_id in plan.fresh:
            return None
        try:
            return engine.case(case_id)
        except CaseNotFoundError:
            return None

    decision = Decision(
        types={kind.workflow.name: kind for kind in engine.case_types},
        load=load,
        rules=engine.book.snapshot(),
        reactions=engine.answers,
        now=now or engine.now(),
        zone=engine.zone,
    )
    with _gathering():
        for command in plan.commands:
            decision.carry_out(command, by)
        decided.batch = decision.batch(engine.mapper)
    return decided


@contextmanager
def _gathering() -> Generator[None]:
    """
    Let the garbage collector rest while a batch comes together.

    All that is made meanwhile is kept until the batch is written: the collector would look through
    it again and again and find nothing. Whoever had switched it off finds it so afterwards.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def commit(engine: Engine, decided: Decided) -> None:
    """
    Write what was decided, in one transaction.

    Raises:
        ConflictError: If somebody else brought in or moved one of the cases meanwhile.
        AcknowledgementLostError: If the connection broke before anything was written.
    """
    if decided.batch is None:
        return
    key = f"import:{uuid4().hex}"
    empty = Receipts(receipts=(), last=None).model_dump_json()
    decided.batch.keys.append((key, hashlib.sha256(key.encode()).digest(), empty))
    try:
        engine.store.commit(decided.batch)
    except AcknowledgementLostError:
        if engine.store.key(key) is None:
            raise


class _Recipe(NamedTuple):
    """What another process needs to decide as this one would."""

    address: str
    zone: str
    case_types: tuple[type[Case], ...]
    reactions: tuple[Reaction, ...]
    terms: Terms
    by: Actor


class Deciders:
    """Processes that decide batches ahead of the one that writes them."""

    def __init__(self, engine: Engine, terms: Terms, by: Actor, jobs: int) -> None:
        """
        Start *jobs* processes for the store of *engine*.

        Raises:
            InputError: If no other process can open the store.
        """
        address = engine.store.address
        if address is None:
            message = f"{engine.store.url} is in this process alone; import with one job"
            raise InputError(message, jobs=jobs + 1)
        types = engine.case_types[:-1]  # the policies' own is every engine's
        recipe = _Recipe(address, engine.zone, types, engine.reactions, terms, by)
        self._engine = engine
        self._ahead = jobs * AHEAD
        self._others = Processes(jobs, _begin, recipe)

    def decide(self, asked: Iterable[Question]) -> Iterator[tuple[Question, Decided | None]]:
        """
        Decide batches, in their order; None where it has to be looked at again here.

        Raises:
            InputError: If the other processes could not begin.
        """
        waiting: deque[tuple[Question, Future[Decided | None]]] = deque()
        for question in asked:
            now, epoch = self._engine.now(), self._engine.book.epoch
            waiting.append((question, self._others.submit(_elsewhere, question, now, epoch)))
            if len(waiting) >= self._ahead:
                earliest, future = waiting.popleft()
                yield earliest, self._others.result(future)
        while waiting:
            earliest, future = waiting.popleft()
            yield earliest, self._others.result(future)

    def close(self) -> None:
        """Send everybody home."""
        self._others.close()


_HERE: dict[str, tuple[Engine, _Recipe]] = {}
"""The engine of this process, where it decides for another."""


def _begin(recipe: _Recipe) -> None:
    engine = Engine.open(
        recipe.address, zone=recipe.zone, case_types=recipe.case_types,
        reactions=recipe.reactions, create=False,
    )  # fmt: skip
    _HERE["engine"] = (engine, recipe)


def _elsewhere(asked: Question, now: datetime, epoch: int) -> Decided | None:
    engine, recipe = _HERE["engine"]
    if engine.book.epoch != epoch:
        engine.book.refresh()
    try:
        return decide(engine, recipe.terms, asked, recipe.by, now)
    except ZhiliError:
        return None  # whoever asked decides again, and tells it to whom it concerns
