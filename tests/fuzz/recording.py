"""What stands in a log: events read from any bytes, and whole logs in which one was replaced."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from eventsourcing.persistence import StoredEvent

from tests.campaign.tampering import BOMBS, relink, rows_of
from tests.engine.sample import Life, register_of
from tests.fuzz.reading import WORDS
from tests.fuzz.target import Target
from zhili import CASE_TYPES, Engine
from zhili.aggregates import PolicyStream
from zhili.errors import InputError, ZhiliError
from zhili.store import EventMapper
from zhili.testing import CASE, OTHER_CASE, path_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.target import Feed

__all__ = ["EVENTS", "LOGS"]

BYTES_MAX: Final = 9000
MAPPER: Final = EventMapper((*CASE_TYPES, PolicyStream))


def _lived(url: str) -> Life:
    life = Life(url)
    life.live(*path_to("archived"))
    life.live(*(step.on(OTHER_CASE) for step in path_to("rework")))  # type: ignore[union-attr]  # no tick
    return life


def _examples() -> tuple[bytes, ...]:
    """Give the events of a small store, each as its topic and its bytes; the longest are left."""
    life = _lived("memory:")
    rows = [row for row in life.engine.store.log() if len(row.state) < 3000]
    life.close()
    return tuple(f"{row.topic}\n".encode() + row.state for row in rows)


def _event(data: bytes) -> None:
    """Read an event; one that can be read is written and read again, and is the same."""
    topic, _, state = data.partition(b"\n")
    stored = StoredEvent(CASE, 2, topic.decode(errors="backslashreplace"), state)
    event = MAPPER.to_domain_event(stored)
    assert MAPPER.to_domain_event(MAPPER.to_stored_event(event)) == event


_SEEDS: Final = _examples()
_WORDS: Final = (
    *WORDS, *(topic.encode() for topic in MAPPER.events),
    *(bomb for bomb in BOMBS.values() if len(bomb) < BYTES_MAX),
    b'"edition":2', b'"rules":{}', b'"marks":[]', b'"class_version":2', b'"system"', b"-1",
    b'"cause":{"case_id":"00000000-0000-7000-8000-000000000001","version":1}',
    b'"2026-03-02T01:00:00Z"', b'"2026-03-02T09:00:00+08:00"', b'"0001-01-01T00:00:00Z"',
)  # fmt: skip

EVENTS: Final = Target(open=lambda _: nullcontext(_event), seeds=_SEEDS, words=_WORDS, count=22_000)


@contextmanager
def _logs(home: Path) -> Iterator[Feed]:
    """
    Put the bytes where an event stood, as somebody does who knows how links are computed or not.

    The audit reports and never raises; what it finds nothing in can be rebuilt, and gives the
    same register; what cannot be rebuilt says so.
    """
    path = home / "cases.db"
    life = _lived(f"sqlite:///{path}")
    life.close()
    with closing(sqlite3.connect(path)) as base:
        rows = rows_of(base)
        base.execute("PRAGMA journal_mode = DELETE")
    whole = path.read_bytes()

    def feed(data: bytes) -> None:
        path.write_bytes(whole)
        topic, _, state = data.partition(b"\n")
        like = [row for row in rows if str(row[3]).encode() == topic] or rows
        position = int(str(like[len(data) % len(like)][0]))
        _replace(path, position, topic, state, skilled=len(data) % 3 > 0)
        with Engine.open(f"sqlite:///{path}", create=False) as engine:
            report = engine.audit()
            _judge(engine, clean=report.clean)
        if report.findings:
            assert all(
                finding.position is not None or finding.case_id for finding in report.findings
            )
            raise InputError("it was found")

    yield feed


def _replace(path: Path, position: int, topic: bytes, state: bytes, *, skilled: bool) -> None:
    with closing(sqlite3.connect(path)) as store:
        store.execute("PRAGMA synchronous = OFF")
        store.execute(
            "UPDATE stored_events SET topic = CAST(? AS TEXT), state = ? WHERE rowid = ?",
            (topic, state, position),
        )
        if skilled:
            with suppress(UnicodeError, sqlite3.Error):  # no link can be computed of no text
                relink(store)
        store.commit()


def _judge(engine: Engine, *, clean: bool) -> None:
    """Read the cases and fold the register anew: it is the same, or it cannot be done."""
    before = register_of(engine.store)
    with suppress(ZhiliError):
        for case_id in (CASE, OTHER_CASE):
            engine.history(case_id)
            engine.case(case_id)
        engine.rebuild()
        assert not clean or register_of(engine.store) == before


LOGS: Final = Target(open=_logs, seeds=_SEEDS, words=_WORDS, count=250)
