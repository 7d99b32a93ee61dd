"""What is written in a host's transaction is part of it: rolled back, nothing of it is left."""

from __future__ import annotations

import unittest
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import TestCase

from tests.engine.sample import Life, at_once, facts, registered
from zhili import publish
from zhili.errors import CaseNotFoundError, ConflictError, StoreError
from zhili.projections.backlog import Backlog
from zhili.projections.worklist import Worklist
from zhili.testing import CASE, actor, controls, path_to

if TYPE_CHECKING:
    from collections.abc import Iterator

OFFICE = actor("administrator")


class UndoError(Exception):
    """The host changes its mind."""


@pytest.fixture
def life(database: str) -> Iterator[Life]:
    """Begin a life on an empty store in the host's database."""
    assert database
    lived = Life("django://default")
    yield lived
    lived.close()


def undo() -> None:
    """Change the host's mind."""
    raise UndoError


def note(text: str) -> None:
    """Let the host write a row of its own."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO host_note VALUES (%s)", [text])


def notes() -> list[str]:
    """Give the host's own rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM host_note ORDER BY text")
        return [row[0] for row in cursor.fetchall()]


def open_one(life: Life, n: int) -> None:
    """Open the *n*th case as far as it is counted."""
    opened = life.engine.submit(registered(n), by=controls.INTAKE)
    life.submit(controls.ACCEPT.on(opened.case_id))


def counted(life: Life) -> int:
    """Give how many cases are open, by the warehouse."""
    return int(life.engine.ask(Backlog()).total.total)


def test_what_the_host_commits_is_there_with_its_own(life: Life) -> None:
    """A case and a row of the host's, in one transaction."""
    with transaction.atomic():
        note("seen")
        life.submit(controls.REGISTER)
    assert notes() == ["seen"]
    assert life.case().version == 1
    life.assert_sound()


def test_what_the_host_rolls_back_leaves_nothing(life: Life) -> None:
    """Log, register, keys, head, cache: as if nobody had ever asked."""
    life.submit(controls.REGISTER)
    before = life.contents()
    with pytest.raises(UndoError), transaction.atomic():
        note("seen")
        life.submit(controls.ACCEPT, key="once")
        assert life.case().version == 2
        undo()
    assert notes() == []
    assert life.contents() == before
    assert life.case().version == 1
    assert life.engine.store.key("once") is None
    again = life.submit(controls.ACCEPT, key="once")
    assert not again.repeated
    assert life.case().version == 2
    life.assert_sound()


def test_a_case_opened_and_rolled_back_was_never_there(life: Life) -> None:
    """Neither the case nor its number; another one may stand at its place in the log."""
    with pytest.raises(UndoError), transaction.atomic():
        life.submit(controls.REGISTER)
        assert life.engine.ask(Worklist()).items != ()
        undo()
    with pytest.raises(CaseNotFoundError):
        life.case()
    assert life.engine.ask(Worklist()).items == ()
    other = life.engine.submit(registered(2), by=controls.INTAKE)
    assert life.case(other.case_id).version == 1
    with pytest.raises(CaseNotFoundError):
        life.case()
    life.assert_sound()


def test_an_inner_rollback_takes_only_what_is_inside(life: Life) -> None:
    """What was submitted before the savepoint and after it stays."""
    with transaction.atomic():
        life.submit(controls.REGISTER)
        with pytest.raises(UndoError), transaction.atomic():
            life.submit(controls.ACCEPT)
            undo()
        assert life.case().version == 1
        life.submit(facts("outside"))
        assert life.case().version == 2
    assert life.case().version == 2
    assert [event.event_name for event in life.engine.history(CASE)][-1] != "accepted"
    life.assert_sound()


def test_a_refusal_leaves_the_hosts_transaction_whole(life: Life) -> None:
    """A host that catches what the rules refuse goes on in the same transaction."""
    with transaction.atomic():
        life.submit(controls.REGISTER)
        before = life.engine.head()
        with pytest.raises(ConflictError):
            life.submit(facts("late"), expect=7)
        assert life.engine.head() == before
        note("went on")
    assert notes() == ["went on"]
    life.assert_sound()


def test_a_number_taken_within_is_tried_again(life: Life) -> None:
    """A conflict that the database finds costs a savepoint, not the host's transaction."""
    with transaction.atomic():
        first = life.engine.submit(registered(1), by=controls.INTAKE)
        second = life.engine.submit(registered(2), by=controls.INTAKE)
        again = life.engine.submit(registered(2), by=controls.INTAKE, key="k")
        repeated = life.engine.submit(registered(2), by=controls.INTAKE, key="k")
    assert repeated.case_id == again.case_id
    assert repeated.repeated
    assert len({first.number, second.number, again.number}) == 3
    life.assert_sound()


def test_policies_rolled_back_were_never_in_force(life: Life) -> None:
    """Neither for the thread that published them nor for anybody else."""
    book, epoch = life.engine.book, life.engine.book.epoch
    before = book.current().procedure
    other = before.model_copy(update={"returns_max": before.returns_max + 1})
    with pytest.raises(UndoError), transaction.atomic():
        life.engine.submit(publish(other), by=OFFICE)
        assert life.engine.book.current().procedure == other
        assert book.current().procedure == before
        undo()
    assert life.engine.book.epoch == epoch
    assert life.engine.book.current().procedure == before
    third = before.model_copy(update={"returns_max": before.returns_max + 2})
    with transaction.atomic():
        life.engine.submit(publish(third), by=OFFICE)
    assert life.engine.book.current().procedure == third
    life.submit(controls.REGISTER)
    life.assert_sound()


def test_figures_know_what_is_written_and_forget_what_is_rolled_back(life: Life) -> None:
    """Positions are used again after a rollback, and no figure counts what stood there before."""
    open_one(life, 1)
    assert counted(life) == 1
    with pytest.raises(UndoError), transaction.atomic():
        for n in range(2, 5):
            open_one(life, n)
        assert counted(life) == 4
        undo()
    assert counted(life) == 1
    open_one(life, 9)
    assert counted(life) == 2


def test_the_past_forgets_what_is_rolled_back(life: Life) -> None:
    """Nor does a register of the past stand for another log at the same positions."""
    life.submit(controls.REGISTER)
    position = life.engine.head().position
    with pytest.raises(UndoError), transaction.atomic():
        life.submit(controls.ACCEPT)
        life.submit(facts(1))
        there = life.engine.ask(Worklist(), known_at=position + 1).items
        assert [item.state for item in there] == ["accepted"]
        undo()
    life.submit(facts(2))
    life.submit(facts(3))
    there = life.engine.ask(Worklist(), known_at=position + 1).items
    assert [item.state for item in there] == ["registered"]


def test_clocks_fire_in_the_hosts_transaction(life: Life) -> None:
    """What a tick did and the host undid is due again."""
    life.live(*path_to("dispatched"))
    life.clock.advance(timedelta(days=200))
    with pytest.raises(UndoError), transaction.atomic():
        fired = life.engine.tick().fired
        assert fired > 0
        undo()
    assert life.engine.tick().fired == fired
    assert life.engine.tick().fired == 0
    life.assert_sound()


def test_a_rebuild_is_part_of_it_too(life: Life) -> None:
    """The register is the same whether the host keeps it or not."""
    life.submit(controls.REGISTER)
    before = life.contents()
    with pytest.raises(UndoError), transaction.atomic():
        assert life.engine.rebuild() == 1
        assert life.contents() == before
        undo()
    assert life.contents() == before
    assert life.engine.rebuild() == 1
    assert life.contents() == before
    assert life.engine.store.check() == []


def test_default_policies_rolled_back_are_published_again(life: Life) -> None:
    """A store whose first transaction came to nothing works like a new one."""
    empty = Life("django://default")
    assert empty.engine.book.complete
    life.submit(controls.REGISTER)
    life.assert_sound()


def test_a_broken_transaction_is_refused_in_words(life: Life) -> None:
    """After an error of the host's own that it did not undo, nothing can be read or written."""
    with transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic(savepoint=False):
            note("x" * 10)
            with connection.cursor() as cursor:
                cursor.execute("SELECT no_such_thing")
        with pytest.raises(StoreError, match="only be rolled back"):
            life.submit(controls.REGISTER)
        with pytest.raises(StoreError, match="only be rolled back"):
            life.engine.head()
    assert notes() == []
    life.submit(controls.REGISTER)


def test_other_threads_see_nothing_before_the_commit(life: Life) -> None:
    """A case is written; another thread neither finds it nor is shown what was folded of it."""
    life.submit(controls.REGISTER)
    found: list[int] = []

    def look() -> None:
        found.append(life.case().version)
        connections.close_all()

    with transaction.atomic():
        life.submit(facts(1))
        assert life.case().version == 2
        thread = Thread(target=look)
        thread.start()
        thread.join()
    assert found == [1]
    look()
    assert found == [1, 2]


def test_writers_take_turns_and_all_of_them_are_heard(life: Life) -> None:
    """Threads that each write twice in a transaction of their own, one of them undone."""
    life.submit(controls.REGISTER)
    before = life.engine.head().position

    def work(n: int) -> None:
        try:
            with transaction.atomic():
                note(f"{n}")
                life.engine.submit(registered(2 * n + 2), by=controls.INTAKE)
                life.engine.submit(registered(2 * n + 3), by=controls.INTAKE)
                if n == 2:
                    undo()
        except UndoError:
            pass
        finally:
            connections.close_all()

    at_once(4, work)
    assert notes() == ["0", "1", "3"]
    assert len(life.engine.ask(Worklist()).items) == 7
    assert life.engine.head().position >= before + 6
    life.assert_sound()


def test_a_test_case_of_the_hosts_leaves_nothing(life: Life) -> None:
    """Django's TestCase rolls every test back, and may run what is done on commit nonetheless."""
    seen: dict[str, Any] = {}

    class Hosts(TestCase):
        """A test of the host's own."""

        def test_one(self) -> None:
            """It submits, and has done what is done on commit."""
            with self.captureOnCommitCallbacks(execute=True):
                life.submit(controls.REGISTER)
            seen["within"] = life.case().version

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Hosts).run(result)
    assert result.failures + result.errors == []
    assert seen == {"within": 1}
    with pytest.raises(CaseNotFoundError):
        life.case()
    assert not life.engine.store.unsettled


def test_a_commit_of_the_hosts_fills_the_cache(life: Life) -> None:
    """And not before: until then every call reads what this transaction sees."""
    cache = life.engine._kept.cases.cache
    with transaction.atomic():
        life.submit(controls.REGISTER)
        assert life.engine.store.unsettled
        life.submit(facts(1))
        assert cache.get(CASE) is None
    assert not life.engine.store.unsettled
    kept = cache.get(CASE)
    assert kept is not None
    assert kept.version == 2


def test_personal_data_are_not_read_where_the_reading_may_be_undone(life: Life) -> None:
    """Within a host's transaction nothing is given: the entry could be gone, and the data known."""
    life.submit(controls.REGISTER)
    inspector = actor("inspector")

    def read() -> str | None:
        (field,) = life.engine.read_personal(
            CASE, fields=["content"], by=inspector, purpose="to look into it"
        )
        return field.text

    with pytest.raises(StoreError, match="rolled back"), transaction.atomic():
        read()
    assert life.engine.access_head().position == 0
    assert read() is not None
    assert life.engine.access_head().position == 1
