"""Many threads and processes with one store: each version is won once, and nothing is lost."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from tests.store.sample import (
    assert_unbroken,
    assigned,
    batch_of,
    commit_and_forget,
    contents,
    imported,
    open_at_once,
    race,
    win_versions,
)
from zhili.store import open_store
from zhili.store.store import VersionTakenError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhili.store import Store

SECONDS_MAX = 120


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty store that several processes can open."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/cases.db"
    return str(request.getfixturevalue("postgres_url"))


def in_processes(method: str, work: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> list[Any]:
    """Run each of *work* in a process of its own and give what they put into their queue."""
    context: Any = multiprocessing.get_context(method)
    answers = context.Queue()
    processes = [context.Process(target=do, args=(*given, answers)) for do, given in work]
    for process in processes:
        process.start()
    try:
        found = [answers.get(timeout=SECONDS_MAX) for _ in processes]
    finally:
        for process in processes:
            process.join(SECONDS_MAX)
    assert [process.exitcode for process in processes] == [0] * len(processes)
    return found


def test_of_sixteen_threads_one_wins(store_url: str) -> None:
    """The same version, sixteen times at once: one is written, fifteen are told."""
    store = open_store(store_url)
    opening = imported(1)
    store.commit(batch_of(opening))
    barrier = Barrier(16)

    def attempt(n: int) -> bool:
        event = assigned(opening.originator_id, 2, f"thread {n}")
        batch = batch_of(event, earlier=[opening], key=f"k{n}")
        barrier.wait()
        try:
            store.commit(batch)
        except VersionTakenError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(attempt, range(16)))

    assert won.count(True) == 1
    assert store.head().position == 2
    assert_unbroken(store)
    winner = won.index(True)
    assert store.rows("SELECT person FROM cases", {}) == [(f"thread {winner}",)]
    assert store.rows("SELECT key FROM keys", {}) == [(f"k{winner}",)]
    store.close()


def test_threads_racing_along_one_case(store_url: str) -> None:
    """Every version is won by exactly one of eight threads, while others read."""
    store = open_store(store_url)
    opening = imported(1)
    store.commit(batch_of(opening))
    with ThreadPoolExecutor(9) as pool:
        racing = [pool.submit(win_versions, store, opening, 40, f"t{n}") for n in range(8)]
        watching = pool.submit(_watch, store, 40)
        won = [version for future in racing for version in future.result(SECONDS_MAX)]
        assert watching.result(SECONDS_MAX)
    assert sorted(won) == list(range(2, 41))
    assert_unbroken(store)
    store.close()


def _watch(store: Store, last: int) -> bool:
    """Read on until *last*: head, log and register never contradict each other."""
    position = 0
    while position < last:
        (found,) = store.rows(
            "SELECT h.position, c.position, (SELECT count(*) FROM stored_events) "
            "FROM log_head AS h CROSS JOIN cases AS c",
            {},
        )
        assert found[0] == found[1] == found[2] >= position
        position = found[0]
    return True


def test_eight_processes_racing_along_one_case(shared_url: str) -> None:
    """Every version is won by exactly one of eight processes; the log has no gap."""
    store = open_store(shared_url)
    opening = imported(1)
    store.commit(batch_of(opening))
    found = in_processes("spawn", [(race, (shared_url, opening, 60, f"p{n}")) for n in range(8)])

    won: dict[str, list[int]] = dict(found)
    assert sorted(version for versions in won.values() for version in versions) == list(
        range(2, 61)
    )
    assert_unbroken(store)
    assert store.head().position == 60
    kept = contents(store)
    assert {key for key, _ in kept.keys} == {f"{who}-{v}" for who, vs in won.items() for v in vs}
    assert kept.register["cases"][0][3:5] == (60, 60)
    store.close()


def test_sixteen_processes_open_a_new_store_at_once(shared_url: str) -> None:
    """One of them makes the tables, and all of them can work."""
    barrier = multiprocessing.get_context("fork").Barrier(16)
    found = in_processes("fork", [(open_at_once, (shared_url, barrier)) for _ in range(16)])
    assert found == [(0, "1", [])] * 16
    store = open_store(shared_url, create=False)
    assert store.rows("SELECT count(*) FROM meta WHERE name = 'schema'", {}) == [(1,)]
    assert store.commit(batch_of(imported(1))).position == 1
    store.close()


def test_a_child_writes_with_the_store_of_its_parent(shared_url: str) -> None:
    """It opens connections of its own; the parent's go on working."""
    store = open_store(shared_url)
    store.commit(batch_of(imported(1)))
    work = [(commit_and_forget, (store, imported(n))) for n in (2, 3, 4)]
    found = in_processes("fork", work)
    assert all(isinstance(position, int) and position >= 2 for position in found), found
    assert store.commit(batch_of(imported(5))).position == 5
    assert_unbroken(store)
    assert store.check() == []
    store.close()


def test_a_store_in_memory_is_not_shared_with_a_child() -> None:
    """It would be a copy that nobody sees: better to say so."""
    store = open_store("memory:")
    store.commit(batch_of(imported(1)))
    (found,) = in_processes("fork", [(commit_and_forget, (store, imported(2)))])
    assert "cannot be used after a fork" in found
    assert store.head().position == 1
    store.close()
