"""What explains an exported folder: SQL, scripts that load it, its columns, the README."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import to_json

from zhili.evidence.manifest import Form
from zhili.evidence.plain_sql import EXPORTED, plain_statements, scripts
from zhili.evidence.readme import readmes
from zhili.projections.daybook import day_number
from zhili.projections.register import Table, microseconds

__all__ = ["texts"]


def texts(forms: Sequence[Form], as_of: datetime, zone: str) -> Iterator[tuple[str, bytes]]:
    """
    Give path and content of every file that follows from nothing but these and the program.

    Args:
        forms: In which forms the folder holds its tables.

        as_of: The instant of the record, which the scripts ask about at first.

        zone: In which it keeps its days.
    """
    for name, sql in plain_statements():
        yield f"sql/{name}.sql", sql.encode()
    day = day_number(as_of.astimezone(ZoneInfo(zone)).date())
    loading = scripts(csv="jsonl" in forms, as_of=microseconds(as_of) or 0, as_of_day=day)
    for name, text in (*loading, *readmes(forms)):
        yield name, text.encode()
    yield "schema.json", to_json(_schema(EXPORTED), indent=2) + b"\n"


def _schema(tables: Iterable[Table]) -> list[dict[str, Any]]:
    """Give the tables with their columns, as plain data."""
    return [
        {
            "table": table.name,
            "key": table.key,
            "columns": [column._asdict() for column in table.columns],
        }
        for table in tables
    ]
