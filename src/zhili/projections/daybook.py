"""The calendar laid flat: every local day with its instants and working time, as rows for SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from zhili.policies.calendar import Calendar
from zhili.projections.register import Column, Table
from zhili.values import EPOCH

__all__ = ["DAYS", "day_number", "day_rows"]

DAYS: Final = Table(
    "days",
    ("zone", "day"),
    (
        Column("zone", "text", "the time zone"),
        Column("day", "integer", "the local day, days since 1970-01-01"),
        Column("month", "text", "its month, 2026-03"),
        Column("starts", "instant", "local midnight"),
        Column("ends", "instant", "the next local midnight"),
        Column("opens", "instant", "when business hours begin on it"),
        Column("closes", "instant", "when they end"),
        Column("working", "boolean", "whether it is a working day; empty where no calendar says"),
        Column("before", "integer", "working microseconds of all days before it; empty likewise"),
    ),
)

Row = tuple[str, int, str, int, int, int, int, bool | None, int | None]

DAY: Final = timedelta(days=1)
MICROSECOND: Final = timedelta(microseconds=1)


def day_number(day: date) -> int:
    """Give a day as days since 1970-01-01."""
    return day.toordinal() - EPOCH.toordinal()


def day_rows(calendar: Calendar, zone: str, first: date, last: date) -> Iterator[Row]:
    """
    Give the rows of `days` from *first* to *last*, in one zone.

    Days before the calendar begins have no working time, which is not the same as none of it.
    """
    info = ZoneInfo(zone)
    length = _span(calendar)
    before = 0
    day, starts = first, _instant(first, time(0), info)
    while day <= last:
        ends = _instant(day + DAY, time(0), info)
        known = day >= calendar.first
        working = calendar.is_working(day) if known else None
        yield (
            zone,
            day_number(day),
            f"{day.year:04d}-{day.month:02d}",
            starts,
            ends,
            _instant(day, calendar.opens, info),
            _instant(day, calendar.closes, info),
            working,
            before if known else None,
        )
        before += length if working else 0
        day, starts = day + DAY, ends


def _span(calendar: Calendar) -> int:
    noon = date(2000, 1, 1)
    length = datetime.combine(noon, calendar.closes) - datetime.combine(noon, calendar.opens)
    return length // MICROSECOND


def _instant(day: date, clock: time, zone: ZoneInfo) -> int:
    return (datetime.combine(day, clock, tzinfo=zone).astimezone(UTC) - EPOCH) // MICROSECOND
