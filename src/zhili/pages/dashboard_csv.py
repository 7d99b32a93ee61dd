"""A table as a file that spreadsheets open: with its Chinese, and without running anything."""

from __future__ import annotations

import csv
import io
from typing import Final

from zhili.pages.dashboard_cell import Plain, Table

__all__ = ["BOM", "as_csv"]

BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Excel takes a file of UTF-8 for one of the local code page unless it begins with this."""

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula when a cell begins with it."""


def as_csv(made: Table) -> bytes:
    """Write *made* as a CSV file that Excel opens with its Chinese, and runs nothing of."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_harmless(field) for column in made.columns for field in column.fields)
    for row in made.rows:
        writer.writerow(_harmless(plain) for cell in row for plain in cell.plain)
    return (BOM + text.getvalue()).encode()


def _harmless(plain: Plain) -> str:
    """Write a cell; what somebody wrote never begins as a formula does."""
    if plain is None:
        return ""
    if isinstance(plain, str):
        return f"'{plain}" if plain.startswith(FORMULA) else plain
    return str(plain)
