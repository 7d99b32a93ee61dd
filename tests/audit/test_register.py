"""The register is compared with the log column by column, row by row."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.audit.fault import audited
from tests.audit.life import COHANDLED, EVENTS
from zhili import Engine
from zhili.projections.register import TABLES, Table

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = [
    (table, name)
    for table in TABLES
    for name in table.names
    # When a spell or a part was last written is a matter of how, and not of what.
    if name not in table.key and (name != "position" or table.name == "cases")
]


def test_each_column_is_compared(path: Path) -> None:
    """Whatever is changed in any of them: named, with what the log gives."""
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as store,
        Engine.open(f"sqlite:///{path}", create=False) as engine,
    ):
        where = f"WHERE case_id = '{COHANDLED}'"
        for table, column in COLUMNS:
            (before,) = store.execute(f"SELECT {column} FROM {table.name} {where}").fetchone()
            sql = f"UPDATE {table.name} SET {column} = ? {where}"
            store.execute("BEGIN")
            kept = store.execute(f"SELECT rowid, {column} FROM {table.name} {where}").fetchall()
            store.execute(sql, (_other(before),))
            store.execute("COMMIT")
            report = engine.audit(case=COHANDLED)
            assert {finding.code for finding in report.findings} == {"register-differs"}
            assert any(f"{table.name}.{column} is" in f.detail for f in report.findings), column
            store.executemany(
                f"UPDATE {table.name} SET {column} = ? WHERE rowid = ?",
                [(value, row) for row, value in kept],
            )
        assert engine.audit().clean


def _other(value: object) -> object:
    if value is None or isinstance(value, str):
        return f"{value}?"
    assert isinstance(value, int)
    return value + 1


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_empty_table_is_found(path: Path, table: Table) -> None:
    """Nothing is left of it: every row that the log gives is missed, and none is made up."""
    with closing(sqlite3.connect(path)) as store, store:
        (rows,) = store.execute(f"SELECT count(*) FROM {table.name}").fetchone()
        store.execute(f"DELETE FROM {table.name}")
    report = audited(path)
    assert report.counts["register-differs"] == rows > 0
    assert all(f"{table.name} lacks the row" in finding.detail for finding in report.findings)
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        engine.rebuild()
        assert engine.audit().clean


def test_a_table_that_cannot_be_read_is_found(path: Path) -> None:
    """A column that is not there is a finding, in words, and the rest is audited."""
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("ALTER TABLE parts DROP COLUMN changed_at")
    report = audited(path)
    assert {finding.code for finding in report.findings} == {"register-differs"}
    assert any(f.case_id is None and "parts cannot" in f.detail for f in report.findings)
    assert report.events == EVENTS
