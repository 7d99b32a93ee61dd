"""
The statistics' SQL as it runs in a plain SQL shell, and what brings the tables into one.

What a statement asks for stands in a table of one row, `question`: nobody needs a program that
fills in parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from zhili.projections.daybook import DAYS
from zhili.projections.hierarchy import UNITS
from zhili.projections.register import TABLES, Table
from zhili.projections.row_text import TYPES
from zhili.projections.sql_text import load, replaced
from zhili.projections.statement import STATEMENTS, statement
from zhili.projections.wall_figures import WALL_STATEMENTS

__all__ = ["EXPORTED", "plain_statements", "scripts"]

EXPORTED: Final = (*TABLES, UNITS, DAYS)
"""The tables of an exported folder, besides the log."""

QUESTION: Final = (
    ("as_of", "BIGINT"), ("by", "VARCHAR"), ("on", "VARCHAR"), ("population", "VARCHAR"),
    ("first_day", "BIGINT"), ("after_day", "BIGINT"), ("case_type", "VARCHAR"),
    ("unit", "VARCHAR"), ("within", "VARCHAR"), ("category", "VARCHAR"), ("type", "VARCHAR"),
    ("division", "VARCHAR"), ("channel", "VARCHAR"), ("kind", "VARCHAR"), ("source", "VARCHAR"),
    ("village", "VARCHAR"), ("start", "VARCHAR"), ("hours", "VARCHAR"), ("key", "VARCHAR"),
    ("as_of_day", "BIGINT"), ("dimension", "VARCHAR"), ("inside", "VARCHAR"),
    *((f"edge_{place}", "BIGINT") for place in range(1, 13)),
    *((f"hour_{place}", "BIGINT") for place in range(1, 25)),
)  # fmt: skip
"""The columns of `question`: every parameter of every statement."""

ASKED: Final = {
    "on": "'opened'", "population": "'counted'", "case_type": "'complaint'",
    "start": "'opened'", "hours": "'clock'", "dimension": "'unit'",
    "edge_1": "1", "edge_2": "3", "edge_3": "7", "edge_4": "15", "edge_5": "30", "edge_6": "90",
    "hour_1": "24", "hour_2": "72", "hour_3": "168", "hour_4": "360", "hour_5": "720",
}  # fmt: skip
"""What is asked as long as nobody changes it; the rest is NULL: everything."""


def plain_statements() -> Iterator[tuple[str, str]]:
    """Give the name of every statistic's statement, and its text with `question` in it."""
    for name in (*STATEMENTS, *WALL_STATEMENTS):
        yield name, _plain(statement(name).text)
    yield "backlog", _plain(load("backlog"))


def _plain(sql: str) -> str:
    return f'{replaced(sql, lambda name: f"""(SELECT "{name}" FROM question)""").rstrip()};\n'


def scripts(*, csv: bool, as_of: int, as_of_day: int) -> Iterator[tuple[str, str]]:
    """
    Give the scripts that bring the tables of the folder into a shell: name and text.

    Args:
        csv: Whether the tables are CSV; Parquet otherwise, which only DuckDB reads.

        as_of: The instant asked about at first, in microseconds since 1970-01-01 UTC.

        as_of_day: The local day of that instant.
    """
    values = {**ASKED, "as_of": str(as_of), "as_of_day": str(as_of_day)}
    question = _question(values)
    duckdb = "".join(map(_duckdb_csv if csv else _duckdb_parquet, EXPORTED))
    yield "load-duckdb.sql", f"{_ABOUT.format('duckdb', '.read load-duckdb.sql')}{duckdb}{question}"
    if not csv:
        return
    sqlite = "".join(map(_sqlite, EXPORTED))
    usage = "sqlite3 ../work.db < load-sqlite.sql"
    yield "load-sqlite.sql", f"{_ABOUT.format('sqlite3', usage)}{sqlite}{question}"
    postgres = "".join(map(_postgres, EXPORTED)) + "ANALYZE;\n"
    usage = "psql DATABASE -f load-postgresql.sql, an empty database of your own"
    yield "load-postgresql.sql", f"{_ABOUT.format('psql', usage)}{postgres}{question}"


_ABOUT: Final = "-- Tables for {0}; start it in this folder: {1}\n"


def _question(values: dict[str, str]) -> str:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in QUESTION)
    row = ", ".join(values.get(name, "NULL") for name, _ in QUESTION)
    return f"CREATE TABLE question ({columns});\nINSERT INTO question VALUES ({row});\n"


def _create(table: Table) -> str:
    columns = ", ".join(f'"{column.name}" {TYPES[column.kind]}' for column in table.columns)
    return f"CREATE TABLE {table.name} ({columns});\n"


def _duckdb_csv(table: Table) -> str:
    # The same strict reading for which the file was written: bare is NULL, "" is an empty text.
    columns = {column.name: TYPES[column.kind] for column in table.columns}
    return _create(table) + (
        f"INSERT INTO {table.name} FROM read_csv('register/{table.name}.csv', "
        f"columns = {columns}, header = true, delim = ',', quote = '\"', escape = '\"', "
        "new_line = '\\n', nullstr = '', allow_quoted_nulls = false, auto_detect = false);\n"
    )


def _duckdb_parquet(table: Table) -> str:
    return f"CREATE TABLE {table.name} AS FROM read_parquet('register/{table.name}.parquet');\n"


def _sqlite(table: Table) -> str:
    nothing = ", ".join(f'"{name}" = NULLIF("{name}", \'\')' for name in table.names)
    return (
        f"{_create(table)}.import --csv --skip 1 register/{table.name}.csv {table.name}\n"
        f"UPDATE {table.name} SET {nothing};\n"
    )


def _postgres(table: Table) -> str:
    file = f"'register/{table.name}.csv'"
    return _create(table) + f"\\copy {table.name} FROM {file} WITH (FORMAT csv, HEADER true)\n"
