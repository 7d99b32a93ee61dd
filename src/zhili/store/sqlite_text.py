"""Rows of the register out of SQLite as text: put together inside SQLite, page by page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from typing import Final

from zhili.projections.row_text import write_rows
from zhili.store.store import Outflow

__all__ = ["copy_out"]

PAGE: Final = 20_000
"""Cases of a page: some megabytes of text, put together while other threads go on."""

LAST: Final = "\U0010ffff"
"""Comes after every case id."""


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
    pages = [] if after else _pages(cursor)
    for outflow in wanted:
        if after:
            sql = _select(outflow, f"case_id IN ({changed})")
            (text,) = cursor.execute(sql, {"position": after}).fetchone()
            outflow.into.write(_rows(text))
        sql = _select(outflow, "case_id > :after AND case_id <= :until")
        for page in pages:
            (text,) = cursor.execute(sql, page).fetchone()
            outflow.into.write(_rows(text))
    return int(position)


def _pages(cursor: sqlite3.Cursor) -> list[dict[str, str]]:
    """Divide the cases into pages: each from above an id up to another."""
    bounds = [""]
    while found := cursor.execute(_BOUND, {"after": bounds[-1]}).fetchone():
        bounds.append(found[0])
    return [{"after": after, "until": until} for after, until in pairwise([*bounds, LAST])]


_BOUND: Final = (
    f"SELECT case_id FROM cases WHERE case_id > :after ORDER BY case_id LIMIT 1 OFFSET {PAGE}"
)


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
