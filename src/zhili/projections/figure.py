"""What all figures have in common: the instant they are of, and how they are computed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from zhili.errors import InputError
from zhili.policies.division import parse
from zhili.projections.daybook import day_number
from zhili.projections.question import Answer, Cursor, Question, Record
from zhili.projections.statement import Statement, fingerprint
from zhili.values import Instant, Period

__all__ = [
    "Figure",
    "FigureAnswer",
    "Values",
    "days_of",
    "in_order",
    "known_unit",
    "run",
    "snapshot",
]

Values = dict[str, str | int | None]
"""The parameters of a statement."""


class Figure(Question):
    """A question that is answered with numbers, as they stood at `as_of`: never later than now."""

    as_of: Instant | None = None

    def named_instant(self, record: Callable[[], Record]) -> datetime | None:  # noqa: ARG002 - it needs no look
        """Give `as_of`."""
        return self.as_of

    def instant(self, record: Record) -> datetime:
        """Give the instant as of which the question is answered: never after now."""
        return min(self.as_of, record.now) if self.as_of else record.now

    def echo(self, record: Record) -> dict[str, Any]:
        """Give the fields that the answer starts with."""
        return {
            "definition": self.definition,
            "version": self.version,
            "position": record.position,
            "as_of": self.instant(record),
            "sql_sha256": fingerprint(self.files()),
        }


class FigureAnswer(Answer):
    """What the answer of every figure says about itself: besides, which computation it is."""

    sql_sha256: str


@contextmanager
def snapshot(record: Record) -> Generator[Cursor, None, None]:
    """Give a cursor whose statements all see the register at one position."""
    cursor = record.warehouse()
    cursor.execute("BEGIN TRANSACTION")
    try:
        yield cursor
    finally:
        cursor.execute("ROLLBACK")


def run(cursor: Cursor, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement with those of *values* that it takes."""
    cursor.execute(statement.duckdb, {name: values[name] for name in statement.parameters})
    return cursor.fetchall()


def days_of(period: Period | None) -> Values:
    """Give the first day of *period* and the day after its last, as statements take them."""
    return {
        "first_day": day_number(period.first) if period else None,
        "after_day": day_number(period.after) if period else None,
    }


def known_unit(unit: str | None, record: Record) -> str | None:
    """Give *unit* as the record knows it: a division code in its usual length where codes do."""
    if unit is None or not record.rules.organisation.open:
        return unit
    try:
        return parse(unit).code
    except InputError:  # an id of the host's own, which is as good
        return unit


def in_order(key: str | None, total: int) -> tuple[int, bool, str]:
    """Give what groups are sorted by: the largest first, then by code point, no key last."""
    return (-total, key is None, key or "")
