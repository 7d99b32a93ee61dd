"""The access log of every store: appended to in its order, whoever appends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.store.sample import AT
from zhili.store import GENESIS, AccessHead, Store, canonical, open_store
from zhili.store.access_log import SensitiveDataRead, access_link, columns_of
from zhili.values import Actor
from zhili.workflows import role

if TYPE_CHECKING:
    from collections.abc import Iterator

CASE = UUID("01900000-0000-7000-8000-000000000001")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Open an empty store."""
    opened = open_store(store_url)
    yield opened
    opened.close()


def read(n: int, subject: str = "张三") -> SensitiveDataRead:
    """Give an entry."""
    return SensitiveDataRead(
        actor=Actor(id=f"reader-{n}", role=role.UNIT_OPERATOR, unit="110105001"),
        subject=subject,
        fields=("name@1",),
        purpose="to call back 回访",
        case_id=CASE,
        read_at=AT + timedelta(seconds=n),
    )


def test_a_new_access_log_is_empty(store: Store) -> None:
    """Its head is the genesis."""
    assert store.keeps_access_log
    assert store.access_head() == AccessHead(0, GENESIS)
    assert list(store.access_log()) == []


def test_entries_are_appended_in_their_order(store: Store) -> None:
    """Several at once or one by one: each has its link, its bytes, and its columns beside it."""
    entries = [read(n) for n in range(7)]
    first = store.record_access(entries[:3])
    head = store.record_access(entries[3:])
    rows = list(store.access_log())
    assert [row.entry for row in rows] == [
        canonical(one.model_dump(mode="json")) for one in entries
    ]
    assert [tuple(row)[3:] for row in rows] == [columns_of(one) for one in entries]
    link = GENESIS
    for n, row in enumerate(rows, 1):
        link = access_link(link, row.entry or b"")
        assert (row.position, row.link) == (n, link)
    assert head == store.access_head() == AccessHead(7, link)
    assert first == AccessHead(3, rows[2].link)
    assert [row.position for row in store.access_log(after=2, until=4)] == [3, 4]


def test_an_access_log_is_read_page_by_page(store: Store) -> None:
    """Also more entries than one page holds."""
    store.record_access([read(n) for n in range(1203)])
    assert [row.position for row in store.access_log()] == list(range(1, 1204))


def test_many_threads_append_at_once_to_one_chain(store: Store) -> None:
    """Whoever comes first, no entry is lost and every link follows."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.record_access([read(n)]), range(40)))
    rows = list(store.access_log())
    link = GENESIS
    for n, row in enumerate(rows, 1):
        link = access_link(link, row.entry or b"")
        assert (row.position, row.link) == (n, link)
    assert store.access_head() == AccessHead(40, link)
    assert {row.actor_id for row in rows} == {f"reader-{n}" for n in range(40)}


def test_two_programs_append_to_one_chain(shared_url: str) -> None:
    """Each sees what the other has appended, and goes on from there."""
    with closing(open_store(shared_url)) as one, closing(open_store(shared_url)) as other:
        one.record_access([read(1)])
        head = other.record_access([read(2)])
        assert one.access_head() == head
        assert head.position == 2


def test_nothing_of_an_access_log_that_fails_is_kept(store: Store) -> None:
    """Of entries that cannot all be written none is: the head stays where it was."""
    store.record_access([read(1)])
    before = store.access_head()

    def broken() -> Iterator[SensitiveDataRead]:
        yield read(2)
        raise RuntimeError("the host gave up")

    with pytest.raises(RuntimeError, match="gave up"):
        store.record_access(broken())  # type: ignore[arg-type] # what a host may do
    assert store.access_head() == before
    assert len(list(store.access_log())) == 1


def test_the_log_of_cases_knows_nothing_of_it(store: Store) -> None:
    """Its head stands where it stood."""
    before = store.head()
    store.record_access([read(1)])
    assert store.head() == before
    assert store.check() == []
