"""How much time is left until something is due, in words and in working time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from zhili.errors import PolicyRefusedError
from zhili.face.request import Language
from zhili.pages.words import word
from zhili.policies.calendar import Calendar

__all__ = ["TimeLeft", "span_in_words", "time_left"]

SOON: Final = timedelta(hours=24)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)

DAYS_ALONE: Final = 3
"""From so many days on, hours say nothing."""

Tone = Literal["broken", "soon", "still"]


class TimeLeft(NamedTuple):
    """What is left, in words; `working` of it in working days; `tone` colours both."""

    due_at: datetime
    words: str
    working: str
    tone: Tone


def time_left(
    due_at: datetime, now: datetime, calendar: Calendar | None, language: Language
) -> TimeLeft:
    """Say how long it is until *due_at*, or since it passed."""
    if due_at <= now:
        past = span_in_words(now - due_at, language)
        words = word(f"overdue by {past}", f"已超期{past}", language)
        return TimeLeft(due_at, words, "", "broken")
    left = span_in_words(due_at - now, language)
    words = word(f"{left} left", f"剩余{left}", language)
    soon: Tone = "soon" if due_at - now <= SOON else "still"
    return TimeLeft(due_at, words, _working(now, due_at, calendar, language), soon)


def span_in_words(length: timedelta, language: Language) -> str:
    """Say a length of time: *4 days*, *1 day 3 h*, *5 h 20 min*."""
    days, rest = divmod(length, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    if days >= DAYS_ALONE:
        return word(f"{days} days", f"{days}天", language)
    if days:
        one = "day" if days == 1 else "days"
        if hours == 0:
            return word(f"{days} {one}", f"{days}天", language)
        return word(f"{days} {one} {hours} h", f"{days}天{hours}小时", language)
    if hours:
        return word(f"{hours} h {minutes} min", f"{hours}小时{minutes}分", language)
    return word(f"{minutes} min", f"{minutes}分钟", language)


def _working(now: datetime, due_at: datetime, calendar: Calendar | None, language: Language) -> str:
    """Say how much working time lies between; nothing where no calendar tells."""
    if calendar is None:
        return ""
    try:
        working = timedelta(microseconds=calendar.working_microseconds(now, due_at))
    except PolicyRefusedError:  # the calendar does not reach there
        return ""
    day = timedelta(
        hours=calendar.closes.hour - calendar.opens.hour,
        minutes=calendar.closes.minute - calendar.opens.minute,
    )
    if working < MINUTE:
        return word("no working time", "无工作时间", language)
    if working < day:
        hours = span_in_words(working, language)
        return word(f"{hours} of working time", f"工作时间{hours}", language)
    days = f"{working / day:.1f}".removesuffix(".0")
    one = "working day" if days == "1" else "working days"
    return word(f"{days} {one}", f"{days}个工作日", language)
