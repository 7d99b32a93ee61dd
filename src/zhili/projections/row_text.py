"""
Rows as text on their way from a store to DuckDB: CSV, in a form that every database writes fast.

Where no text holds a quote, a backslash or a control character, a row is also what JSON writes
between the brackets of a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO, Final

from zhili.projections.register import Table

__all__ = ["NOTHING", "QUOTE", "SEPARATOR", "TYPES", "read_statement", "types_of", "write_rows"]

SEPARATOR: Final = ","
QUOTE: Final = '"'
"""Stands around texts, and is doubled in them."""

NOTHING: Final = "null"
"""What is not there. It is bare; the text of these four letters is quoted."""

TYPES: Final = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "instant": "BIGINT",
    "boolean": "BOOLEAN",
}

ROWS_A_WRITE: Final = 1000


def types_of(table: Table) -> dict[str, str]:
    """Give the SQL type of every column: the same in DuckDB and in PostgreSQL."""
    return {column.name: TYPES[column.kind] for column in table.columns}


def read_statement(table: Table, target: str) -> str:
    """Give the statement with which DuckDB adds the rows in the file `$path` to *target*."""
    return f"""
        INSERT INTO {target}
        SELECT * FROM read_csv(
            $path, columns = {types_of(table)}, header = false, auto_detect = false,
            delim = '{SEPARATOR}', quote = '{QUOTE}', escape = '{QUOTE}',
            new_line = '\\n', nullstr = '{NOTHING}', allow_quoted_nulls = false
        )
    """


def write_rows(file: BinaryIO, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows that are in memory."""
    lines: list[str] = []
    for row in rows:
        lines.append(SEPARATOR.join(map(_written, row)) + "\n")
        if len(lines) == ROWS_A_WRITE:
            file.write("".join(lines).encode())
            lines.clear()
    file.write("".join(lines).encode())


def _written(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return QUOTE + value.replace(QUOTE, QUOTE * 2) + QUOTE
    return str(value)
