"""What the warehouse holds of the register: what statistics are computed from."""

from __future__ import annotations

from typing import Final

from zhili.projections.register import CASES, PARTS, SPELLS, Table

__all__ = ["HELD", "held"]

HELD: Final[tuple[Table, ...]] = (
    CASES.only(
        "case_id", "case_type", "kind", "category", "type", "division", "channel", "grade",
        "outcome_unknown", "opened_at", "accepted_at", "dispatched_at", "settled_at", "answered_at",
        "closed_at", "due_at", "zone", "opened_month", "closed_month", "opened_day", "closed_day",
        "village", "excluded", "extensions", "repeats", "source", "flags", "last_at",
    ),
    SPELLS.only(
        "case_id", "state", "unit", "outcome", "on_time", "counted", "closed", "ended", "since",
        "until",
    ),
    PARTS.only(
        "case_id", "kind", "state", "due_at", "since", "unit", "role", "arrived_at", "on_time",
        "missed", "points",
    ),
)  # fmt: skip
"""
Where a case stands is said by its spells. The other half of the columns is not there: names, titles
and ids of people count for nothing, and a million rows of them are slow to bring in.
"""

_BY_NAME: Final = {table.name: table for table in HELD}


def held(table: Table) -> Table:
    """Give *table* with the columns that the warehouse has of it."""
    return _BY_NAME.get(table.name, table)
