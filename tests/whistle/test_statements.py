"""The .sql files of whistles, on DuckDB and on a real PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.projections.test_statements import plain
from tests.whistle import town
from zhili import Engine
from zhili.projections.daybook import DAYS
from zhili.projections.figure import run
from zhili.projections.hierarchy import UNITS
from zhili.projections.holding import held
from zhili.projections.register import TABLES
from zhili.projections.statement import STATEMENTS, statement
from zhili.projections.warehouse import types_of
from zhili.projections.whistle_figures import WhistleQuestion
from zhili.testing import VirtualClock
from zhili.values import Month

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from zhili.projections.question import Cursor, Record

OURS = tuple(name for name in STATEMENTS if name.startswith("whistle_"))
ASKED: tuple[dict[str, Any], ...] = (
    {"by": None},
    {"by": "street"},
    {"by": "department", "kind": "ENFORCEMENT"},
    {"by": "month", "during": Month(2026, 3)},
    {"by": "kind", "unit": town.STREETS[0], "population": "counted"},
)


class Looking(WhistleQuestion):
    """A question that gives the record away."""

    def answer(self, record: Record) -> Record:
        """Give the record itself."""
        return record


@pytest.fixture(scope="module")
def record() -> Iterator[Record]:
    """Give the record of a town with whistles."""
    clock = VirtualClock()
    with Engine.open("memory:", clock=clock) as engine:
        town.live(engine, clock, 11, whistles=12, tries=30)
        yield engine.ask(Looking())


@pytest.fixture
def server(postgres_url: str, record: Record) -> Iterator[Connection[Any]]:
    """Give a PostgreSQL that holds the same rows as the warehouse."""
    import psycopg

    with psycopg.connect(postgres_url) as connection:
        for table in (*TABLES, UNITS, DAYS):
            columns = ", ".join(f'"{name}" {kind}' for name, kind in types_of(held(table)).items())
            connection.execute(f"CREATE TABLE {table.name} ({columns})".encode())
            rows = _rows(record.warehouse(), table.name)
            with connection.cursor().copy(f"COPY {table.name} FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
        yield connection


def _rows(cursor: Cursor, table: str) -> list[tuple[Any, ...]]:
    cursor.execute(f"SELECT * FROM {table}")
    return cursor.fetchall()


@pytest.mark.postgres
def test_every_statement_says_the_same_on_both_databases(
    record: Record, server: Connection[Any]
) -> None:
    """Same text, same rows, same answer: whoever has the register can check a figure."""
    filled = set()
    for asked in ASKED:
        question = WhistleQuestion(kind=asked.get("kind"), during=asked.get("during"))
        more = {"unit": asked.get("unit"), "population": asked.get("population", "all")}
        values = question.values(record, by=asked["by"], **more)
        for name in OURS:
            sql = statement(name)
            taken = {key: values[key] for key in sql.parameters}
            ours = run(record.warehouse(), sql, taken)
            theirs = server.execute(sql.psycopg.encode(), taken).fetchall()
            assert plain(ours) == plain(theirs), (name, asked)
            if len(ours) > 1:
                filled.add(name)
    assert filled == set(OURS)
