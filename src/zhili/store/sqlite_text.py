"""Rows of the register out of SQLite as text: put together inside SQLite, page by page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from io import BytesIO
from typing import Final

from zhili.projections.row_text import write_rows
from zhili.store.store import Outflow

__all__ = ["copy_out"]

PAGE: Final = 20_000
"""Rows of a page: some megabytes of text, put together while other threads go on."""


def copy_out(cursor: sqlite3.Cursor, wanted: Sequence[Outflow], changed: str, after: int) -> int:
    """
    Let the rows be taken, and give the position of the log.

    Args:
        cursor: A cursor in a transaction.

        wanted: Which rows, and what takes them.

        changed: A SELECT of the ids of cases with events above the position `:position`.

        after: That position; 0 for all cases.
    """
    (position,) = cursor.execute("SELECT position FROM log_head").fetchone()
    for outflow in wanted:
        if after:
            sql = _select(outflow, f"case_id IN ({changed})")
            (text,) = cursor.execute(sql, {"position": after}).fetchone()
            outflow.into.write(_rows(text))
        else:
            _write_all(cursor, outflow)
    return int(position)


def _write_all(cursor: sqlite3.Cursor, outflow: Outflow) -> None:
    """Write page by page, as the rows lie in the file."""
    following = f"SELECT MIN(rowid) FROM {outflow.table.name} WHERE rowid > :last"
    sql = _select(outflow, "rowid BETWEEN :first AND :last")
    (first,) = cursor.execute(f"SELECT MIN(rowid) FROM {outflow.table.name}").fetchone()
    while first is not None:
        page = {"first": first, "last": first + PAGE - 1}
        (text,) = cursor.execute(sql, page).fetchone()
        outflow.into.write(_rows(text))
        (first,) = cursor.execute(following, page).fetchone()


def _select(outflow: Outflow, condition: str) -> str:
    """
    Give the SELECT of all rows as one text, a JSON list on each line.

    Nothing in SQLite writes a whole row as fast: joining it piece by piece takes four times as
    long, and so does it where every row becomes an object of Python.
    """
    table = outflow.table
    return (
        f"SELECT CAST(group_concat(json_array({', '.join(table.names)}), char(10)) AS BLOB) "
        f"FROM {table.name} WHERE {condition} AND ({outflow.condition or '1 = 1'})"
    )


def _rows(text: bytes | None) -> bytes:
    """Give lists of JSON as rows of text."""
    if text is None:
        return b""
    if b"\\" not in text:  # then no text needs more than quotes around it
        return text[1:-1].replace(b"]\n[", b"\n") + b"\n"
    rows = BytesIO()
    write_rows(rows, map(json.loads, text.split(b"\n")))
    return rows.getvalue()
