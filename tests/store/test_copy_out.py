"""Rows go out of every store as text and come into DuckDB as they were."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb
import pytest

from tests.store.sample import MAPPER, assigned, batch_of, imported
from zhili.projections.register import CASES, PARTS, SPELLS, TABLES, Table
from zhili.projections.row_text import read_statement, types_of
from zhili.store import Batch, Store, open_store, sqlite_text
from zhili.store.store import Outflow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUOTED = ("null", "NULL", '"', "'", "a,b", "line\nend", "\r\n", "\\", "\\n", "\x01]\n[", '"],["')
ODD = ("", "路灯\u2028", *QUOTED)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Open an empty store."""
    opened = open_store(store_url)
    yield opened
    opened.close()


def read(table: Table, text: bytes, folder: Path) -> list[tuple[Any, ...]]:
    """Let DuckDB read the rows of a text."""
    path = folder / f"{table.name}.csv"
    path.write_bytes(text)
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in types_of(table).items())
        connection.execute(f"CREATE TABLE found ({columns})")
        connection.execute(read_statement(table, "found"), {"path": str(path)})
        return connection.execute("FROM found ORDER BY ALL").fetchall()


def out_of(store: Store, table: Table, folder: Path, condition: str = "", after: int = 0) -> Any:
    """Let the rows of a table out and in again."""
    text = BytesIO()
    assert store.copy_out([Outflow(table, text, condition)], after) == store.head().position
    return read(table, text.getvalue(), folder)


@pytest.mark.parametrize("page", [2, 1000])
def test_rows_come_in_as_they_are_in_the_store(
    store: Store, tmp_path: Path, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quotes, line ends, backslashes, empty texts, nothing, truths and large numbers."""
    monkeypatch.setattr(sqlite_text, "PAGE", page)
    rows: dict[str, list[tuple[Any, ...]]] = {table.name: [] for table in TABLES}
    for n, text in enumerate(ODD):
        name = str(uuid4())
        case = {"case_id": name, "number": f"N{n}", "position": 1, "category": text or None}
        case |= {"unit": text, "ended": n % 2 == 0, "due_at": -(2**63) + n, "version": 2**63 - 1}
        spell = {"case_id": name, "seq": 1, "position": 1, "state": text, "since": n}
        rows["cases"].append(tuple(case.get(column) for column in CASES.names))
        rows["spells"].append(tuple(spell.get(column) for column in SPELLS.names))
        some = {"case_id": name, "kind": "k", "part_id": text, "position": 1}
        rows["parts"].append(tuple(some.get(column) for column in PARTS.names))
    store.commit(Batch(rows=rows))
    for table in TABLES:
        stored = sorted(store.register_by_case(table))
        found = sorted(out_of(store, table, tmp_path))
        assert len(found) == len(ODD)
        assert found == stored


def test_a_table_may_go_out_in_part(store: Store, tmp_path: Path) -> None:
    """Some columns, and only rows for which the condition holds."""
    events = [imported(n, unit="a" if n < 3 else "b") for n in range(5)]
    store.commit(batch_of(*events, key="k"))
    table = CASES.only("number", "unit", "case_id")
    found = out_of(store, table, tmp_path, "unit = 'a' OR unit IS NULL")
    expected = [(str(event.originator_id), f"T{n:07d}", "a") for n, event in enumerate(events)]
    assert found == sorted(expected[:3])


def test_only_cases_that_have_changed_go_out(store: Store, tmp_path: Path) -> None:
    """Those with events above a position; of an empty store, or where nothing changed, none."""
    assert out_of(store, CASES, tmp_path) == []
    first, second = imported(0), imported(1)
    before = store.commit(batch_of(first, second, key="k1"))
    store.commit(batch_of(assigned(second.originator_id, 2, "王芳"), key="k2", earlier=[second]))
    changed = out_of(store, CASES.only("case_id", "person"), tmp_path, after=before.position)
    assert changed == [(str(second.originator_id), "王芳")]
    assert out_of(store, CASES, tmp_path, after=store.head().position) == []


def test_the_events_of_several_cases_come_case_by_case(store: Store) -> None:
    """In the order in which they were asked for; a case that is not there has none."""
    cases = [imported(n) for n in range(3)]
    later = assigned(cases[1].originator_id, 2, "王芳")
    store.commit(batch_of(*cases, later, key="k"))
    asked = [cases[2].originator_id, uuid4(), cases[1].originator_id]
    streams = [list(map(MAPPER.to_domain_event, each)) for each in store.events_of(asked)]
    assert streams == [[cases[2]], [], [cases[1], later]]
    assert list(store.events_of([])) == []
