"""Tables as files that a plain SQL shell reads: CSV, and Parquet made from it by DuckDB."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from zhili.errors import InputError
from zhili.projections.row_text import types_of

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from zhili.projections.register import Table

__all__ = ["csv_line", "csv_rows", "parquet_from_csv", "parquet_rows", "partition_csv"]


LINE_BYTES_MAX: Final = 2**20
"""No row of a table is longer."""

FETCHED: Final = 1000

SETTINGS: Final = {
    "autoinstall_known_extensions": "false",  # nothing is fetched from anywhere
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "threads": "2",
}

_PLAIN: Final = re.compile(r"[^\",\r\n]+")
_CELL: Final = re.compile(rb'("(?:[^"]|"")*"|[^",\r\n]*)(,|\n|$)')
_WHOLE: Final = re.compile(r"-?(0|[1-9]\d{0,18})")
_INTEGERS: Final = range(-(2**63), 2**63)

_READ: Final = (
    "read_csv($path, columns = {columns}, header = true, delim = ',', quote = '\"', "
    "escape = '\"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false, "
    "auto_detect = false, max_line_size = {line_max})"
)


def csv_line(row: Iterable[Any]) -> bytes:
    """Give one line of CSV: nothing is bare, an empty text is quoted, a truth is 1 or 0."""
    return (",".join(map(_cell, row)) + "\n").encode(errors="surrogateescape")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else '"' + value.replace('"', '""') + '"'
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def csv_rows(file: BinaryIO, table: Table) -> Iterator[tuple[int, tuple[Any, ...] | str]]:
    """
    Read the rows of *table* below the header, as strictly as `csv_line` writes them.

    Returns:
        The number of the line at which each row begins, and its values; a text that says what is
        wrong where there is no row. What is no number stays a text: an audit has to see it.
    """
    header = csv_line(table.names)
    if file.readline(LINE_BYTES_MAX) != header:
        yield 1, f"the first line does not name the columns of {table.name}"
        return
    kinds = tuple(column.kind == "text" for column in table.columns)
    number, line = 1, b""
    while piece := file.readline(LINE_BYTES_MAX):
        number, start = number + 1, number + 1
        line = piece
        while line.count(b'"') % 2 and piece and len(line) < LINE_BYTES_MAX:
            piece = file.readline(LINE_BYTES_MAX)
            number += 1
            line += piece
        if len(line) >= LINE_BYTES_MAX and not line.endswith(b"\n"):
            yield start, f"a row is longer than {LINE_BYTES_MAX} bytes; the rest is not read"
            return
        yield start, _row(line, kinds)


def _row(line: bytes, kinds: tuple[bool, ...]) -> tuple[Any, ...] | str:
    if b'"' not in line and b"\r" not in line and line.endswith(b"\n"):
        # Most rows need no quotes: then every comma parts two fields.
        plain = line[:-1].decode(errors="surrogateescape").split(",")
        if len(plain) == len(kinds):
            pairs = zip(plain, kinds, strict=True)
            return tuple((cell or None) if kind else _number(cell) for cell, kind in pairs)
    cells: list[bytes] = []
    at, end = 0, b","
    while end == b",":
        found = _CELL.match(line, at)
        if found is None:
            return "it is not CSV as an export writes it"
        cells.append(found[1])
        at, end = found.end(), found[2]
    if at != len(line) or end != b"\n" or len(cells) != len(kinds):
        return f"it has not {len(kinds)} fields on a line of its own"
    return tuple(_value(cell, text=kind) for cell, kind in zip(cells, kinds, strict=True))


def _value(cell: bytes, *, text: bool) -> Any:
    if not cell:
        return None
    said = cell.decode(errors="surrogateescape")
    if said[0] == '"':
        return said[1:-1].replace('""', '"')
    return said if text else _number(said)


def _number(cell: str) -> int | str | None:
    if not cell:
        return None
    if _WHOLE.fullmatch(cell) and (number := int(cell)) in _INTEGERS:
        return number
    return cell


def parquet_from_csv(source: Path, target: Path, table: Table) -> None:
    """
    Write the rows of a CSV file into one Parquet file.

    Raises:
        InputError: If a value is not of its column's type, as somebody's tampering makes it.
    """
    columns = types_of(table)
    read = _READ.format(columns=columns, line_max=LINE_BYTES_MAX)
    with closing(_connection()) as connection:
        try:
            connection.execute(
                f"COPY (SELECT * FROM {read}) TO {_quoted(target)} (FORMAT parquet)",
                {"path": str(source)},
            )
        except _errors() as error:
            message = f"{table.name} cannot be written as Parquet ({_said(error)}); use --as jsonl"
            raise InputError(message, table=table.name) from error


def partition_csv(
    source: Path, target: Path, columns: Mapping[str, str], *, name: str, line_max: int
) -> None:
    """Write the rows of a CSV file as Parquet, in a folder for each value of the last column."""
    by = list(columns)[-1]
    # A buffer holds many of the longest lines: it is as large only where there is such a line.
    read = _READ.format(columns=dict(columns), line_max=line_max)
    with closing(_connection()) as connection:
        connection.execute(
            f"COPY (SELECT * FROM {read}) TO {_quoted(target)} (FORMAT parquet, "
            f"PARTITION_BY ({by}), FILENAME_PATTERN '{name}-{{i}}', OVERWRITE_OR_IGNORE)",
            {"path": str(source)},
        )


def parquet_rows(
    files: Sequence[Path], columns: Mapping[str, str], *, bytes_max: int
) -> Iterator[tuple[Any, ...]]:
    """
    Give the rows of Parquet files, one file after the other.

    Args:
        files: The files, all of the same columns.

        columns: Name and SQL type of each; other columns are not read.

        bytes_max: The longest text that is read; of a longer one comes what follows, an error.

    Raises:
        InputError: If a file is no Parquet, lacks a column, or holds what does not fit.
    """
    names = ", ".join(
        f"CASE WHEN strlen({name}) > {bytes_max} THEN error('a text is too long') "
        f"ELSE CAST({name} AS VARCHAR) END"
        if kind == "VARCHAR"
        else f"CAST({name} AS {kind})"
        for name, kind in columns.items()
    )
    with closing(_connection()) as connection:
        for path in files:
            try:
                cursor = connection.execute(
                    f"SELECT {names} FROM read_parquet($path, hive_partitioning = false)",
                    {"path": str(path)},
                )
                while some := cursor.fetchmany(FETCHED):
                    yield from some
            except _errors() as error:
                message = f"{path.name} cannot be read as Parquet: {_said(error)}"
                raise InputError(message, path=str(path)) from error


def _connection() -> DuckDBPyConnection:
    import duckdb  # noqa: PLC0415 - slow to import

    return duckdb.connect(":memory:", config=dict(SETTINGS))


def _errors() -> tuple[type[Exception], ...]:
    import duckdb  # noqa: PLC0415 - slow to import

    # DuckDB gives a text that is no UTF-8 as Python's own error.
    return (duckdb.Error, UnicodeDecodeError, RuntimeError)


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
