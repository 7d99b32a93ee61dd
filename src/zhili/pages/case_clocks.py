"""The clocks of a case in words: how each stands, why it is due then, day by day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from zhili.pages.time_left import TimeLeft, span_in_words, time_left
from zhili.pages.words import label_of
from zhili.workflows import Label
from zhili.workflows.clock_name import clock_label

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.face.request import Language
    from zhili.pages.site import Site
    from zhili.policies.calendar import Calendar
    from zhili.projections.clock_of import ClockAnswer
    from zhili.workflows import Clock

__all__ = ["ClockLine", "clock_lines", "is_duty", "why_in_words"]

STATUS: Final = {
    "not started": Label("not started", "未启动"),
    "running": Label("running", "计时中"),
    "paused": Label("standing still", "暂停"),
    "stopped": Label("stopped", "已停止"),
}

OVER: Final = Label("over", "已过")

DUTIES: Final = frozenset({"mark_overdue", "mark_no_show"})
"""What is demanded when something that must be done was not done; others end a window."""


class ClockLine(NamedTuple):
    """One clock, in words; `of` is the unit whose it is, `late` whether a duty was missed."""

    clock: ClockAnswer
    name: str
    of: str
    status: str
    left: TimeLeft | None
    late: bool
    ran: str
    stood: str
    sentences: tuple[str, ...]


def clock_lines(
    site: Site, case_type: type[Case], clocks: Sequence[ClockAnswer], language: Language,
    calendar: Calendar | None,
) -> list[ClockLine]:  # fmt: skip
    """Give the clocks of a case: those that run come first, by when they are due."""
    now = site.engine.now()
    workflow = case_type.workflow
    tables: dict[str, Clock] = {one.name: one for one in workflow.clocks}
    tables |= dict(workflow.part_clocks)

    def line(clock: ClockAnswer) -> ClockLine:
        name, _, part = clock.clock.partition(":")
        table = tables.get(name)
        of_duty = table is not None and is_duty(table)
        return ClockLine(
            clock,
            label_of(clock_label(name), language),
            site.unit_name(part) if part else "",
            label_of(_status(clock, now, of_duty=of_duty), language),
            _left(clock, now, calendar, language, of_duty=of_duty),
            clock.overdue and of_duty,
            _span(clock.running_time.microseconds, language),
            _span(clock.paused_time.microseconds, language),
            tuple(label_of(one, language) for one in _sentences(clock)),
        )

    lines = [line(clock) for clock in clocks if clock.status != "not started"]
    return sorted(lines, key=_rank)


def is_duty(clock: Clock) -> bool:
    """Say whether something must be done before *clock* is due; others end a window."""
    return clock.fires in DUTIES or clock.limit_name == "handle"


def _left(
    clock: ClockAnswer, now: datetime, calendar: Calendar | None, language: Language, *,
    of_duty: bool,
) -> TimeLeft | None:  # fmt: skip
    """Say how long a clock has left; a window that has passed is over, and not overdue."""
    if clock.status != "running" or clock.due_at is None:
        return None
    if clock.due_at <= now and not of_duty:
        return None
    return time_left(clock.due_at, now, calendar, language)


def _status(clock: ClockAnswer, now: datetime, *, of_duty: bool) -> Label:
    """Say how a clock stands; a window that nobody closes is over when it is due."""
    is_past = clock.due_at is not None and clock.due_at <= now
    if clock.status == "running" and is_past and not of_duty:
        return OVER
    return STATUS[clock.status]


def _rank(line: ClockLine) -> tuple[bool, bool, datetime]:
    """Put what still runs first, then what stands still; the soonest due first."""
    clock = line.clock
    return line.left is None, clock.status == "stopped", clock.due_at or NEVER


NEVER: Final = datetime(9999, 12, 30, tzinfo=UTC)


def _span(microseconds: int, language: Language) -> str:
    return span_in_words(timedelta(microseconds=microseconds), language) if microseconds else ""


def _sentences(clock: ClockAnswer) -> tuple[Label, ...]:
    """Give what was done to a clock, to the minute: the exact instants are the record's."""
    found = clock.explanation.sentences if clock.explanation else ()
    return tuple(Label(_to_minutes(one.en), _to_minutes(one.zh)) for one in found)


_PAST_MINUTES: Final = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d):\d\d(?:\.\d+)?")


def _to_minutes(words: str) -> str:
    return _PAST_MINUTES.sub(r"\1", words)


_DAYS: Final = (
    ("make-up working day", "调休上班"),
    ("working day", "工作日"),
    ("weekend", "周末"),
    ("holiday", "节假日"),
    ("calendar day", "自然日"),
)


_EXACT_UNITS: Final = {"minute": "分钟", "hour": "小时"}
_EXACT: Final = re.compile(r"(\d+) (minute|hour)s? from (\S+) to (\S+)")


def why_in_words(why: str, language: Language) -> str:
    """Say why a day counts or does not, as the calendar says it in English."""
    exact = _EXACT.fullmatch(why)
    if exact is not None:
        amount, unit, since, until = exact.groups()
        if language == "en":
            many = "" if amount == "1" else "s"
            return f"{amount} {unit}{many} from {_plainly(since)} to {_plainly(until)}"
        return f"自{_plainly(since)}起{amount}{_EXACT_UNITS[unit]}，至{_plainly(until)}"
    if language == "en":
        return why
    for en, zh in _DAYS:
        if why.startswith(en):
            rest = why.removeprefix(en)
            name = rest.partition("(")[2].partition(")")[0]
            is_provisional = "provisional" in rest
            named = f"({name})" if name and not name.startswith("provisional") else ""
            return f"{zh}{named}{'（暂定，节假日安排尚未公布）' if is_provisional else ''}"
    return why


def _plainly(instant: str) -> str:
    """Give an instant of local time without its zone, to the minute."""
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M}"
