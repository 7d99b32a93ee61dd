"""Reading a long log and a long register of every store: in pages, in parts, and bounded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.store.sample import assert_unbroken, assigned, batch_of, imported
from zhili.projections.register import TABLES
from zhili.store import Store, open_store
from zhili.store.store import STATE_BYTES_MAX, Batch
from zhili.values import new_case_id

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Open an empty store."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def long_log(store: Store) -> Store:
    """Fill a store with more than two pages of its log."""
    openings = [imported(n) for n in range(2300)]
    # By case, the log's order is another one: the later versions come at the end.
    later = [assigned(e.originator_id, 2, "a") for e in reversed(openings)]
    store.commit(batch_of(*openings, *later))
    return store


def test_a_long_log_is_read_in_pages(long_log: Store) -> None:
    """Nothing is lost or doubled where a page ends."""
    assert_unbroken(long_log)
    assert [row.position for row in long_log.log()] == list(range(1, 4601))
    assert [row.position for row in long_log.log(1999, 4001)] == list(range(2000, 4002))
    assert [row.position for row in long_log.log(after=4599)] == [4600]
    assert list(long_log.log(after=4600)) == []
    assert list(long_log.log(until=0)) == []
    row = next(long_log.log(after=2299))
    assert row.version == 1
    assert row.case_id == str(UUID(row.case_id))


def test_the_log_by_case(long_log: Store) -> None:
    """Case by case, version by version, from after any case."""
    rows = list(long_log.log_by_case())
    pairs = [(row.case_id, row.version) for row in rows]
    assert pairs == sorted(pairs)
    assert len(set(pairs)) == 4600
    assert sorted(row.position for row in rows) == list(range(1, 4601))
    middle = pairs[2500][0]
    expected = [pair for pair in pairs if pair[0] > middle]
    assert [(r.case_id, r.version) for r in long_log.log_by_case(after=middle)] == expected


def test_a_part_of_the_log_and_of_the_register(long_log: Store) -> None:
    """Cases above one id and up to another, whose own rows are in the part."""
    ids = sorted({row.case_id for row in long_log.log_by_case()})
    after, until = ids[99], ids[2199]
    part = ids[100:2200]
    events = [(row.case_id, row.version) for row in long_log.log_by_case(after, until)]
    assert events == [(case_id, version) for case_id in part for version in (1, 2)]
    for table in TABLES[:2]:
        rows = list(long_log.register_by_case(table, after, until))
        assert [row[0] for row in rows] == part
        assert {len(row) for row in rows} == {len(table.columns)}
        assert rows == list(long_log.register_by_case(table))[100:2200]
    assert [row[0] for row in long_log.register_by_case(TABLES[0], until=ids[2])] == ids[:3]
    assert list(long_log.log_by_case(ids[-1])) == []
    assert list(long_log.register_by_case(TABLES[0], ids[-1])) == []


def test_the_register_by_case_is_in_the_order_of_its_keys_bytes(store: Store) -> None:
    """No language's rules for sorting come into it."""
    case_id, parts = str(new_case_id()), ["a", "B", "Ä", "b", "A", "z", "案", "_", "10", "9"]
    rest = (None, None, None, None, None, False, None)
    given = [
        (case_id, "co_handler", part, 1, "open", None, n, n, *rest) for n, part in enumerate(parts)
    ]
    store.commit(Batch(events=batch_of(imported(1)).events, rows={"parts": given}))
    found = [row[2] for row in store.register_by_case(TABLES[2])]
    assert found == sorted(parts, key=str.encode)


def test_no_byte_is_read_of_an_event_that_is_too_large(store: Store) -> None:
    """Its size is said instead; the events around it are read as ever."""
    batch = batch_of(imported(1), imported(2), imported(3))
    batch.events[1] = replace(batch.events[1], state=b"1" * (STATE_BYTES_MAX + 1))
    batch.events[2] = replace(batch.events[2], state=b"2" * STATE_BYTES_MAX)
    store.commit(batch)
    for rows in (store.log(), store.log_by_case()):
        found = sorted(rows)
        assert [(row.oversize, len(row.state)) for row in found[1:]] == [
            (STATE_BYTES_MAX + 1, 0),
            (0, STATE_BYTES_MAX),
        ]
        assert found[0].state == batch.events[0].state


def test_large_events_are_read_a_few_at_a_time(store: Store) -> None:
    """A page ends at so many bytes, and nothing is lost there."""
    batch = batch_of(*(imported(n) for n in range(6)))
    batch.events[:] = [replace(e, state=bytes(5 * 2**20)) for e in batch.events]
    store.commit(batch)
    assert [row.position for row in store.log()] == list(range(1, 7))
    assert sorted(row.position for row in store.log_by_case()) == list(range(1, 7))
