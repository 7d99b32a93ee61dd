"""How the times of a source are read: in its formats, in its zone, and what is odd about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from zhili.values import INSTANT_MAX, INSTANT_MIN

__all__ = ["Reading", "TimeReader", "check_format"]

NONEXISTENT: Final = "nonexistent_local_time"
AMBIGUOUS: Final = "ambiguous_local_time"

_PROBE: Final = datetime(2011, 11, 23, 15, 40, 37)  # noqa: DTZ001 - a format has no zone of its own

_DIRECTIVES: Final = {
    "Y": r"(?P<Y>[0-9]{4})",
    "y": r"(?P<y>[0-9]{2})",
    "m": r"(?P<m>1[0-2]|0[1-9]|[1-9])",
    "d": r"(?P<d>3[01]|[12][0-9]|0[1-9]|[1-9]| [1-9])",
    "H": r"(?P<H>2[0-3]|[01][0-9]|[0-9])",
    "M": r"(?P<M>[0-5][0-9]|[0-9])",
    "S": r"(?P<S>[0-5][0-9]|[0-9])",
}
"""The numbers that nearly every format is made of, as `strptime` reads them."""

CENTURY_PIVOT: Final = 69
"""Two-digit years from here on lie in the 1900s (POSIX)."""

Parse = Callable[[str], datetime]


class Reading(NamedTuple):
    """An instant, and what is odd about how it was written."""

    instant: datetime
    flag: str | None


def check_format(time_format: str) -> str:
    """
    Give *time_format* if `strptime` reads a whole date with it.

    Raises:
        ValueError: If it does not, with what would be right.
    """
    right = "one looks like %Y-%m-%d %H:%M:%S"
    directives = set(re.findall(r"%(.)", time_format, re.DOTALL))
    if "Z" in directives:
        message = f"the time format {time_format!r} reads zone names, which are not unique; use %z"
        raise ValueError(message)
    if "I" in directives and "p" not in directives:
        message = f"the time format {time_format!r} has %I without %p; add %p, or use %H"
        raise ValueError(message)
    try:
        again = datetime.strptime(_PROBE.strftime(time_format), time_format)  # noqa: DTZ007 - a probe
    except (ValueError, re.error) as error:
        message = f"the time format {time_format!r} cannot be read back: {error}; {right}"
        raise ValueError(message) from error
    if again.date() != _PROBE.date():
        message = f"the time format {time_format!r} lacks year, month or day; {right}"
        raise ValueError(message)
    return time_format


class TimeReader:
    """Reads the times of one source: *formats* tried in order, or ISO 8601 if there are none."""

    def __init__(self, zone: str, formats: tuple[str, ...] = ()) -> None:
        """Read times without an offset in *zone*."""
        self._zone = ZoneInfo(zone)
        self._is_utc = zone in {"UTC", "Etc/UTC"}
        self._parses = tuple(_parse_of(one) for one in formats) or (datetime.fromisoformat,)

    def read(self, text: str) -> Reading:
        """
        Read a time; a date alone is midnight.

        A local time that the clocks skipped is read as if they had not been put forward yet, one
        that they showed twice as the first of both (PEP 495, fold 0); either is flagged.

        Raises:
            ValueError: If no format fits, or if there is no such day.
            OverflowError: If the instant lies outside 0001-01-02 to 9999-12-30.
        """
        for parse in self._parses[:-1]:
            try:
                return self._within(parse(text))
            except ValueError:
                continue
        return self._within(self._parses[-1](text))

    def _within(self, time: datetime) -> Reading:
        reading = self._instant(time)
        if not INSTANT_MIN <= reading.instant <= INSTANT_MAX:  # 9999-12-31, which means never
            message = f"{time} lies outside the days that every zone has"
            raise OverflowError(message)
        return reading

    def _instant(self, time: datetime) -> Reading:
        if time.tzinfo is not None:
            instant = time.astimezone(UTC)
            instant.astimezone(self._zone)  # its local day must exist too
            return Reading(instant, None)
        if self._is_utc:
            return Reading(time.replace(tzinfo=UTC), None)
        local = time.replace(tzinfo=self._zone)
        instant = local.astimezone(UTC)
        if local.utcoffset() == local.replace(fold=1).utcoffset():
            return Reading(instant, None)
        back = instant.astimezone(self._zone).replace(tzinfo=None, fold=0)
        return Reading(instant, AMBIGUOUS if back == time else NONEXISTENT)


def _parse_of(time_format: str) -> Parse:
    """Give the fastest parser for a format: a pattern where numbers suffice, else `strptime`."""
    pattern = _pattern_of(time_format)
    if pattern is None:
        return lambda text: datetime.strptime(text, time_format)  # noqa: DTZ007 - the zone follows
    match = pattern.fullmatch

    def parse(text: str) -> datetime:
        found = match(text)
        if found is None:
            message = f"{text!r} is not written as {time_format}"
            raise ValueError(message)
        numbers = {name: int(digits) for name, digits in found.groupdict().items()}
        year = numbers.get("Y")
        if year is None:
            year = numbers["y"] + (1900 if numbers["y"] >= CENTURY_PIVOT else 2000)
        return datetime(  # noqa: DTZ001 - the zone follows
            year, numbers["m"], numbers["d"],
            numbers.get("H", 0), numbers.get("M", 0), numbers.get("S", 0),
        )  # fmt: skip

    return parse


def _pattern_of(time_format: str) -> re.Pattern[str] | None:
    parts: list[str] = []
    seen: list[str] = []
    for part in re.findall(r"%.|\s+|[^%\s]+", time_format, re.DOTALL):
        if part[0] == "%":
            if part[1] not in _DIRECTIVES:
                return None
            seen.append(part[1])
            parts.append(_DIRECTIVES[part[1]])
        else:
            parts.append(r"\s+" if part.isspace() else re.escape(part))
    years = {"Y", "y"} & set(seen)
    whole = len(years) == 1 and {"m", "d"} <= set(seen)
    return re.compile("".join(parts), re.IGNORECASE) if whole else None
