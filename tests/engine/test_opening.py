"""Opening a store: what is published once, what is refused, and what a child process may do."""

from __future__ import annotations

import gc
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.sample import assert_sound, at_once, facts, in_processes, registered
from zhili import Engine
from zhili.errors import ConflictError, InputError, StoreError
from zhili.policies import POLICIES
from zhili.testing import controls

if TYPE_CHECKING:
    from uuid import UUID


ROOT = Path(__file__).resolve().parents[2]


def open_and_register(url: str, n: int) -> tuple[int, int]:
    """Open the store, register one case in it, and say how many policies it had."""
    with Engine.open(url) as engine:
        engine.submit(registered(n), by=controls.INTAKE)
        return engine.head().epoch, len(engine.book.versions("calendar"))


def published(engine: Engine) -> list[str]:
    """Give the topics of the log that publish something, with the version each made."""
    rows = [row for row in engine.store.log() if row.topic == "policy.published"]
    assert {row.version for row in rows} == {1}
    return [row.case_id for row in rows]


def test_sixteen_threads_open_a_new_store(shared_url: str) -> None:
    """The default policies are published exactly once, and every opener has them."""
    found = at_once(16, lambda n: open_and_register(shared_url, n))
    assert found == [(len(POLICIES), 1)] * 16
    with Engine.open(shared_url, create=False) as engine:
        assert len(published(engine)) == len(POLICIES)
        assert engine.store.rows("SELECT COUNT(*) FROM cases", {}) == [(16,)]
        assert_sound(engine)


def test_sixteen_processes_open_a_new_store(shared_url: str) -> None:
    """The same, when each has a program of its own."""
    found = in_processes("fork", open_and_register, [(shared_url, n) for n in range(16)])
    assert found == [(len(POLICIES), 1)] * 16
    with Engine.open(shared_url, create=False) as engine:
        assert len(published(engine)) == len(POLICIES)
        assert_sound(engine)


def test_opening_again_publishes_nothing(shared_url: str) -> None:
    """A store keeps the policies that it has."""
    with Engine.open(shared_url) as engine:
        head = engine.head()
    with Engine.open(shared_url) as engine:
        assert engine.head() == head


def test_a_store_has_one_zone(shared_url: str) -> None:
    """Local days would mean something else in another: it says how to open it."""
    with Engine.open(shared_url, zone="Asia/Shanghai") as engine:
        head = engine.head()
    with pytest.raises(StoreError, match="keeps its days in Asia/Shanghai, not in UTC"):
        Engine.open(shared_url, zone="UTC")
    with Engine.open(shared_url) as engine:
        assert engine.head() == head


@pytest.mark.parametrize("zone", ["", "Beijing", "Asia/Peking", "../etc/passwd", "Asia", "\0"])
def test_a_zone_that_does_not_exist(tmp_path: Path, zone: str) -> None:
    """It is named before anything is made."""
    with pytest.raises(InputError, match="there is no time zone"):
        Engine.open(f"sqlite:///{tmp_path}/cases.db", zone=zone)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_made_where_nothing_may_be(tmp_path: Path) -> None:
    """`create=False` is for those who expect a store to be there."""
    with pytest.raises(StoreError, match="zhili init"):
        Engine.open(f"sqlite:///{tmp_path}/cases.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_parent_and_child_go_on_with_one_engine(shared_url: str) -> None:
    """After a fork each has its own connections; both submit, and neither disturbs the other."""
    engine = Engine.open(shared_url)
    opened = engine.submit(registered(1), by=controls.INTAKE)

    def go_on(who: str) -> int:
        done = sum(_one_fact(engine, opened.case_id, f"{who} {n}") for n in range(5))
        report = engine.audit()
        assert report.clean, report.findings
        engine.ask(_backlog())
        return done

    def child(who: str) -> int:
        done = go_on(who)
        engine.close()
        gc.collect()
        return done

    assert go_on("before") == 5
    assert in_processes("fork", child, [("a",), ("b",), ("c",)]) == [5, 5, 5]
    assert go_on("after") == 5
    assert engine.case(opened.case_id).version == 26
    assert_sound(engine)
    engine.close()


def _backlog() -> Any:
    from zhili.projections.backlog import Backlog

    return Backlog()


def test_a_child_of_a_busy_parent(shared_url: str) -> None:
    """Threads that hold locks in the moment of the fork do not hold them in the child."""
    engine = Engine.open(shared_url)
    opened = engine.submit(registered(1), by=controls.INTAKE)

    def write(n: int) -> int:
        if n == 0:
            return sum(in_processes("fork", _one_fact, [(engine, opened.case_id)] * 3))
        return sum(_one_fact(engine, opened.case_id) for _ in range(10))

    assert at_once(4, write) == [3, 10, 10, 10]
    assert_sound(engine)
    engine.close()


def _one_fact(engine: Engine, case_id: UUID, said: str = "one") -> int:
    """Add a fact, however many conflicts that takes; the case is everybody's."""
    while True:
        try:
            step = facts(said, case_id)
            engine.submit(step.build(engine.now()), by=step.by)
        except ConflictError:
            continue
        return 1


def test_what_a_child_wrote_survives_the_closing_of_its_parent(shared_url: str) -> None:
    """The parent closes, and so does not disturb the child; what both were told stays true."""
    engine = Engine.open(shared_url)
    engine.submit(registered(1), by=controls.INTAKE)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def child() -> None:
        there.send(engine.submit(registered(2), by=controls.INTAKE).position)
        there.recv()
        there.send(engine.submit(registered(3), by=controls.INTAKE).position)
        engine.close()

    process = context.Process(target=child)
    process.start()
    assert here.recv() == len(POLICIES) + 2
    engine.close()
    here.send("the parent has closed")
    assert here.recv() == len(POLICIES) + 3
    process.join(60)
    with Engine.open(shared_url, create=False) as again:
        assert again.head().position == len(POLICIES) + 3
        assert_sound(again)


def test_a_child_that_ends_by_itself_leaves_its_parent_alone(shared_url: str) -> None:
    """An interpreter that shuts down lets go of everything; what the parent has stays whole."""
    program = f"""
import os
from zhili import Engine
from zhili.projections.backlog import Backlog
from zhili.testing import controls
engine = Engine.open({shared_url!r})
def write():
    step = controls.REGISTER
    command = step.command(**step.fields)
    engine.submit(command, by=step.by)
    assert engine.ask(Backlog()).position == engine.head().position
    return engine.head().position
write()
child = os.fork()
if child == 0:
    write()
    raise SystemExit(7)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 7, status
print(write())
assert engine.audit().clean
"""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (0, f"{len(POLICIES) + 3}\n"), ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_store_in_memory_stays_with_its_process() -> None:
    """A child would have a copy that nobody sees: it is told so, and the parent goes on."""
    engine = Engine.open("memory:")

    def child() -> str:
        try:
            engine.submit(registered(1), by=controls.INTAKE)
        except StoreError as error:
            return error.message
        return "it was written"

    (said,) = in_processes("fork", child, [()])
    assert "cannot be used after a fork" in said
    assert engine.submit(registered(2), by=controls.INTAKE).position == len(POLICIES) + 1
    assert_sound(engine)
    engine.close()
