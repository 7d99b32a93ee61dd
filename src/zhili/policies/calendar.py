"""The working calendar 工作日历: which days count, when a limit ends, and why."""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import ClassVar, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import field_validator, model_validator

from zhili.errors import PolicyRefusedError
from zhili.policies.limit import Limit
from zhili.policies.policy import Policy
from zhili.values import Line, Value

__all__ = ["Calendar", "DayLine", "Deadline", "china"]

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
SATURDAY = 5
DECEMBER = 12
YEAR_MAX = 9000
FOUND_MAX = 10_000
"""No limit, however long, that starts before this year leaves the range of dates."""


class Deadline(NamedTuple):
    """
    When a limit ends.

    `provisional_year` is the first year whose list of days off was needed and is not announced.
    """

    due_at: datetime
    provisional_year: int | None = None


class DayLine(Value):
    """One day of a limit: whether it counts, as which day, and why. The last one is the due day."""

    day: date
    counts: bool
    number: int | None
    why: str


class _Step(NamedTuple):
    """A day passed on the way to a deadline; *looked* if the calendar had to be asked about it."""

    day: date
    number: int | None
    looked: bool


class Calendar(Policy):
    """
    Working days 工作日, days off 节假日 and make-up working days 调休 of one country and zone.

    `off` and `made_up` give each day with the name of its holiday. Days from `first` to
    `certain_until` are surely announced; later ones count by plain weekends and are provisional.
    `opens` and `closes` bound the business hours that statistics in working hours count.
    """

    name: ClassVar[str] = "calendar"

    zone: str = "Asia/Shanghai"
    first: date
    certain_until: date
    off: dict[date, Line] = {}
    made_up: dict[date, Line] = {}
    opens: time = time(9)
    closes: time = time(17)

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):  # unknown name; malformed name; a folder of zones
            message = f"there is no time zone {zone!r}; give an IANA name such as 'Asia/Shanghai'"
            raise ValueError(message) from None
        return zone

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        message = None
        if self.certain_until < self.first:
            message = f"certain_until {self.certain_until} lies before first {self.first}"
        elif self.opens.tzinfo or self.closes.tzinfo:
            message = "opens and closes are local times of the zone; leave out their offset"
        elif self.closes <= self.opens:
            message = f"business hours must close after they open: {self.opens} … {self.closes}"
        elif both := sorted(self.off.keys() & self.made_up.keys()):
            message = f"{both[0]} cannot be both a day off and a make-up working day"
        elif weekdays := sorted(day for day in self.made_up if day.weekday() < SATURDAY):
            message = f"{weekdays[0]} is a weekday and needs no make-up; only weekends are made up"
        elif early := sorted(day for day in (*self.off, *self.made_up) if day < self.first):
            message = f"{early[0]} lies before the calendar's first day, {self.first}"
        if message:
            raise ValueError(message)
        return self

    def is_working(self, day: date) -> bool:
        """
        Tell whether *day* is a working day (HOL 6–7): make-up days are, days off are not.

        Raises:
            PolicyRefusedError: If the day lies before the calendar begins.
        """
        self._begun(day)
        return day in self.made_up or (day not in self.off and day.weekday() < SATURDAY)

    def is_certain(self, day: date) -> bool:
        """Tell whether the list that decides about *day* has been announced."""
        return self.first <= day <= self.certain_until

    def why(self, day: date) -> str:
        """Say what *day* is: *working day*, *weekend*, *holiday (春节)*, and if that may change."""
        self._begun(day)
        if day in self.made_up:
            what = f"make-up working day ({self.made_up[day]})"
        elif day in self.off:
            what = f"holiday ({self.off[day]})"
        else:
            what = "working day" if day.weekday() < SATURDAY else "weekend"
        if self.is_certain(day):
            return what
        return f"{what} (provisional: the list of {self._missing_year(day)} is not announced)"

    def deadline(self, start: datetime, limit: Limit) -> Deadline:
        """
        Give the instant at which *limit* ends that starts at *start*.

        Minutes and hours run from the moment itself; the day of the start does not count for
        anything longer (CIVIL 201), which ends at 24:00 of its last day, local time (CIVIL 203).

        Raises:
            PolicyRefusedError: If a day that matters lies before the calendar begins.
        """
        if limit.is_exact:
            self._countable(start)
            return Deadline(due_at=start + _exact(limit))
        local = self._local(start)
        asked = (local.date(), limit.amount, limit.unit, limit.roll_forward)
        found = self._found.get(asked)
        if found is None:
            if len(self._found) >= FOUND_MAX:
                self._found.clear()
            found = self._found[asked] = self._end_of(local.date(), limit)
        return found

    @cached_property
    def _info(self) -> ZoneInfo:
        """Hold the time zone."""
        return ZoneInfo(self.zone)

    @cached_property
    def _found(self) -> dict[tuple[date, int, str, bool], Deadline]:
        """Hold the ends found lately: a limit that starts on the same day ends on the same."""
        return {}

    def _end_of(self, day: date, limit: Limit) -> Deadline:
        last, missing = day, None
        for step in self._walk(day, limit):
            last = step.day
            if missing is None and step.looked and not self.is_certain(step.day):
                missing = self._missing_year(step.day)
        return Deadline(due_at=self._midnight(last + DAY), provisional_year=missing)

    def explain(self, start: datetime, limit: Limit) -> tuple[DayLine, ...]:
        """Give every day of *limit*, in order, and why it counts; the last line is the due day."""
        local = self._local(start)
        if limit.is_exact:
            due = self._local(start + _exact(limit))
            why = f"{limit} from {local.isoformat()} to {due.isoformat()}"
            return (DayLine(day=due.date(), counts=True, number=None, why=why),)
        return tuple(
            DayLine(
                day=step.day,
                counts=step.number is not None,
                number=step.number,
                why=self.why(step.day) if step.looked else "calendar day",
            )
            for step in self._walk(local.date(), limit)
        )

    def working_days(self, first: date, after: date) -> int:
        """Count the working days from *first* up to, and without, *after*."""
        if after <= first:
            return 0
        self._begun(first)
        weeks, rest = divmod((after - first).days, 7)
        plain = weeks * 5 + sum((first.weekday() + i) % 7 < SATURDAY for i in range(rest))
        return (
            plain
            + _between(self._made_up_days, first, after)
            - _between(self._weekdays_off, first, after)
        )

    def working_microseconds(self, start: datetime, end: datetime) -> int:
        """
        Measure the time from *start* to *end* within business hours of working days.

        Every full working day counts as `closes - opens`: clocks are not changed at midday.
        An end before the start gives 0.

        Raises:
            PolicyRefusedError: If the span begins before the calendar does.
        """
        begin, finish = self._local(start), self._local(end)
        if end <= start:
            return 0
        full = self.working_days(begin.date(), finish.date()) * self._span(self.opens, self.closes)
        missed = self._gone_by(begin)
        return full - missed + self._gone_by(finish)

    def _gone_by(self, local: datetime) -> int:
        """Measure the business hours of the day that have passed at *local*."""
        if not self.is_working(local.date()):
            return 0
        moment = min(max(local.time(), self.opens), self.closes)
        return self._span(self.opens, moment)

    @staticmethod
    def _span(start: time, end: time) -> int:
        midnight = date(2000, 1, 1)
        length = datetime.combine(midnight, end) - datetime.combine(midnight, start)
        return length // MICROSECOND

    def _walk(self, day: date, limit: Limit) -> Iterator[_Step]:
        """Pass over the days after *day* to the last of *limit*: one walk for every answer."""
        if limit.unit == "working_days":
            number = 0
            while number < limit.amount:
                day += DAY
                working = self.is_working(day)
                number += working
                yield _Step(day, number if working else None, looked=True)
            return
        months = limit.unit == "months"
        last = _months_later(day, limit.amount) if months else day + limit.amount * DAY
        for number in range(1, (last - day).days + 1):
            passed = day + number * DAY
            yield _Step(passed, number, looked=limit.roll_forward and passed == last)
        while limit.roll_forward and not self.is_working(last):
            last += DAY
            yield _Step(last, None, looked=True)

    @cached_property
    def _weekdays_off(self) -> list[date]:
        """Hold the days off that a plain week would work, sorted."""
        return sorted(day for day in self.off if day.weekday() < SATURDAY)

    @cached_property
    def _made_up_days(self) -> list[date]:
        """Hold the make-up working days, sorted."""
        return sorted(self.made_up)

    def _missing_year(self, day: date) -> int:
        # The last days of an announced year wait for the list of the next one.
        last = self.certain_until
        return day.year + (day.year == last.year and last.month == DECEMBER)

    def _local(self, instant: datetime) -> datetime:
        self._countable(instant)
        return instant.astimezone(self._info)

    def _countable(self, instant: datetime) -> None:
        if instant.tzinfo is None or instant.year > YEAR_MAX:
            message = (
                f"no limit can be counted from {instant.isoformat()}; give a time with an offset "
                f"before the year {YEAR_MAX}, e.g. 2026-03-02T01:00:00+00:00"
            )
            raise PolicyRefusedError(message, policy=self.name, instant=instant)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(0), tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def _begun(self, day: date) -> None:
        if day >= self.first:
            return
        message = (
            f"the calendar begins on {self.first} and knows nothing of {day}; "
            "publish a calendar that reaches back that far"
        )
        raise PolicyRefusedError(message, policy=self.name, day=day, first=self.first)


def china(zone: str = "Asia/Shanghai") -> Calendar:
    """
    Build the calendar of the State Council's lists 节假日安排, from 2007 to the last announced.

    It is certain to 24 December of that year and no further: the list of the next year may still
    set days from 29 December on (it did for 2007-12-29, 2018-12-29 and 2022-12-31, HOL-DATA), and
    a few days more cost nothing but a provisional mark.
    """
    from chinese_calendar import Holiday  # noqa: PLC0415 - slow to import and needed only here
    from chinese_calendar.constants import holidays, workdays  # noqa: PLC0415 - as above

    names: dict[str, str] = {}
    for holiday in Holiday:
        names[holiday.value] = holiday.chinese  # pyright: ignore[reportAttributeAccessIssue] - set in __new__
    first = date(2007, 1, 1)  # earlier lists cannot be checked against a second source
    return Calendar(
        zone=zone,
        first=first,
        certain_until=date(max(holidays).year, 12, 24),
        off={day: names[name] for day, name in holidays.items() if day >= first},
        made_up={day: names[name] for day, name in workdays.items() if day >= first},
    )


def _exact(limit: Limit) -> timedelta:
    minutes = limit.amount if limit.unit == "minutes" else limit.amount * 60
    return timedelta(minutes=minutes)


def _months_later(day: date, months: int) -> date:
    """Give the day of the same number *months* on, or the last of that month (CIVIL 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _between(days: list[date], first: date, after: date) -> int:
    return bisect_left(days, after) - bisect_left(days, first)
