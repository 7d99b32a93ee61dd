"""Writers that are killed at any moment: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import os
import queue
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, Self
from uuid import UUID

import pytest

from tests.campaign.writer import told_under
from tests.engine.sample import assert_sound, registered
from zhili import Engine
from zhili.policies import POLICIES
from zhili.testing import controls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]

FULL = os.environ.get("ZHILI_CAMPAIGN") == "full"
KILLS = 10_000 if FULL else 200
KILLS_OF_A_STORE = 100
OPENINGS = 500 if FULL else 25
WRITERS = 3
REPEATED = 20
PATIENCE_SECONDS = 10
SEED = 20260302

pytestmark = [pytest.mark.campaign, pytest.mark.slow]


class Told(NamedTuple):
    """A receipt as a writer told it."""

    case_id: UUID
    version: int
    position: int
    head: str
    key: str


class Nursery:
    """A warm process that bears writers, and an ear for what they tell."""

    def __init__(self) -> None:
        """Start it."""
        self.told: list[Told] = []
        self.failed: list[str] = []
        self.killed = 0
        self._born: queue.Queue[int] = queue.Queue()
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.campaign.writer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
            bufsize=1,
        )
        self._ear = Thread(target=self._listen, daemon=True)
        self._ear.start()

    def __enter__(self) -> Self:
        """Give the nursery itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it, and hear what was still said."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._ear.join(30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, *rest = line.split(" ")
            if word == "born":
                self._born.put(int(rest[0]))
            elif word == "failed":
                self.failed.append(" ".join(rest).replace("\t", "\n"))
            else:
                case_id, version, position, head, key = rest
                place = (UUID(case_id), int(version), int(position), head)
                self.told.append(Told(*place, key.strip()))

    def bear(self, url: str, seed: int) -> int:
        """Have a writer born that writes to *url*; give its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{url} {seed}\n")
        return self._born.get(timeout=60)

    def listen(self) -> list[Told]:
        """Hear everything that the dead have said, and give it."""
        time.sleep(0.05)  # until the last of them is dead
        self.bear("-", 0)
        assert self.failed == [], self.failed[0]
        return list(self.told)

    def await_told(self, more: int) -> None:
        """Wait until the writers have told so much more, and they are in the midst of writing."""
        enough, until = len(self.told) + more, time.monotonic() + PATIENCE_SECONDS
        while len(self.told) < enough and time.monotonic() < until:
            time.sleep(0.001)

    def kill(self, writer: int) -> None:
        """Kill a writer as the power failing does, without a warning."""
        with suppress(ProcessLookupError):  # it has failed by itself; `failed` says why
            os.kill(writer, signal.SIGKILL)
            self.killed += 1


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    """Give a warm process that bears writers."""
    with Nursery() as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Give a function that gives the URL of a store which does not exist yet."""
    numbers = iter(range(10**6))
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path}/{next(numbers)}.db"
    url = str(request.getfixturevalue("postgres_url"))
    return lambda: f"{url}&schema=store_{next(numbers)}&pool_size=1"


def test_killed_while_submitting(nursery: Nursery, fresh_url: Callable[[], str]) -> None:
    """Several write, one after the other is killed at a random moment, and others come."""
    generator = random.Random(SEED)  # noqa: S311 - chance, not secrets
    while nursery.killed < KILLS:
        url = fresh_url()
        nursery.told.clear()
        until = nursery.killed + KILLS_OF_A_STORE
        writers = [nursery.bear(url, generator.getrandbits(32)) for _ in range(WRITERS)]
        while nursery.killed < until:
            nursery.await_told(generator.randint(0, 6))
            time.sleep(generator.uniform(0.0, 0.03))
            nursery.kill(writers.pop(generator.randrange(WRITERS)))
            assert nursery.failed == [], nursery.failed[0]
            writers.append(nursery.bear(url, generator.getrandbits(32)))
        for writer in writers:
            nursery.kill(writer)
        assert_nothing_lost(url, nursery)
        assert len(nursery.told) > KILLS_OF_A_STORE
        assert any("-" in one.key for one in nursery.told)  # some were asked again


def test_killed_while_a_store_is_made(nursery: Nursery, fresh_url: Callable[[], str]) -> None:
    """A store whose maker was killed is there whole or can be made; its policies are there once."""
    generator = random.Random(SEED)  # noqa: S311 - chance, not secrets
    for _ in range(OPENINGS):
        url = fresh_url()
        nursery.told.clear()
        writers = [nursery.bear(url, generator.getrandbits(32)) for _ in range(2)]
        time.sleep(generator.uniform(0.0, 0.06))
        for writer in writers:
            nursery.kill(writer)
        assert_nothing_lost(url, nursery)


def assert_nothing_lost(url: str, nursery: Nursery) -> None:
    """Open the store as the next one does, and insist on everything that was acknowledged."""
    told = nursery.listen()
    with Engine.open(url) as engine:
        rows = {(row.case_id, row.version): row for row in engine.store.log()}
        links = {row.position: row.link.hex() for row in rows.values()}
        lost = [one for one in told if (str(one.case_id), one.version) not in rows]
        assert lost == []
        changed = [one for one in told if links.get(one.position) != one.head]
        assert changed == []
        assert_sound(engine)
        calendars = [row for row in rows.values() if row.topic == "policy.published"]
        assert len(calendars) == engine.head().epoch == len(POLICIES)
        (keys,) = engine.store.rows("SELECT COUNT(*) FROM keys", {})
        (cases,) = engine.store.rows("SELECT COUNT(*) FROM cases", {})
        opened = {one.case_id for one in told}
        assert cases[0] >= len(opened)
        assert keys[0] > len({one.position for one in told})
        assert engine.store.check() == []
        assert_repeated(engine, [one for one in told if "-" in one.key][-REPEATED:])
        receipt = engine.submit(registered(0), by=controls.INTAKE)
        assert receipt.position == len(rows) + 1


def assert_repeated(engine: Engine, told: list[Told]) -> None:
    """Ask again what was acknowledged under a writer's key: it is known, nothing is done."""
    head = engine.head()
    for one in told:
        again = engine.submit(told_under(one.key, one.case_id), by=controls.INTAKE, key=one.key)
        assert again.repeated
        assert (again.version, again.position, again.head) == (one.version, one.position, one.head)
    assert engine.head() == head
