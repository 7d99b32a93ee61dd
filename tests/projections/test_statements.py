"""Every .sql file of the statistics, on DuckDB and on a real PostgreSQL."""

from __future__ import annotations

import re
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from tests.projections.city import BASE, DAY, Figures, at, city
from zhili.projections.daybook import DAYS
from zhili.projections.figure import run
from zhili.projections.hierarchy import UNITS
from zhili.projections.holding import HELD, held
from zhili.projections.register import TABLES
from zhili.projections.sql_text import load
from zhili.projections.statement import STATEMENTS, fingerprint, statement
from zhili.projections.statistic import Statistic
from zhili.projections.wall_figures import WALL_STATEMENTS
from zhili.projections.warehouse import types_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from zhili.projections.register import Table

NOW = at(BASE + 45 * DAY)
COHORTS: tuple[dict[str, Any], ...] = (
    {},
    {"by": "unit", "population": "all"},
    {"by": "district", "on": "closed", "within": "110105"},
    {"by": "category", "as_of": at(BASE + 20 * DAY), "channel": "hotline"},
    {"by": "month", "on": "closed", "as_of": at(BASE + 30 * DAY)},
    {"by": "street", "unit": "110105001", "kind": "help"},
    {"as_of": at(BASE - DAY)},
)


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Give the record of a city."""
    return Figures(city(21, 220), at(BASE + 70 * DAY))


@pytest.fixture
def server(postgres_url: str, figures: Figures) -> Iterator[Connection[Any]]:
    """Give a PostgreSQL that holds the same rows as the warehouse."""
    import psycopg

    with psycopg.connect(postgres_url) as connection:
        for table in (*TABLES, UNITS, DAYS):
            _copy(connection, table, figures)
        yield connection


def _copy(connection: Connection[Any], table: Table, figures: Figures) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types_of(held(table)).items())
    connection.execute(f"CREATE TABLE {table.name} ({columns})".encode())
    rows = figures.warehouse().execute(f"SELECT * FROM {table.name}").fetchall()
    with connection.cursor().copy(f"COPY {table.name} FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def values_of(asked: dict[str, Any], figures: Figures, hours: str) -> dict[str, Any]:
    """Give the parameters of every statement."""
    return {
        **Statistic(**asked).values(figures, None),
        "start": "dispatched" if hours == "working" else "opened",
        "hours": hours,
        "key": None,
        **{f"hour_{place}": place * place for place in range(1, 25)},
    }


def plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Give rows with whole numbers as such and in one order."""
    whole = [tuple(int(v) if isinstance(v, Decimal) else v for v in row) for row in rows]
    return sorted(whole, key=repr)


@pytest.mark.postgres
def test_every_statement_says_the_same_on_both_databases(
    figures: Figures, server: Connection[Any]
) -> None:
    """Same text, same rows, same answer: whoever has the register can check a figure."""
    filled = set()
    # There are no whistles in this city: their files are compared where there are some.
    names = [name for name in STATEMENTS if not name.startswith("whistle_")]
    for name in names:
        sql = statement(name)
        for asked in COHORTS:
            for hours in ("clock", "working"):
                values = values_of(asked, figures, hours)
                values = {key: values[key] for key in sql.parameters}
                ours = run(figures.warehouse(), sql, values)
                theirs = server.execute(sql.psycopg.encode(), values).fetchall()
                assert plain(ours) == plain(theirs), (name, asked, hours)
                if len(ours) > 1 or name == "newest":
                    filled.add(name)
    assert filled == set(names)


@pytest.mark.postgres
def test_the_laid_out_tables_are_copied_whole(figures: Figures, server: Connection[Any]) -> None:
    """The comparison above compares something."""
    for table in ("cases", "spells", "units", "days"):
        count = f"SELECT COUNT(*) FROM {table}"
        (ours,) = figures.warehouse().execute(count).fetchall()
        assert server.execute(count.encode()).fetchall() == [ours]
        assert ours[0] > 0


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_file_says_what_it_computes(name: str) -> None:
    """Each head names the definition, its version, and all that a reader must know."""
    head = re.match(r"(?:--[^\n]*\n)+", load(name))
    assert head is not None
    assert re.match(r"-- [^\n]+, version \d+", head[0])
    words = {
        "cohort": ("Cohort", "Key", "Clock", "Apart", "Limits"),
        "durations": ("Cohort", "Clock", "Exclusions"),
    }.get(name, ("Numerator", "Denominator", "Cohort", "Clock", "Exclusions"))
    for word in words:
        assert f"\n-- {word} " in head[0], word


def test_no_file_is_forgotten() -> None:
    """The files that are not listed belong to other questions."""
    room = files("zhili.projections") / "sql"
    names = {path.name.removesuffix(".sql") for path in room.iterdir()}
    assert set(STATEMENTS) <= names
    assert names - set(STATEMENTS) == {"backlog", "wall_cohort", *WALL_STATEMENTS}


def test_a_statement_is_complete() -> None:
    """Files that are included stand in it, whole; nothing is left to include."""
    assert load("cohort").strip() in statement("closing_rate").text
    assert load("cohort").strip() in statement("survival").text
    for name in STATEMENTS:
        assert re.search("^-- include", statement(name).text, re.MULTILINE) is None


def test_the_fingerprint_follows_the_text() -> None:
    """Another statement, another fingerprint; the same one, always the same."""
    assert fingerprint(["risk"]) == fingerprint(["risk"])
    assert len({fingerprint([name]) for name in STATEMENTS}) == len(STATEMENTS)
    assert fingerprint(["risk", "flags"]) != fingerprint(["risk"])


def test_the_warehouse_holds_what_a_statement_asks_for_and_no_more() -> None:
    """A column that nothing is computed from costs every first figure its loading."""
    texts = [one.read_text() for one in (files("zhili.projections") / "sql").iterdir()]
    sql = re.sub(r"--[^\n]*", "", "\n".join(texts))
    own = {"last_at"}  # by it the warehouse knows what it speaks of
    for table in HELD:
        unused = {name for name in table.names if not re.search(rf"\b{name}\b", sql)}
        assert unused <= own, table.name
