"""Rows of the register out of PostgreSQL as text, by COPY."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Cursor

from zhili.projections.register import Table
from zhili.projections.row_text import NOTHING, QUOTE, SEPARATOR
from zhili.store.store import Outflow

__all__ = ["copy_out"]

BYTES_A_WRITE = 1 << 20


def copy_out(cursor: Cursor[Any], wanted: Sequence[Outflow], changed: str, after: int) -> int:
    """
    Let the rows be taken, and give the position of the log.

    Args:
        cursor: A cursor in a transaction that sees one moment.

        wanted: Which rows, and what takes them.

        changed: A SELECT of the ids of cases with events above the position `:position`.

        after: That position; 0 for all cases.
    """
    found = cursor.execute("SELECT position FROM log_head").fetchone()
    assert found is not None
    for outflow in wanted:
        conditions = [outflow.condition] if outflow.condition else []
        if after:
            conditions.append(f"case_id IN ({changed.replace(':position', str(int(after)))})")
        _write(cursor, outflow, " AND ".join(f"({condition})" for condition in conditions))
    return int(found[0])


def _write(cursor: Cursor[Any], outflow: Outflow, condition: str) -> None:
    waiting = bytearray()  # PostgreSQL sends row by row
    with cursor.copy(_statement(outflow.table, condition).encode()) as copy:
        for some in copy:
            waiting += some
            if len(waiting) >= BYTES_A_WRITE:
                outflow.into.write(bytes(waiting))
                waiting.clear()
    outflow.into.write(bytes(waiting))


def _statement(table: Table, condition: str) -> str:
    texts = ", ".join(column.name for column in table.columns if column.kind == "text")
    return (
        f"COPY (SELECT {', '.join(table.names)} FROM {table.name}"
        f"{' WHERE ' + condition if condition else ''}) TO STDOUT "
        f"(FORMAT csv, DELIMITER '{SEPARATOR}', NULL '{NOTHING}', QUOTE '{QUOTE}', "
        f"ESCAPE '{QUOTE}', FORCE_QUOTE ({texts}))"
    )
