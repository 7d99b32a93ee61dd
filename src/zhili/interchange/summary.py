"""What an import did, counted."""

from __future__ import annotations

from zhili.values import Value

__all__ = ["ImportSummary"]


class ImportSummary(Value):
    """
    What became of every row of a file.

    Each row is exactly one of `opened`, `closed_now`, `changed`, `unchanged`,
    `duplicates_skipped` and `rejected`: they add up to `rows`.
    """

    system: str
    rows: int = 0
    opened: int = 0
    """Cases brought in by this run."""
    closed: int = 0
    """How many of those came closed."""
    already_there: int = 0
    """Rows of cases that were there before: `closed_now`, `changed` and `unchanged` together."""
    closed_now: int = 0
    """Cases that were there open, and that this file shows closed."""
    changed: int = 0
    """Cases of which the source now says something that is not taken over; see `differences`."""
    unchanged: int = 0
    duplicates_skipped: int = 0
    rejected: int = 0
    differences: dict[str, int] = {}
    """Which columns of cases that were there now say something else, and how often."""
    flags: dict[str, int] = {}
    """What was odd about the cases and closings brought in: code → number."""
    delimiter: str | None = None
    """What separates the fields, where the map names nothing and it is not the comma."""
    rejects: str | None = None
    """The file that holds the rejected rows, if there are any."""
