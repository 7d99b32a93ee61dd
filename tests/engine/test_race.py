"""Many at once on one case: every version is won once, nothing acknowledged is lost."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from tests.engine.sample import assert_sound, at_once, facts, in_processes, registered
from zhili import Engine, Receipt
from zhili.errors import ConflictError
from zhili.testing import controls
from zhili.testing.controls import ACCEPT, DISPATCH, REGISTER

if TYPE_CHECKING:
    from collections.abc import Iterable

THREADS = 16
PROCESSES = 8
FACTS_EACH = 12


class Won(NamedTuple):
    """What one racer was told: its receipts, and how often somebody else was first."""

    receipts: list[Receipt]
    conflicts: int


def race(engine: Engine, case_id: UUID, who: int) -> Won:
    """Add facts to one case as fast as may be, now saying which version is expected, now not."""
    generator = random.Random(who)  # noqa: S311 - chance, not secrets
    won: list[Receipt] = []
    conflicts = 0
    while len(won) < FACTS_EACH:
        step = facts(f"{who}/{len(won)}", case_id)
        expect = engine.case(case_id).version if generator.random() < 0.5 else None
        try:
            receipt = engine.submit(
                step.build(engine.now()), by=step.by, expect=expect, key=f"{who}/{len(won)}"
            )
        except ConflictError:
            conflicts += 1
            continue
        assert expect is None or receipt.version == expect + 1
        won.append(receipt)
    return Won(won, conflicts)


def race_in_a_process(url: str, case_id: UUID, who: int) -> Won:
    """Race with an engine of one's own."""
    with Engine.open(url, create=False) as engine:
        return race(engine, case_id, who)


def assert_each_won_once(engine: Engine, case_id: UUID, racers: Iterable[Won]) -> None:
    """Insist that the receipts are the case, no more and no less, and that nothing is wrong."""
    receipts = [receipt for won in racers for receipt in won.receipts]
    versions = Counter(receipt.version for receipt in receipts)
    assert versions == Counter(range(2, len(receipts) + 2))
    assert engine.case(case_id).version == len(receipts) + 1
    rows = {row.version: row for row in engine.store.log() if row.case_id == str(case_id)}
    keys = {event.originator_version: event.key for event in engine.history(case_id)}
    for receipt in receipts:
        assert not receipt.repeated
        row = rows[receipt.version]
        assert (row.position, row.link.hex()) == (receipt.position, receipt.head)
        assert keys[receipt.version] == receipt.key
    assert_sound(engine)


def test_sixteen_threads_on_one_case(store_url: str) -> None:
    """With one engine."""
    with Engine.open(store_url) as engine:
        opened = engine.submit(registered(1), by=controls.INTAKE)
        won = at_once(THREADS, lambda n: race(engine, opened.case_id, n))
        assert_each_won_once(engine, opened.case_id, won)
        assert sum(one.conflicts for one in won) > 0


def test_sixteen_threads_with_an_engine_each(shared_url: str) -> None:
    """Each with a memory of its own of how the case stands."""
    with Engine.open(shared_url) as engine:
        opened = engine.submit(registered(1), by=controls.INTAKE)
        won = at_once(THREADS, lambda n: race_in_a_process(shared_url, opened.case_id, n))
        assert_each_won_once(engine, opened.case_id, won)


def test_eight_processes_on_one_case(shared_url: str) -> None:
    """Each with a program of its own."""
    with Engine.open(shared_url) as engine:
        opened = engine.submit(registered(1), by=controls.INTAKE)
        arguments = [(shared_url, opened.case_id, n) for n in range(PROCESSES)]
        won = in_processes("spawn", race_in_a_process, arguments)
        assert_each_won_once(engine, opened.case_id, won)


def test_all_want_the_same_version(store_url: str) -> None:
    """Sixteen say that they decided on version 1: one of them is right."""
    with Engine.open(store_url) as engine:
        opened = engine.submit(registered(1), by=controls.INTAKE)

        def attempt(n: int) -> Receipt | None:
            step = facts(n, opened.case_id)
            try:
                return engine.submit(step.build(engine.now()), by=step.by, expect=1)
            except ConflictError:
                return None

        won = [receipt for receipt in at_once(THREADS, attempt) if receipt is not None]
        assert [receipt.version for receipt in won] == [2]
        assert engine.case(opened.case_id).version == 2
        assert_sound(engine)


def test_sixteen_openings_at_once(store_url: str) -> None:
    """Cases of their own do not stand in each other's way."""
    with Engine.open(store_url) as engine:
        first = engine.head().position + 1
        receipts = at_once(THREADS, lambda n: engine.submit(registered(n), by=controls.INTAKE))
        assert len({receipt.number for receipt in receipts}) == THREADS
        assert sorted(receipt.position for receipt in receipts) == list(
            range(first, first + THREADS)
        )
        assert_sound(engine)


def test_ticks_at_once_fire_each_clock_once(shared_url: str) -> None:
    """Several hosts tick the same store; every clock falls due once."""
    from tests.engine.sample import Life

    life = Life(shared_url)
    cases = [UUID(int=(7 << 76) | (2 << 62) | n) for n in range(1, 13)]
    for case_id in cases:
        life.live(*(step.on(case_id) for step in (REGISTER, ACCEPT, DISPATCH)))
    lives = [life, *(Life(shared_url) for _ in range(7))]
    for one in lives:
        one.clock.set(life.clock().replace(hour=9))  # sign is due, nothing else
    fired = at_once(8, lambda n: lives[n].engine.tick().fired)
    assert sum(fired) == len(cases)
    expired = [row for row in life.engine.store.log() if row.topic == "complaint.clock-expired"]
    assert sorted(UUID(row.case_id) for row in expired) == cases
    life.assert_sound()
    for one in lives:
        one.close()
