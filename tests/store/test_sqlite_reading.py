"""Reading a SQLite log and register in pages, whatever somebody has put into them."""

from __future__ import annotations

import sqlite3
import tracemalloc
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.store.sample import batch_of, imported
from zhili.errors import StoreError
from zhili.projections.register import CASES, SPELLS
from zhili.store import open_store, sqlite_log
from zhili.store.store import STATE_BYTES_MAX

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a SQLite store with a few cases."""
    path = tmp_path / "cases.db"
    with closing(open_store(f"sqlite:///{path}")) as made:
        made.commit(batch_of(*(imported(n) for n in range(6))))
    return path


def _tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


ODD_LOG = (
    "UPDATE stored_events SET originator_id = x'ff00ff' WHERE rowid = 1",
    "UPDATE stored_events SET originator_id = CAST(x'ff41' AS TEXT) WHERE rowid = 2",
    "UPDATE stored_events SET originator_id = upper(originator_id) WHERE rowid = 3",
    "UPDATE stored_events SET originator_id = '', originator_version = 'x' WHERE rowid = 4",
    "UPDATE stored_events SET originator_version = CAST(x'ff' AS TEXT) WHERE rowid = 5",
    "UPDATE stored_events SET topic = CAST(x'ff' AS TEXT), link = 7 WHERE rowid = 6",
    "CREATE TABLE one AS SELECT * FROM stored_events WHERE rowid = 5",
    "INSERT INTO stored_events SELECT 7, x'ff00ff', 2, topic, CAST(state AS TEXT), link FROM one",
    "INSERT INTO stored_events SELECT 8, x'ff00ff', 3, topic, 15, link FROM one",
    "DROP TABLE one",
)


def test_nonsense_in_a_log_is_read_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids, versions, topics and states of any type and any bytes, on whatever side of a page."""
    _tamper(file, *ODD_LOG)
    monkeypatch.setattr(sqlite_log, "PAGE", 1)
    with closing(open_store(f"sqlite:///{file}")) as store:
        by_case = list(store.log_by_case())
        by_position = list(store.log(until=99))
    assert [row.position for row in by_position] == list(range(1, 9))
    assert sorted(by_case) == by_position
    assert [row.position for row in by_case[-4:]] == [2, 1, 7, 8]
    assert by_position[0].case_id == r"\xff\x00\xff".replace(r"\x00", "\0")
    assert by_position[2].case_id == UUID(by_position[2].case_id).hex.upper()
    assert [row.version for row in by_position] == [1, 1, 1, 0, 0, 1, 2, 3]
    assert by_position[5].topic == r"\xff"
    assert by_position[5].link == b"7"
    assert by_position[6].state == by_position[4].state
    assert by_position[7].state == b"15"


def test_a_text_in_a_log_that_is_too_large_is_not_read(file: Path) -> None:
    """Neither is a state that was made a text, nor a long topic."""
    _tamper(
        file,
        f"UPDATE stored_events SET state = printf('%.{STATE_BYTES_MAX + 5}c', 'x') WHERE rowid = 1",
        "UPDATE stored_events SET topic = printf('%.9000000c', 'y') WHERE rowid = 2",
    )
    with closing(open_store(f"sqlite:///{file}")) as store:
        first, second, *_ = store.log()
        assert [event.state for event in store.events(UUID(first.case_id))] == [b""]
    assert (first.state, first.oversize) == (b"", STATE_BYTES_MAX + 5)
    assert second.topic == "y" * 1000


def test_a_page_of_large_events_is_a_short_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many large events there are, only a few are in memory."""
    with closing(open_store(f"sqlite:///{file}")) as store:
        batch = batch_of(*(imported(n) for n in range(10, 50)))
        batch.events = [replace(event, state=b"x" * 500_000) for event in batch.events]
        store.commit(batch)
        del batch
        monkeypatch.setattr(sqlite_log, "PAGE_BYTES", 2_000_000)
        tracemalloc.start()
        try:
            assert sum(len(row.state) > 1000 for row in store.log()) == 40
            assert sum(len(row.state) > 1000 for row in store.log_by_case()) == 40
            assert tracemalloc.get_traced_memory()[1] < 8_000_000
        finally:
            tracemalloc.stop()


def test_a_log_that_shrinks_while_it_is_read_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody takes the part that was read for the whole."""
    monkeypatch.setattr(sqlite_log, "PAGE", 2)
    with closing(open_store(f"sqlite:///{file}")) as store:
        rows = store.log_by_case()
        seen = [next(rows), next(rows)]
        _tamper(file, f"DELETE FROM stored_events WHERE rowid = {seen[1].position}")
        with pytest.raises(StoreError, match="vanished"):
            next(rows)


def test_nonsense_in_a_register_is_read_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and values of any type and any bytes; what is no text is shown as its bytes."""
    _tamper(
        file,
        "UPDATE cases SET case_id = CAST(x'ff41' AS TEXT) WHERE number = 'T0000001'",
        "UPDATE cases SET case_id = x'ff41' WHERE number = 'T0000002'",
        "UPDATE cases SET case_id = '' WHERE number = 'T0000003'",
        "UPDATE cases SET unit = CAST(x'e69cff' AS TEXT), title = '案件' WHERE number = 'T0000004'",
        "UPDATE spells SET seq = 'x' WHERE position = 5",
    )
    monkeypatch.setattr(sqlite_log, "PAGE", 1)
    with closing(open_store(f"sqlite:///{file}")) as store:
        rows = list(store.register_by_case(CASES))
        spells = list(store.register_by_case(SPELLS))
        assert store.rows("SELECT '案件'", {}) == [("案件",)]
    of = {row[CASES.names.index("number")]: row for row in rows}
    assert len(rows) == len(of) == len(spells) == 6
    assert rows[0] is of["T0000003"]
    assert [row[0] for row in rows[-2:]] == [r"\xffA", b"\xffA"]
    assert of["T0000004"][CASES.names.index("unit")] == r"\xe6\x9c\xff"
    assert of["T0000004"][CASES.names.index("title")] == "案件"
