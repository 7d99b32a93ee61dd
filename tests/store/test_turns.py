"""Threads that commit at once: one commits for all who wait, and each gets what is its own."""

from __future__ import annotations

import os
import signal
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from threading import Event
from time import sleep
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.store.sample import assert_unbroken, assigned, batch_of, imported
from zhili.errors import ZhiliError
from zhili.store import Head, open_store
from zhili.store.postgres import PostgresStore
from zhili.store.postgres.turns import Turns
from zhili.store.store import (
    AcknowledgementLostError,
    Batch,
    KeyTakenError,
    NumberTakenError,
    PoliciesChangedError,
    VersionTakenError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def until(condition: Callable[[], bool]) -> None:
    """Wait for another thread."""
    for _ in range(60_000):
        if condition():
            return
        sleep(0.001)
    raise AssertionError("it did not come to that within a minute")


class Door:
    """A door at which a test says when it opens, and which remembers who went through together."""

    def __init__(self, *, together_max: int = 100) -> None:
        """Close the door."""
        self.opened = Event()
        self.reached = Event()
        self.groups: list[list[int]] = []
        self.turns: Turns[int, int] = Turns(
            self.go, lost=lambda: RuntimeError("left alone"), together_max=together_max
        )

    def go(self, works: Sequence[int]) -> list[int | Exception]:
        """Answer with ten times the work; refuse what is negative, and break down at zero."""
        self.groups.append(list(works))
        self.reached.set()
        assert self.opened.wait(60)
        if 0 in works:
            raise KeyboardInterrupt
        return [ValueError(work) if work < 0 else work * 10 for work in works]

    def waiting(self) -> int:
        """Count who waits outside."""
        return len(self.turns._waiting)


def queue_up(door: Door, pool: ThreadPoolExecutor, works: Sequence[int]) -> list[Future[int]]:
    """Send the first to the door, and let the others come while it is there."""
    futures = [pool.submit(door.turns.take, works[0])]
    assert door.reached.wait(60)
    for n, work in enumerate(works[1:], 1):
        futures.append(pool.submit(door.turns.take, work))
        until(lambda: door.waiting() == n)  # noqa: B023 - asked before the next comes
    return futures


def test_who_waits_goes_together_with_the_next() -> None:
    """One goes alone, and all who came meanwhile go at once, in their order."""
    door = Door()
    with ThreadPoolExecutor(8) as pool:
        futures = queue_up(door, pool, [1, 2, 3, 4, 5])
        door.opened.set()
        assert [future.result(60) for future in futures] == [10, 20, 30, 40, 50]
    assert door.groups == [[1], [2, 3, 4, 5]]
    assert door.turns.take(6) == 60


def test_no_more_go_together_than_allowed() -> None:
    """The rest is led by the first of those who are left."""
    door = Door(together_max=2)
    with ThreadPoolExecutor(8) as pool:
        futures = queue_up(door, pool, [1, 2, 3, 4, 5, 6])
        door.opened.set()
        assert [future.result(60) for future in futures] == [10, 20, 30, 40, 50, 60]
    assert door.groups == [[1], [2, 3], [4, 5], [6]]


def test_a_refusal_is_for_the_one_it_was_meant_for() -> None:
    """Whoever went with it has an answer."""
    door = Door()
    with ThreadPoolExecutor(8) as pool:
        futures = queue_up(door, pool, [1, 2, -3, 4])
        door.opened.set()
        assert [futures[n].result(60) for n in (0, 1, 3)] == [10, 20, 40]
        with pytest.raises(ValueError, match="-3"):
            futures[2].result(60)


def test_nobody_waits_for_a_leader_who_was_interrupted() -> None:
    """Those whom it led hear that their outcome is unknown, and the next go on."""
    door = Door(together_max=2)
    with ThreadPoolExecutor(8) as pool:
        futures = queue_up(door, pool, [1, 0, 2, 3, 4])
        door.opened.set()
        with pytest.raises(KeyboardInterrupt):
            futures[1].result(60)
        with pytest.raises(RuntimeError, match="left alone"):
            futures[2].result(60)
        assert [futures[n].result(60) for n in (0, 3, 4)] == [10, 30, 40]
    assert door.turns.take(5) == 50


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    """Open an empty store on PostgreSQL."""
    opened = open_store(postgres_url)
    assert isinstance(opened, PostgresStore)
    yield opened
    opened.close()


def outcome(store: PostgresStore, batch: Batch) -> Head | type[ZhiliError]:
    """Commit, and give the head or the kind of refusal."""
    try:
        return store.commit(batch)
    except ZhiliError as error:
        return type(error)


def commit_together(
    store: PostgresStore, url: str, batches: Sequence[Batch]
) -> list[Head | type[ZhiliError]]:
    """Commit all in one transaction: the head is held until every thread waits for its turn."""
    turns = store._turns
    with ThreadPoolExecutor(len(batches) + 1) as pool, psycopg.connect(url) as holder:
        holder.execute("SELECT 1 FROM log_head FOR UPDATE")
        first = pool.submit(store.commit, batch_of(imported(9999)))
        until(lambda: turns._led and not turns._waiting)
        futures: list[Future[Head | type[ZhiliError]]] = []
        for batch in batches:
            futures.append(pool.submit(outcome, store, batch))  # one after the other
            until(lambda: len(turns._waiting) == len(futures))
        holder.commit()
        first.result(60)
        return [future.result(60) for future in futures]


@pytest.mark.postgres
def test_commits_of_many_threads_are_one_transaction(
    store: PostgresStore, postgres_url: str
) -> None:
    """Each hears the head that its own events left."""
    batches = [batch_of(imported(2 * n), imported(2 * n + 1), key=f"k{n}") for n in range(6)]
    heads = commit_together(store, postgres_url, batches)
    assert [head.position for head in heads if isinstance(head, Head)] == [3, 5, 7, 9, 11, 13]
    rows = {row.position: row.link for row in store.log()}
    assert [head.link for head in heads if isinstance(head, Head)] == [
        rows[position] for position in (3, 5, 7, 9, 11, 13)
    ]
    assert store.rows("SELECT count(DISTINCT xmin::text) FROM stored_events", {}) == [(2,)]
    found = store.rows("SELECT position FROM cases ORDER BY position", {})
    assert found == [(n,) for n in range(1, 14)]
    assert_unbroken(store)


@pytest.mark.postgres
def test_a_conflict_of_one_thread_is_no_other_threads(
    store: PostgresStore, postgres_url: str
) -> None:
    """What is refused is refused alone, each for its own reason; the others are written."""
    first = imported(1)
    store.commit(batch_of(first, key="used"))
    numbers = count(100)
    batches = [
        batch_of(imported(next(numbers)), key="a"),
        batch_of(assigned(first.originator_id, 2, "a"), earlier=[first], key="b"),
        batch_of(assigned(first.originator_id, 2, "b"), earlier=[first], key="c"),
        batch_of(imported(next(numbers)), key="used"),
        batch_of(imported(1), key="d"),
        batch_of(imported(next(numbers)), key="e", epoch=7),
        batch_of(imported(next(numbers)), key="f"),
    ]
    found = commit_together(store, postgres_url, batches)
    assert [one.position if isinstance(one, Head) else one for one in found] == [
        3,
        4,
        VersionTakenError,
        KeyTakenError,
        NumberTakenError,
        PoliciesChangedError,
        5,
    ]
    assert [row[0] for row in store.rows("SELECT key FROM keys ORDER BY key", {})] == [
        "a",
        "b",
        "f",
        "used",
    ]
    assert_unbroken(store)


def end_who_waits_for_a_lock(url: str) -> None:
    """Break the connection that waits for the head."""
    sql = (
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        until(lambda: connection.execute(sql).fetchall() != [])


def interrupt_who_waits_for_a_lock(url: str) -> None:
    """Press Ctrl-C once the main thread waits for the head."""
    sql = (
        "SELECT 1 FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        until(lambda: connection.execute(sql).fetchall() != [])
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.postgres
def test_a_connection_that_breaks_is_told_to_all_who_used_it(
    store: PostgresStore, postgres_url: str
) -> None:
    """None of them knows its outcome, each looks for its key, and the next commit works."""
    turns = store._turns
    store.commit(batch_of(imported(9999)))
    with ThreadPoolExecutor(4) as pool, psycopg.connect(postgres_url) as holder:
        holder.execute("SELECT 1 FROM log_head FOR UPDATE")
        futures = [pool.submit(outcome, store, batch_of(imported(0), key="k0"))]
        until(lambda: turns._led and not turns._waiting)
        futures += [
            pool.submit(outcome, store, batch_of(imported(n), key=f"k{n}")) for n in (1, 2, 3)
        ]
        until(lambda: len(turns._waiting) == 3)
        end_who_waits_for_a_lock(postgres_url)  # the first
        until(lambda: not turns._waiting)
        end_who_waits_for_a_lock(postgres_url)  # and the three of the next transaction
        assert [future.result(60) for future in futures] == [AcknowledgementLostError] * 4
        holder.commit()
    assert [store.key(f"k{n}") for n in range(4)] == [None] * 4
    assert store.commit(batch_of(imported(3), key="k3")).position == 2
    assert_unbroken(store)


@pytest.mark.postgres
def test_an_interrupted_commit_is_withdrawn(store: PostgresStore, postgres_url: str) -> None:
    """Who is interrupted while the head is held has written nothing, and may go on."""
    store.commit(batch_of(imported(1)))
    with psycopg.connect(postgres_url) as holder, ThreadPoolExecutor(1) as pool:
        holder.execute("SELECT 1 FROM log_head FOR UPDATE")
        pool.submit(interrupt_who_waits_for_a_lock, postgres_url)
        with pytest.raises(KeyboardInterrupt):
            store.commit(batch_of(imported(2), key="k"))
        holder.commit()
    assert store.key("k") is None
    assert store.commit(batch_of(imported(2), key="k")).position == 2
    assert_unbroken(store)
