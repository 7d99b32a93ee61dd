"""The clocks of every case type act the same, whoever ticks, how often, and how many at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.engine.neighbours import BEGINNINGS, begun
from tests.engine.sample import Life, at_once
from zhili.testing import TICK

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR = timedelta(hours=1)
WATCHED = timedelta(days=45)
TICKERS = 6


def _case_id(n: int) -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | n)


CASES = {name: _case_id(n) for n, name in enumerate(BEGINNINGS, 1)}


def begin(life: Life, tick: Callable[[Life], None]) -> None:
    """Live through every beginning; whatever time passes in one, passes with *tick*."""
    for name, case_id in CASES.items():
        for step in begun(name, case_id):
            if step == TICK:
                tick(life)
            else:
                life.live(step) if not isinstance(step, timedelta) else life.clock.advance(step)


def history(life: Life) -> dict[UUID, list[tuple[Any, ...]]]:
    """Give what happened in every case, when and to what effect, but not when it was recorded."""
    rows = life.engine.store.rows("SELECT case_id FROM cases", {})
    return {
        UUID(case_id): [
            (
                event.event_name, event.state, event.part_state, event.occurred_at, event.by,
                event.marks, event.rules,
            )
            for event in life.engine.history(UUID(case_id))
        ]
        for (case_id,) in rows
    }  # fmt: skip


def once(life: Life) -> None:
    """Tick until there is nothing left."""
    while life.engine.tick().more:
        pass


def lived(url: str, every: timedelta) -> Life:
    """Live through the beginnings and a month and a half, ticking so often."""
    life = Life(url)
    begin(life, once)
    until = life.clock.now + WATCHED
    while life.clock.now + every < until:
        life.clock.advance(every)
        once(life)
    life.clock.set(until)
    once(life)
    return life


@pytest.fixture(scope="module")
def timely() -> dict[UUID, list[tuple[Any, ...]]]:
    """Give what happened where somebody ticked every two hours."""
    life = lived("memory:", 2 * HOUR)
    found = history(life)
    life.assert_sound()
    life.close()
    return found


def test_a_late_tick_leaves_the_same_history(timely: Any) -> None:
    """One tick after a month and a half does what five hundred timely ones did."""
    life = lived("memory:", WATCHED)
    assert history(life) == timely
    life.assert_sound()
    life.close()


def test_commands_find_what_is_due_by_themselves(timely: Any) -> None:
    """Where nobody ticks, whoever comes next has the clocks fire before anything is decided."""
    life = Life("memory:")
    begin(life, lambda _life: None)
    life.clock.advance(WATCHED)
    fired = sum(life.engine.fire([case_id], life.clock())[0] for case_id in CASES.values())
    assert fired > 0
    after = history(life)
    same = [name for name, case_id in CASES.items() if after[case_id] == timely[case_id]]
    assert len(same) == len(CASES)
    life.assert_sound()
    life.close()


def test_many_tickers_fire_each_clock_once(shared_url: str, timely: Any) -> None:
    """Six hosts tick the same store at once; it happens once, and as it did with one."""
    life = Life(shared_url)
    begin(life, once)
    others = [Life(shared_url) for _ in range(TICKERS)]
    until = life.clock.now + WATCHED
    for one in (life, *others):
        one.clock.set(until)
    fired = at_once(TICKERS, lambda n: sum(iter(lambda: others[n].engine.tick().fired, 0)))
    once(life)
    assert sum(fired) > len(CASES)
    assert history(life) == timely
    life.assert_sound()
    for one in (life, *others):
        one.close()
