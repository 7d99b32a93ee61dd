"""The log as Parquet, partitioned by the month of recording: written and read by DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from zhili.evidence.log_line import LINE_BYTES_MAX, event_of, fields_of
from zhili.projections.table_file import csv_line, parquet_rows, partition_csv
from zhili.store.store import LogRow

__all__ = ["EVENTS", "events_of", "write_events"]

EVENTS: Final = "events"
MONTH: Final = "recorded_month"
UNKNOWN: Final = "unknown"

COLUMNS: Final = {
    "position": "BIGINT",
    "case_id": "VARCHAR",
    "version": "BIGINT",
    "topic": "VARCHAR",
    "link": "VARCHAR",
    "recorded_at": "VARCHAR",
    "state": "VARCHAR",
    "state_base64": "VARCHAR",
    "oversize": "BIGINT",
}
"""As in `events.jsonl`; of the last three one is not NULL."""

ROWS_MAX: Final = 50_000
BYTES_MAX: Final = 32 * 2**20
"""How much becomes one file: so much is in memory at once, and no more."""


def write_events(rows: Iterable[LogRow], folder: Path) -> Iterator[LogRow]:
    """Pass *rows* on, and write them into Parquet files below *folder* on the way."""
    chunk = folder / "chunk.csv"
    header = csv_line((*COLUMNS, MONTH))
    lines, size, longest, number = [header], 0, 0, 1

    def write() -> None:
        chunk.write_bytes(b"".join(lines))
        partition_csv(
            chunk, folder / EVENTS, {**COLUMNS, MONTH: "VARCHAR"},
            name=f"events-{number:06d}", line_max=longest + 2,
        )  # fmt: skip
        chunk.unlink()

    for row in rows:
        fields = fields_of(row)
        month = _month(fields["recorded_at"])
        line = csv_line((*(fields.get(name) for name in COLUMNS), month))
        lines.append(line)
        size += len(line)
        longest = max(longest, len(line))
        if len(lines) > ROWS_MAX or size > BYTES_MAX:
            write()
            lines, size, longest, number = [header], 0, 0, number + 1
        yield row
    if len(lines) > 1:
        write()


def events_of(file: Path) -> Iterator[LogRow | str]:
    """
    Give the events in a Parquet file, or what is wrong with one.

    Raises:
        InputError: If it is no Parquet of events.
    """
    strangers = 0
    for values in parquet_rows([file], COLUMNS, bytes_max=LINE_BYTES_MAX):
        fields: dict[str, Any] = dict(zip(COLUMNS, values, strict=True))
        told = fields.pop("recorded_at")
        kept = {name: value for name, value in fields.items() if value is not None}
        try:
            row = event_of({**kept, "recorded_at": told})
        except ValueError as error:
            yield f"position {fields['position']}: {error}"
            continue
        if fields_of(row) != {**kept, "recorded_at": told}:
            yield f"position {row.position}: it is not written as an export writes it"
        strangers += file.parent.name != f"{MONTH}={_month(told)}"
        yield row
    if strangers:
        yield f"{strangers} of its events are of another month than its folder {file.parent.name}"


def _month(recorded_at: str | None) -> str:
    return recorded_at[:7] if recorded_at else UNKNOWN
