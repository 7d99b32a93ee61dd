"""The register made anew from the log: the same, while others write, or not at all."""

from __future__ import annotations

from threading import Event, Thread
from time import sleep
from typing import TYPE_CHECKING

import pytest

from tests.engine.sample import Life, at_once, execute, facts, register_of, registered
from zhili import Engine
from zhili.errors import ConflictError
from zhili.projections.backlog import Backlog
from zhili.testing import CASE, OTHER_CASE, controls, path_to

if TYPE_CHECKING:
    from uuid import UUID


class StoppedError(Exception):
    """Somebody pulled the plug."""


def live_some(life: Life) -> None:
    """Live through cases of different kinds, one of them imported, one with a co-handler."""
    life.live(*path_to("merged"), controls.BRING_IN, controls.BRING_IN_CLOSING)
    for n, state in enumerate(("ledgered", "closed", "rework", "handling"), 5):
        life.live(*(step.on(_id(n)) for step in path_to(state)))  # type: ignore[union-attr]  # no tick
    life.live(controls.INVITE_CO_HANDLER.on(_id(8)))


def _id(n: int) -> UUID:
    from uuid import UUID

    return UUID(int=CASE.int + n)


def test_it_is_the_same(life: Life) -> None:
    """A rebuild changes nothing of a register that is right, and nothing of the log."""
    live_some(life)
    before, register = life.contents(), register_of(life.engine.store)
    backlog = life.engine.ask(Backlog())
    done: list[tuple[str, int, int | None]] = []

    cases = life.engine.rebuild(progress=lambda *said: done.append(said))

    assert cases == len(register["cases"]) == 7
    assert register_of(life.engine.store) == register
    after = life.contents()
    assert (after.head, after.log, after.keys) == (before.head, before.log, before.keys)
    assert done
    assert life.engine.ask(Backlog()) == backlog
    life.live(facts(case_id=OTHER_CASE))
    life.assert_sound()


def test_an_empty_store(life: Life) -> None:
    """There is nothing to fold, and that is fine."""
    assert life.engine.rebuild() == 0
    life.live(controls.REGISTER)
    life.assert_sound()


def test_an_altered_register_is_repaired(life: Life) -> None:
    """What somebody changed, removed or added is found by the audit and gone after a rebuild."""
    live_some(life)
    right = register_of(life.engine.store)
    number = "SELECT MIN(number) FROM cases"
    execute(
        life.engine.store,
        f"UPDATE cases SET state = 'closed', unit = 'nobody' WHERE number = ({number})",
        "DELETE FROM spells WHERE seq = 2",
        "INSERT INTO parts (case_id, kind, part_id) VALUES ('x', 'co_handler', 'y')",
        "UPDATE parts SET state = 'submitted' WHERE part_id <> 'y'",
    )
    assert {finding.code for finding in life.engine.audit().findings} == {"register-differs"}
    life.engine.ask(Backlog())
    life.engine.rebuild()
    assert register_of(life.engine.store) == right
    assert sum(group.total for group in life.engine.ask(Backlog()).groups) == 4
    life.assert_sound()


def test_stopped_half_way_it_leaves_the_register_as_it_was(life: Life) -> None:
    """The tables that are used are touched only at the very end."""
    live_some(life)
    before = life.contents()

    def stop(*_: object) -> None:
        raise StoppedError

    for _ in range(2):
        with pytest.raises(StoppedError):
            life.engine.rebuild(progress=stop)
        assert life.contents() == before
        assert life.engine.audit().clean
    life.live(facts(case_id=OTHER_CASE))
    assert life.engine.rebuild() == 7
    life.assert_sound()


def test_writers_go_on(life: Life) -> None:
    """Commands are carried out while the log is folded; the fresh register has them all."""
    live_some(life)
    begun, stop = Event(), Event()
    written: list[int] = []

    def write() -> None:
        while not stop.is_set():
            opened = life.engine.submit(registered(len(written)), by=controls.INTAKE)
            step = facts(case_id=opened.case_id)
            life.engine.submit(step.build(life.engine.now()), by=step.by)
            written.append(opened.position)
            begun.set()
            sleep(0.01)  # a busy hotline; who never pauses is told that nobody can catch up

    writer = Thread(target=write)
    writer.start()
    try:
        assert begun.wait(60)
        counts = [life.engine.rebuild() for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    assert counts[0] > 7
    assert len(written) > 0
    assert life.engine.store.rows("SELECT COUNT(*) FROM cases", {}) == [(7 + len(written),)]
    life.assert_sound()


def test_several_rebuild_at_once(shared_url: str) -> None:
    """Two who have the same idea do not make a register of two halves."""
    life = Life(shared_url)
    live_some(life)
    right = register_of(life.engine.store)

    def rebuild(_: int) -> int:
        with Engine.open(shared_url, create=False) as engine:
            try:
                return engine.rebuild()
            except ConflictError as error:
                assert "somebody else began" in error.message  # noqa: PT017 - or it was done
                return 0

    found = at_once(4, rebuild)
    assert set(found) - {0} == {7}
    assert register_of(life.engine.store) == right
    life.live(facts(case_id=OTHER_CASE))
    life.assert_sound()
    life.close()


def test_threads_with_one_engine_rebuild_one_after_the_other(life: Life) -> None:
    """They share a store, and wait for each other."""
    live_some(life)
    right = register_of(life.engine.store)
    assert at_once(4, lambda _: life.engine.rebuild()) == [7] * 4
    assert register_of(life.engine.store) == right
    life.assert_sound()
