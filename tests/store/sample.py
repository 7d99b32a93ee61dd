"""Events of real cases for the tests of stores, and what a test does in processes of its own."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from zhili.aggregates import CASE_TYPES, Case, CaseEvent, Complaint
from zhili.projections.register import TABLES, rows_of
from zhili.store import GENESIS, Batch, EventMapper, Head, Store, link_of, open_store
from zhili.store.store import VersionTakenError
from zhili.values import Actor, new_case_id
from zhili.workflows import role as roles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Barrier
    from uuid import UUID

    import psycopg

ZONE = "Asia/Shanghai"
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
MAPPER = EventMapper(CASE_TYPES)
IMPORTER = Actor(id="importer", role=roles.IMPORTER)


def imported(n: int, case_id: UUID | None = None, **fields: Any) -> CaseEvent:
    """Give the first event of a case."""
    given = {"number": f"T{n:07d}", "source_id": str(n), **fields}
    return Complaint.Imported(
        originator_id=case_id or new_case_id(),
        originator_version=1,
        timestamp=AT,
        occurred_at=AT,
        state="imported",
        by=IMPORTER,
        source="elsewhere",
        zone=ZONE,
        **given,
    )


def assigned(case_id: UUID, version: int, person: str) -> CaseEvent:
    """Give a later event of a case."""
    return Complaint.HandlerAssigned(
        originator_id=case_id,
        originator_version=version,
        timestamp=AT,
        occurred_at=AT,
        state="imported",
        by=IMPORTER,
        person=person,
    )


def batch_of(
    *events: CaseEvent,
    earlier: Iterable[CaseEvent] = (),
    key: str | None = None,
    epoch: int = 0,
    publishes: int = 0,
) -> Batch:
    """Give the transaction that records *events* after *earlier* ones of the same cases."""
    cases: dict[UUID, Case] = {}
    for event in earlier:
        cases[event.originator_id] = event.mutate(cases.get(event.originator_id))
    batch = Batch(epoch=epoch, publishes=publishes)
    last: dict[UUID, int] = {}
    for n, event in enumerate(events, 1):
        cases[event.originator_id] = event.mutate(cases.get(event.originator_id))
        batch.events.append(MAPPER.to_stored_event(event))
        last[event.originator_id] = n
    for case_id, n in last.items():
        rows = rows_of(cases[case_id], ZONE, n)
        for table in TABLES:
            batch.rows.setdefault(table.name, []).extend(getattr(rows, table.name))
    if key is not None:
        batch.keys.append((key, key.encode().ljust(32, b"."), f'{{"for": "{key}"}}'))
    return batch


class Contents(NamedTuple):
    """All that a store holds."""

    head: Head
    log: list[Any]
    register: dict[str, list[Any]]
    keys: list[Any]


def contents(store: Store) -> Contents:
    """Read all that *store* holds."""
    return Contents(
        store.head(),
        list(store.log()),
        {
            table.name: store.rows(f"SELECT * FROM {table.name} ORDER BY 1, 2, 3", {})
            for table in TABLES
        },
        store.rows("SELECT key, receipt FROM keys ORDER BY key", {}),
    )


def assert_unbroken(store: Store) -> None:
    """Insist on positions without a gap, and on links that chain up to the head."""
    from uuid import UUID

    link, position = GENESIS, 0
    for row in store.log():
        position += 1
        assert row.position == position
        link = link_of(link, UUID(row.case_id), row.version, row.topic, row.state)
        assert row.link == link
    assert store.head()[:2] == (position, link)


def win_versions(store: Store, opening: CaseEvent, last: int, who: str) -> list[int]:
    """Race others for the versions of one case up to *last*; give those that were won."""
    case_id, won = opening.originator_id, []
    while (version := store.versions([case_id])[case_id] + 1) <= last:
        past = [MAPPER.to_domain_event(row) for row in store.events(case_id)]
        event = assigned(case_id, version, who)
        with suppress(VersionTakenError):
            store.commit(batch_of(event, earlier=past[: version - 1], key=f"{who}-{version}"))
            won.append(version)
    return won


def race(url: str, opening: CaseEvent, last: int, who: str, won: Queue[Any]) -> None:
    """Open the store of *url* in a process of its own, and race for versions."""
    store = open_store(url, create=False)
    won.put((who, win_versions(store, opening, last, who)))
    store.close()


def open_at_once(url: str, barrier: Barrier, answers: Queue[Any]) -> None:
    """Open the store of *url* at the same moment as others, and say what came of it."""
    barrier.wait()
    try:
        store = open_store(url)
        answers.put((store.head().position, store.meta("schema"), store.check()))
        store.close()
    except BaseException as error:  # noqa: BLE001 - whatever it is, the test wants to see it
        answers.put(repr(error))


def commit_and_forget(store: Store, event: CaseEvent, answers: Queue[Any]) -> None:
    """Write with a store that the parent opened, and let go of everything of it."""
    import gc

    try:
        store.commit(batch_of(event))
        answers.put(store.head().position)
        store.close()
        del store
        gc.collect()
    except BaseException as error:  # noqa: BLE001 - as above
        answers.put(repr(error))


def session_of(store: Store, answers: Queue[Any]) -> None:
    """Say over which session of the server the store speaks, and close it."""
    try:
        answers.put(store.rows("SELECT pg_backend_pid()", {})[0][0])
        store.close()
    except BaseException as error:  # noqa: BLE001 - as above
        answers.put(repr(error))


def end_other_sessions(server: psycopg.Connection[Any]) -> int:
    """Break the connections of everybody else, as a restart of the server does."""
    ended = server.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    ).fetchall()
    return len(ended)
