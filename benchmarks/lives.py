"""The same life of eight events, as zhili, as bare `eventsourcing`, and as raw rows."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from zhili import Actor, Engine, complaint, role
from zhili.projections.register import TABLES
from zhili.store.schema import statements
from zhili.store.sqlite_datastore import CHECKPOINT_PAGES, WRITER_CACHE
from zhili.store.store import Batch, Store, link_of
from zhili.values import new_case_id

__all__ = ["EVENTS_A_LIFE", "Bare", "Recorded", "bare_life", "raw_sqlite", "zhili_life"]

EVENTS_A_LIFE = 8

AGENT = Actor(id="agent-1", role=role.INTAKE_AGENT, unit="12345")
DISPATCHER = Actor(id="dispatcher-1", role=role.DISPATCHER, unit="12345")
OPERATOR = Actor(id="operator-1", role=role.UNIT_OPERATOR, unit="110105")
WORDS = "小区门口的路灯三天不亮，晚上老人出门不安全。"


def zhili_life(engine: Engine) -> None:
    """Take one complaint through eight events, one transaction each."""
    case_id = engine.submit(
        complaint.Register(
            kind="complaint", channel="hotline", title="路灯不亮", content=WORDS,
            phone="13800000000", subject="person-1", category="street_light",
        ),
        by=AGENT,
    ).case_id  # fmt: skip
    engine.submit(complaint.Accept(case_id=case_id, grade="III"), by=AGENT)
    engine.submit(complaint.Dispatch(case_id=case_id, unit="110105"), by=DISPATCHER)
    engine.submit(complaint.Sign(case_id=case_id), by=OPERATOR)
    for _ in range(4):
        engine.submit(complaint.AppendFacts(case_id=case_id, facts=WORDS), by=AGENT)


class Bare(Aggregate):
    """The same life in bare `eventsourcing`: no table, no guards, no register, no links."""

    @event("Registered")
    def __init__(self, kind: str, channel: str, title: str, content: str, phone: str) -> None:
        self.kind, self.channel, self.title = kind, channel, title
        self.words = [content]
        self.phone = phone
        self.grade = self.unit = self.signed_by = ""

    @event("Accepted")
    def accept(self, grade: str, by: str) -> None:
        """Accept it."""
        self.grade = grade

    @event("Dispatched")
    def dispatch(self, unit: str, by: str) -> None:
        """Send it to a unit."""
        self.unit = unit

    @event("Signed")
    def sign(self, by: str) -> None:
        """Sign for it."""
        self.signed_by = by

    @event("FactsAppended")
    def append_facts(self, facts: str, by: str) -> None:
        """Add facts."""
        self.words.append(facts)


def bare_life(app: Application[UUID]) -> None:
    """Take one bare aggregate through eight events: load, one event, save."""
    case = Bare("complaint", "hotline", "路灯不亮", WORDS, "13800000000")
    app.save(case)
    steps = [
        lambda it: it.accept("III", "agent-1"),
        lambda it: it.dispatch("110105", "dispatcher-1"),
        lambda it: it.sign("operator-1"),
        *[lambda it: it.append_facts(WORDS, "agent-1")] * 4,
    ]
    for step in steps:
        found: Bare = app.repository.get(case.id)
        step(found)
        app.save(found)


class Recorded:
    """The batches that zhili writes for a life, caught once, to be written raw."""

    def __init__(self) -> None:
        """Live one life in memory and keep what it wrote."""
        engine = Engine.open("memory:")
        self.batches: list[Batch] = []
        commit = engine.store.commit

        def keep(batch: Batch) -> object:
            self.batches.append(batch)
            return commit(batch)

        engine.store.commit = keep  # type: ignore[method-assign]  # to see what is written
        zhili_life(engine)
        engine.close()


def raw_sqlite(recorded: Recorded, path: Path, lives: int) -> int:
    """
    Write the same rows in as many transactions, by hand: what anything on these tables must cost.

    Tables, indexes and settings are the store's. New rows are written whole; of the others what
    has changed, and nobody has to find out what that is: the statements are made beforehand.
    """
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(f"PRAGMA cache_size={WRITER_CACHE}")
    database.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    if not database.execute("SELECT 1 FROM sqlite_master").fetchall():
        for statement in statements("sqlite"):
            database.execute(statement)
    position, link = database.execute("SELECT position, link FROM log_head").fetchone()
    prepared = [_prepared(batch) for batch in recorded.batches]
    for _ in range(lives):
        case_id = new_case_id()
        for batch, changes in zip(recorded.batches, prepared, strict=True):
            database.execute("BEGIN IMMEDIATE")
            for stored in batch.events:
                position += 1
                link = link_of(link, case_id, stored.originator_version, stored.topic, stored.state)
                database.execute(
                    "INSERT INTO stored_events VALUES (?,?,?,?,?,?)",
                    (position, case_id.hex, stored.originator_version, stored.topic,
                     stored.state, link),
                )  # fmt: skip
            named = {"case_id": str(case_id), "number": str(case_id)[8:], "position": position}
            for sql, values in changes:
                database.execute(sql, {**values, **named})
            for _, digest, text in batch.keys:
                database.execute(
                    "INSERT INTO keys VALUES (?,?,?)", (new_case_id().hex, digest, text)
                )
            database.execute("UPDATE log_head SET position = ?, link = ?", (position, link))
            database.execute("COMMIT")
    database.close()
    return lives * EVENTS_A_LIFE


def _prepared(batch: Batch) -> list[tuple[str, dict[str, Any]]]:
    """Give the statements that bring the register from before *batch* to after it."""
    made: list[tuple[str, dict[str, Any]]] = []
    for table in TABLES:
        rows, was = batch.rows.get(table.name, []), batch.was.get(table.name, [])
        for row, before in zip(rows, was, strict=True):
            values = dict(zip(table.names, row, strict=True))
            if before is None:
                marks = ", ".join(f":{name}" for name in table.names)
                made.append((f"INSERT INTO {table.name} VALUES ({marks})", values))
                continue
            changed = {name for name, old in zip(table.names, before, strict=True)
                       if values[name] != old} | {"position"}  # fmt: skip
            sets = ", ".join(f"{name} = :{name}" for name in sorted(changed))
            where = " AND ".join(f"{name} = :{name}" for name in table.key)
            kept = {name: values[name] for name in {*changed, *table.key}}
            made.append((f"UPDATE {table.name} SET {sets} WHERE {where}", kept))
    return made


def raw_store(recorded: Recorded, store: Store, lives: int) -> int:
    """Write the same batches through the store alone: no decision, no fold."""
    for _ in range(lives):
        case_id = uuid4()
        for batch in recorded.batches:
            fresh = Batch(epoch=store.head().epoch)
            fresh.events = [
                type(stored)(case_id, stored.originator_version, stored.topic, stored.state)
                for stored in batch.events
            ]
            store.commit(fresh)
    return lives * EVENTS_A_LIFE
