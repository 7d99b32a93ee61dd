"""Times as sources write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhili.interchange.time_reader import TimeReader


def instant(text: str) -> datetime:
    """Give the instant that *text* writes in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "text", "meant"),
    [
        ("UTC", "2011-07-01T01:32:33", "2011-07-01T01:32:33"),
        ("UTC", "2011-07-01", "2011-07-01T00:00:00"),
        ("UTC", "2011-07-01 01:32:33.25", "2011-07-01T01:32:33.250000"),
        ("Asia/Shanghai", "2026-03-02T09:00:00", "2026-03-02T01:00:00"),
        ("Asia/Shanghai", "2026-03-02", "2026-03-01T16:00:00"),
        ("Asia/Shanghai", "2026-03-02T09:00:00Z", "2026-03-02T09:00:00"),
        ("UTC", "2026-03-02T09:00:00+08:00", "2026-03-02T01:00:00"),
        ("America/New_York", "2026-07-01T12:00:00", "2026-07-01T16:00:00"),
    ],
)
def test_a_time_without_an_offset_is_the_sources(zone: str, text: str, meant: str) -> None:
    """An offset counts if there is one; else the source's zone; a date alone is midnight."""
    assert TimeReader(zone).read(text) == (instant(meant), None)


@pytest.mark.parametrize(
    ("formats", "text", "meant"),
    [
        (("%m/%d/%y %H:%M",), "10/21/18 0:59", "2018-10-21T00:59:00"),
        (("%m/%d/%y %H:%M",), "1/2/69 23:59", "1969-01-02T23:59:00"),
        (("%m/%d/%Y %I:%M:%S %p",), "12/25/2013 12:00:00 AM", "2013-12-25T00:00:00"),
        (("%m/%d/%Y %I:%M:%S %p",), "12/25/2013 01:05:00 PM", "2013-12-25T13:05:00"),
        (("%Y/%m/%d %H:%M:%S", "%Y-%m-%d"), "2019/5/9 9:49:10", "2019-05-09T09:49:10"),
        (("%Y/%m/%d %H:%M:%S", "%Y-%m-%d"), "2019-04-08", "2019-04-08T00:00:00"),
        (("%Y年%m月%d日",), "2026年3月2日", "2026-03-02T00:00:00"),
        (("%d %B %Y %H:%M %z",), "02 March 2026 09:00 +0800", "2026-03-02T01:00:00"),
    ],
)
def test_formats_are_tried_in_order(formats: tuple[str, ...], text: str, meant: str) -> None:
    """The first format that fits reads the time."""
    assert TimeReader("UTC", formats).read(text).instant == instant(meant)


@pytest.mark.parametrize(
    ("formats", "text"),
    [
        ((), "yesterday"),
        ((), "2011-02-30"),
        ((), "10/21/18 0:59"),
        (("%Y-%m-%d",), "2011-07-01T01:32:33"),
        (("%Y-%m-%d",), "2011-02-30"),
        (("%Y-%m-%d %H:%M",), "2011-07-01 24:00"),
        (("%Y-%m-%dT%H:%M:%S",), "2011-07-01T01:32:60"),
        (("%d %B %Y",), "2 Octember 2011"),
    ],
)
def test_what_fits_no_format_is_no_time(formats: tuple[str, ...], text: str) -> None:
    """Named formats replace ISO 8601; a day that the calendar lacks is none."""
    with pytest.raises(ValueError, match=r"."):
        TimeReader("UTC", formats).read(text)


def test_an_hour_that_the_clocks_skipped_or_showed_twice_is_flagged() -> None:
    """Skipped hours are read with the offset from before, double ones as the first of both."""
    boston = TimeReader("America/New_York")
    skipped = boston.read("2011-03-13T02:30:00")
    assert skipped == (instant("2011-03-13T07:30:00"), "nonexistent_local_time")
    twice = boston.read("2011-11-06T01:11:52")
    assert twice == (instant("2011-11-06T05:11:52"), "ambiguous_local_time")
    assert boston.read("2011-11-06T00:59:59").flag is None
    assert boston.read("2011-11-06T02:00:00").flag is None
    assert boston.read("2011-11-06T01:11:52-05:00") == (instant("2011-11-06T06:11:52"), None)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00", "0001-01-01T00:00:00+01:00", "9999-12-31T23:00:00Z"]
)
def test_an_instant_beyond_the_calendar_is_none(text: str) -> None:
    """What would lie outside the years 1 to 9999, in UTC or on the source's clocks, is no time."""
    with pytest.raises(OverflowError):
        TimeReader("Asia/Shanghai").read(text)


FORMATS = ["%Y-%m-%dT%H:%M:%S", "%m/%d/%y %H:%M", "%d.%m.%Y", "%Y%m%d%H%M", "%H:%M %d-%m-%y"]


@given(st.sampled_from(FORMATS), st.text(alphabet="0123456789/-:.T ", max_size=20))
def test_the_quick_reader_reads_what_strptime_reads(time_format: str, text: str) -> None:
    """Whatever the text, the answer is that of the standard library."""
    check_against_strptime(time_format, text)


@given(
    time_format=st.sampled_from(FORMATS),
    time=st.datetimes(datetime(1969, 1, 1), datetime(2068, 12, 31)),  # noqa: DTZ001 - as written
    unpadded=st.booleans(),
)
def test_the_quick_reader_reads_what_strftime_writes(
    time_format: str, time: datetime, *, unpadded: bool
) -> None:
    """A written time is read back, with zeros before its numbers or without."""
    text = time.strftime(time_format)
    if unpadded:
        text = text.replace("/0", "/").replace(":0", ":")
    check_against_strptime(time_format, text)


def check_against_strptime(time_format: str, text: str) -> None:
    """Compare the reader with `strptime` on one text."""
    try:
        right: datetime | None = datetime.strptime(text, time_format).replace(tzinfo=UTC)
    except ValueError:
        right = None
    try:
        found: datetime | None = TimeReader("UTC", (time_format,)).read(text).instant
    except ValueError:
        found = None
    assert found == right
