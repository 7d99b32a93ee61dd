"""The reference page of the register: its tables as SQL finds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docs.pages.markdown import code, codes, page, prose, table
from zhili.projections import register
from zhili.projections.register import TABLES, Table

KINDS: Final = {
    "text": "text",
    "integer": "a whole number; what it counts stands beside it",
    "instant": "whole microseconds since 1970-01-01 00:00 UTC",
    "boolean": "true or false; 1 or 0 in SQLite",
}

ABOUT: Final = """
So 3,600,000,000 is an hour, and an instant divided by 1,000,000 is Unix time in seconds. An empty
cell is NULL. Local months, days and times of day are those of the row's `zone`.
"""


def render() -> str:
    """Give the page."""
    kinds = ((code(kind), KINDS[kind]) for kind in _kinds())
    return page(
        "The register 台账",
        prose(register.__doc__),
        prose(ABOUT),
        table(("Kind", "What is stored"), kinds),
        *(_table(one) for one in TABLES),
    )


def _kinds() -> list[str]:
    return list(dict.fromkeys(column.kind for one in TABLES for column in one.columns))


def _table(one: Table) -> Iterator[str]:
    yield f"## {code(one.name)}"
    yield ""
    yield f"Key: {codes(one.key)}."
    yield ""
    rows = ((code(column.name), column.kind, column.doc) for column in one.columns)
    yield from table(("Column", "Kind", "What it says"), rows)
    yield ""
    yield "Indexes:" if one.indexes or one.unique else "Its key is its only index."
    yield ""
    for index in one.indexes:
        where = f", of the rows where {code(index.where)}" if index.where else ""
        yield f"- {codes(index.columns)}{where}"
    yield from (f"- {code(column)}, unique" for column in one.unique)
