"""What every store does, in memory, in a SQLite file and on PostgreSQL."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from eventsourcing.application import LocalNotificationLog

from tests.store.sample import (
    MAPPER,
    assert_unbroken,
    assigned,
    batch_of,
    contents,
    imported,
)
from zhili.aggregates import Complaint
from zhili.errors import StoreError
from zhili.projections.register import TABLES
from zhili.store import GENESIS, Head, Store, link_of, open_store
from zhili.store.store import (
    Batch,
    KeyTakenError,
    NumberTakenError,
    PoliciesChangedError,
    VersionTakenError,
)
from zhili.values import new_case_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.errors import ConflictError

BOTH_WAYS = pytest.mark.parametrize("more", [0, 150], ids=["few", "many"])
"""A batch that a store takes in one call, and one that it may stream."""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Open an empty store."""
    opened = open_store(store_url)
    yield opened
    opened.close()


def test_a_new_store_is_empty_and_whole(store: Store) -> None:
    """Its head is the genesis, and nothing is wrong with it."""
    assert store.head() == Head(0, GENESIS, 0)
    assert list(store.log()) == []
    assert list(store.log_by_case()) == []
    assert store.meta("schema") == "1"
    assert store.meta("weather") is None
    assert store.key("k") is None
    assert store.check() == []


@BOTH_WAYS
def test_a_commit_writes_everything_at_once(store: Store, more: int) -> None:
    """Events, links, register rows, key and head are there together."""
    first = imported(0)
    others = [imported(n) for n in range(1, more + 1)]
    second = assigned(first.originator_id, 2, "王芳")
    batch = batch_of(first, *others, second, key="k1")

    head = store.commit(batch)

    assert head == store.head()
    assert head.position == more + 2
    assert_unbroken(store)
    stored = store.events(first.originator_id)
    assert [MAPPER.to_domain_event(row) for row in stored] == [first, second]
    assert stored[1] == batch.events[-1]
    found = store.key("k1")
    assert found is not None
    assert found == (b"k1".ljust(32, b"."), '{"for": "k1"}')
    assert store.rows(
        "SELECT number, version, position, person FROM cases ORDER BY number", {}
    ) == [
        ("T0000000", 2, more + 2, "王芳"),
        *((f"T{n:07d}", 1, n + 1, None) for n in range(1, more + 1)),
    ]


@BOTH_WAYS
def test_the_link_is_the_one_that_anybody_can_compute(store: Store, more: int) -> None:
    """SHA-256 over the link before it and the event, whatever script its topic is written in."""
    batch = batch_of(imported(0), *(imported(n) for n in range(1, more + 1)))
    batch.events[0] = replace(batch.events[0], topic="案件.已登记")
    link = GENESIS
    for event in batch.events:
        assert isinstance(event.originator_id, UUID)
        link = link_of(link, event.originator_id, 1, event.topic, event.state)
    assert store.commit(batch).link == link
    last = batch.events[-1].originator_id
    assert isinstance(last, UUID)
    assert store.place(last, 1) == (more + 1, link)
    assert store.place(last, 2) is None


def test_a_second_commit_goes_on_where_the_first_ended(store: Store) -> None:
    """Positions in the register are the log's, not the batch's."""
    first, other = imported(1), imported(2)
    store.commit(batch_of(other, first))
    store.commit(batch_of(assigned(first.originator_id, 2, "a"), earlier=[first]))
    store.commit(batch_of(imported(3)))

    assert_unbroken(store)
    assert store.rows("SELECT number, version, position FROM cases ORDER BY number", {}) == [
        ("T0000001", 2, 3),
        ("T0000002", 1, 1),
        ("T0000003", 1, 4),
    ]
    spells = "SELECT position FROM spells WHERE case_id = :id ORDER BY seq"
    assert store.rows(spells, {"id": str(first.originator_id)}) == [(3,)]


@BOTH_WAYS
def test_the_last_row_of_a_case_in_a_batch_counts(store: Store, more: int) -> None:
    """A batch may hold the rows of a case twice, as a transaction of several commands does."""
    first = imported(0)
    batch = batch_of(first, *(imported(n) for n in range(1, more + 1)))
    second = batch_of(assigned(first.originator_id, 2, "later"), earlier=[first])
    batch.events.extend(second.events)
    for name, rows in second.rows.items():
        at = next(t for t in TABLES if t.name == name).names.index("position")
        batch.rows[name].extend((*r[:at], r[at] + more + 1, *r[at + 1 :]) for r in rows)

    store.commit(batch)

    found = "SELECT person, position FROM cases WHERE case_id = :id"
    assert store.rows(found, {"id": str(first.originator_id)}) == [("later", more + 2)]


@BOTH_WAYS
def test_a_known_case_may_be_in_a_batch_of_new_ones(store: Store, more: int) -> None:
    """Its row is replaced, whatever way the new ones take."""
    first = imported(0)
    store.commit(batch_of(first))
    new = [imported(n) for n in range(1, more + 2)]
    store.commit(batch_of(*new, assigned(first.originator_id, 2, "b"), earlier=[first]))
    found = store.rows("SELECT version, position, person FROM cases WHERE number = 'T0000000'", {})
    assert found == [(2, more + 3, "b")]
    assert store.rows("SELECT count(*) FROM cases", {}) == [(more + 2,)]


def test_a_batch_without_events_or_rows_is_a_transaction_too(store: Store) -> None:
    """A key alone may be kept, and an event without register rows."""
    head = store.commit(Batch(keys=[("only", b"d" * 32, "{}")]))
    assert head == Head(0, GENESIS, 0)
    assert store.key("only") == (b"d" * 32, "{}")
    event = batch_of(imported(1)).events[0]
    assert store.commit(Batch(events=[event])).position == 1
    assert store.rows("SELECT count(*) FROM cases", {}) == [(0,)]


def conflicts() -> list[tuple[str, type[ConflictError]]]:
    """Name what may be taken, and the error that says so."""
    return [
        ("version", VersionTakenError),
        ("key", KeyTakenError),
        ("number", NumberTakenError),
        ("epoch", PoliciesChangedError),
    ]


@BOTH_WAYS
@pytest.mark.parametrize(("taken", "error"), conflicts())
def test_a_refused_commit_leaves_nothing(
    store: Store, taken: str, error: type[ConflictError], more: int
) -> None:
    """Whatever was taken, the store is as it was, and goes on from there."""
    first = imported(0)
    store.commit(batch_of(first, key="used"))
    before = contents(store)
    new = [imported(n) for n in range(1, more + 2)]
    refused = {
        "version": batch_of(*new, imported(9000, first.originator_id), key="new"),
        "key": batch_of(*new, key="used"),
        "number": batch_of(*new, imported(0), key="new"),
        "epoch": batch_of(*new, key="new", epoch=1),
    }[taken]

    with pytest.raises(error):
        store.commit(refused)

    assert contents(store) == before
    assert store.commit(batch_of(*new, key="new")).position == more + 2
    assert_unbroken(store)


def test_a_published_policy_raises_the_epoch(store: Store) -> None:
    """Who decided before it was published has to decide anew."""
    assert store.commit(batch_of(imported(1), publishes=2)).epoch == 2
    with pytest.raises(PoliciesChangedError):
        store.commit(batch_of(imported(2), epoch=0))
    with pytest.raises(PoliciesChangedError):
        store.commit(batch_of(imported(2), epoch=1))
    assert store.commit(batch_of(imported(2), epoch=2)).epoch == 2


def test_events_after_a_version(store: Store) -> None:
    """Only what is new to the reader is read."""
    first = imported(1)
    case_id = first.originator_id
    later = [assigned(case_id, version, "a") for version in (2, 3)]
    store.commit(batch_of(first, *later, imported(2)))
    assert [e.originator_version for e in store.events(case_id)] == [1, 2, 3]
    assert [e.originator_version for e in store.events(case_id, after=2)] == [3]
    assert list(store.events(case_id, after=3)) == []
    assert list(store.events(new_case_id())) == []
    assert {e.originator_id for e in store.events(case_id)} == {case_id}


def test_versions_of_those_cases_that_exist(store: Store) -> None:
    """Unknown cases are left out, and many may be asked for at once."""
    first = imported(1)
    new = [imported(n) for n in range(2, 1203)]
    store.commit(batch_of(first, assigned(first.originator_id, 2, "a"), *new))
    ids = [first.originator_id, *(e.originator_id for e in new)]
    found = store.versions([*ids, new_case_id()])
    assert found == {first.originator_id: 2, **{e.originator_id: 1 for e in new}}
    assert store.versions([]) == {}


def test_a_register_is_replaced_by_a_fresh_one(store: Store) -> None:
    """The fresh tables take the place of the old, and commits go on into them."""
    first, second = imported(1), imported(2)
    head = store.commit(batch_of(first, second))
    right = contents(store).register
    wrong = batch_of(imported(77)).rows

    store.fresh_register()
    store.write_fresh(wrong)
    store.fresh_register()  # a rebuild that was interrupted is begun anew
    rows = {name: list(rows) for name, rows in right.items()}
    older = [(*row[:2], row[2].replace("T", "OLD"), *row[3:]) for row in rows["cases"]]
    store.write_fresh({"cases": older})
    store.write_fresh(rows)  # a case that moved meanwhile is written again
    assert contents(store).register == right
    assert store.swap_register(head.position)

    assert contents(store).register == right
    assert store.check() == []
    store.commit(batch_of(assigned(first.originator_id, 2, "a"), imported(3), earlier=[first]))
    found = store.rows("SELECT number, version, position FROM cases ORDER BY number", {})
    assert found == [("T0000001", 2, 3), ("T0000002", 1, 2), ("T0000003", 1, 4)]
    with pytest.raises(NumberTakenError):
        store.commit(batch_of(imported(3)))
    store.fresh_register()  # and once more, beside tables that were fresh themselves
    assert store.swap_register(4)
    assert store.rows("SELECT count(*) FROM cases", {}) == [(0,)]
    assert store.check() == []


def test_a_fresh_register_is_not_put_in_place_when_the_log_has_grown(store: Store) -> None:
    """It would lack the rows of what was written meanwhile."""
    at = store.commit(batch_of(imported(1))).position
    store.fresh_register()
    store.commit(batch_of(imported(2)))
    before = contents(store)
    assert not store.swap_register(at)
    assert contents(store) == before
    assert store.swap_register(at + 1)
    assert store.rows("SELECT count(*) FROM cases", {}) == [(0,)]


def test_texts_of_every_script_survive(store: Store) -> None:
    """What is written is what is read, in the event, the register and the key."""
    text = "朝阳区 𠮷野家 – «ё» ﷽ 👩\u200d💻 ' \" % :name \\ \t\n\x7f"
    event = imported(1, unit=text, category="噪声%")
    assert isinstance(event, Complaint.Imported)
    store.commit(batch_of(event, key=text))
    (stored,) = store.events(event.originator_id)
    assert MAPPER.to_domain_event(stored) == event
    found = store.rows("SELECT number FROM cases WHERE unit = :unit", {"unit": event.unit})
    assert found == [("T0000001",)]
    assert store.rows("SELECT count(*) FROM cases WHERE category LIKE '%声%'", {}) == [(1,)]
    key = store.key(text)
    assert key is not None
    assert key.receipt == f'{{"for": "{text}"}}'


def test_a_question_with_parameters(store: Store) -> None:
    """Parameters are named with a colon, and what looks like one in a text is none."""
    store.commit(batch_of(imported(1), imported(2)))
    sql = (
        "SELECT number, ':n', '100%' FROM cases -- :nothing 50%\n"
        "WHERE position >= :at AND number <> :number AND number LIKE 'T%' /* :x */"
    )
    assert store.rows(sql, {"at": 1, "number": "T0000001"}) == [("T0000002", ":n", "100%")]


def test_the_register_key_fits_the_log(store: Store) -> None:
    """`case_key` is the register's case id in the type of the log's."""
    store.commit(batch_of(imported(1), imported(2)))
    sql = f"SELECT count(*) FROM cases JOIN stored_events ON originator_id = {store.case_key}"
    assert store.rows(sql, {}) == [(2,)]


def test_a_large_event_is_kept_whole(store: Store) -> None:
    """A state of some megabytes is stored byte by byte."""
    batch = batch_of(imported(1))
    batch.events[0] = replace(batch.events[0], state=b'{"a":"' + bytes(range(1, 256)) * 9000)
    store.commit(batch)
    case_id = batch.events[0].originator_id
    assert isinstance(case_id, UUID)
    assert store.events(case_id)[0].state == batch.events[0].state
    assert_unbroken(store)


def test_the_librarys_own_tools_read_the_log(store_url: str) -> None:
    """Its notification log gives the events by position; nothing is written past the commit."""
    with closing(open_store(store_url)) as store:
        events = [imported(n) for n in range(5)]
        store.commit(batch_of(*events))
        log = LocalNotificationLog(store.recorder)
        found = log.select(start=2, limit=2)
        assert [notification.id for notification in found] == [2, 3]
        assert [one.originator_id for one in found] == [e.originator_id for e in events[1:3]]
        with pytest.raises(StoreError, match=r"Store\.commit does"):
            store.recorder.insert_events([MAPPER.to_stored_event(imported(9))])
        assert store.head().position == 5
