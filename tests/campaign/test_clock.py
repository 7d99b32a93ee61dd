"""A clock that jumps back and forth under load: no event lies before the one before it."""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.campaign.load import case_of
from tests.engine.sample import assert_sound
from zhili import Complaint, Engine
from zhili.errors import ConflictError, RefusalError, TimeRefusedError
from zhili.testing import controls
from zhili.testing.clock import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhili.testing import Control

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
STEPS = 5000 if FULL else 400
WORKERS = 3
CASES = 12
SEED = 20260302

JUMPS = (1, 5, 60, 240, -1, -5, -60, -240, -299, -301, 3600, -3600, 86_400, -86_400, 40 * 86_400)
"""Seconds by which the clock jumps. Five minutes back is what two hosts may differ by."""

WAY: dict[str, Control] = {
    "registered": controls.ACCEPT,
    "accepted": controls.DISPATCH,
    "dispatched": controls.SIGN,
    "signed": controls.RECORD_CONTACT,
    "handling": controls.SUBMIT_REPLY,
    "replied": controls.SIGN_OFF_REPLY,
}

pytestmark = pytest.mark.campaign


class JumpingClock:
    """A present that jumps at every few looks, differently for everybody who looks."""

    def __init__(self) -> None:
        """Begin where scenarios begin."""
        self.now = START + timedelta(days=100)
        self._random = random.Random(SEED)  # noqa: S311 - chance, not secrets
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """Give the present, whatever it was before."""
        with self._lock:
            weights = [20 if abs(jump) < 300 else 2 for jump in JUMPS]
            (jump,) = self._random.choices(JUMPS, weights)
            self.now = max(self.now + timedelta(seconds=jump), START + timedelta(days=50))
            return self.now


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Open a store with a clock that jumps."""
    url = f"sqlite:///{tmp_path}/cases.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    with Engine.open(url, clock=JumpingClock()) as opened:
        yield opened


class Work:
    """What the threads do, and what came of it."""

    def __init__(self, engine: Engine) -> None:
        """Work on *engine*."""
        self.engine = engine
        self.done: Counter[str] = Counter()
        self.strange: list[BaseException] = []

    def run(self, seed: int) -> None:
        """Move cases on their way and tick, a few hundred times."""
        generator = random.Random(seed)  # noqa: S311 - chance, not secrets
        try:
            for _ in range(STEPS):
                try:
                    self._one(generator)
                except (RefusalError, ConflictError) as error:
                    self.done[error.code] += 1
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test wants to see it
            self.strange.append(error)

    def _one(self, generator: random.Random) -> None:
        case_id = case_of(generator.randrange(CASES))
        if generator.random() < 0.2:
            self.done["fired"] += self.engine.tick(limit=10).fired
            return
        if not self.engine.store.versions([case_id]):
            step = controls.REGISTER.on(case_id)
        else:
            case: Any = self.engine.case(case_id)
            facts = controls.APPEND_FACTS.by_actor(controls.INTAKE)
            step = WAY.get(case.state, facts).on(case_id)
        self.engine.submit(step.build(datetime.now(UTC)), by=step.by)
        self.done["carried out"] += 1


def test_time_that_jumps(engine: Engine) -> None:
    """Commands and ticks of three threads: every case is in order, every deadline is right."""
    work = Work(engine)
    threads = [threading.Thread(target=work.run, args=(SEED + n,)) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert work.strange == []
    assert min(work.done["carried out"], work.done["fired"], work.done[TimeRefusedError.code]) > 0
    seen = 0
    for n in range(CASES):
        if not engine.store.versions([case_of(n)]):
            continue
        history = engine.history(case_of(n))
        seen += len(history)
        assert all(a.occurred_at <= b.occurred_at for a, b in pairwise(history))
        assert all(event.occurred_at <= event.timestamp for event in history)
        due = [mark for event in history for mark in event.marks if mark.due_at is not None]
        assert all(mark.since is None or mark.since <= mark.due_at for mark in due)
        assert isinstance(engine.case(case_of(n)), Complaint)
    assert seen >= work.done["carried out"]
    assert_sound(engine)
