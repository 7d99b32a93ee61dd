"""How one clock of a case stands 时限, where the time went, and why it is due when it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, Final, Literal, Self
from uuid import UUID

from zhili.aggregates.case import CaseEvent
from zhili.aggregates.clocks import part_clock
from zhili.errors import InputError
from zhili.policies.calendar import Calendar, DayLine
from zhili.policies.limit import Limit
from zhili.projections.clock_run import ClockRun, Stretch, Touch, runs_of
from zhili.projections.clock_words import calendar_words, limit_words, sentences
from zhili.projections.question import Answer, Question, Record
from zhili.projections.timeline import label_of
from zhili.values import Instant, Value
from zhili.workflows import Label

__all__ = [
    "ClockAnswer", "ClockOf", "ClockSegment", "EarlierRun", "Explanation", "Span",
]  # fmt: skip

Status = Literal["not started", "running", "paused", "stopped"]

MARKING: Final = "mark_"
"""How verbs begin that mark what was not done; other clocks are windows, which end."""

HOUR: Final = timedelta(hours=1)
MICROSECOND: Final = timedelta(microseconds=1)


class Span(Value):
    """A length of time: exactly, and in hours to six places for display."""

    microseconds: int
    hours: Decimal

    @classmethod
    def of(cls, length: timedelta) -> Self:
        """Give the span of a length of time."""
        exact = length // MICROSECOND
        hours = Decimal(exact) / Decimal(HOUR // MICROSECOND)
        return cls(
            microseconds=exact, hours=hours.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)
        )


NO_TIME: Final = Span(microseconds=0, hours=Decimal(0))


class ClockSegment(Value):
    """
    A span in which nothing was done to the clock.

    `event` and `version` name what began it, `why` says so in words. `due_at` is when the clock was
    due in this span, `limit` what gave that, and `calendar` how it is counted, in which version
    where days are looked up; a due instant that was named has no limit. Nothing is counted, and all
    four are empty, while the clock stands still.
    """

    since: Instant
    until: Instant
    running: bool
    length: Span
    event: str
    version: int
    why: Label
    due_at: Instant | None
    limit: str | None
    calendar: Label | None
    calendar_version: int | None


class EarlierRun(Value):
    """A run of the same clock that a later start ended for good."""

    started_at: Instant
    until: Instant
    due_at: Instant | None
    status: Status


class Explanation(Value):
    """
    Why the clock is due when it is.

    `days` counts from `counted_from` day by day, the last one being the due day, in the version of
    the calendar that the event named. It is empty where the event named a date, or where the
    record no longer holds that version. `sentences` tell all that was done to the clock.
    """

    event: str
    version: int
    counted_from: Instant
    limit: Limit | None
    calendar_version: int | None
    time_limits_version: int | None
    days: tuple[DayLine, ...]
    sentences: tuple[Label, ...]


class ClockAnswer(Answer):
    """
    One clock of a case at one instant, in its latest run.

    `segments` follow one another without a gap and add up to `elapsed` exactly; so do
    `running_time` and `paused_time`. `remaining` is given while the clock runs and is negative once
    it is past due; a paused clock gets a fresh limit when it resumes. `overdue` is whether the due
    instant had passed when the clock was stopped or paused, or at `as_of`; a clock that marks what
    was not done, and stops with that, is overdue.
    """

    case_id: UUID
    clock: str
    status: Status
    started_at: Instant | None = None
    stopped_at: Instant | None = None
    due_at: Instant | None = None
    provisional_year: int | None = None
    fired: bool = False
    overdue: bool = False
    elapsed: Span = NO_TIME
    running_time: Span = NO_TIME
    paused_time: Span = NO_TIME
    remaining: Span | None = None
    segments: tuple[ClockSegment, ...] = ()
    earlier: tuple[EarlierRun, ...] = ()
    explanation: Explanation | None = None


class ClockOf(Question):
    """
    How a clock of a case stands, or stood at an instant of the past.

    Args:
        case_id: The case.

        clock: The name of the clock in the table of the case type: handle, sign, contact … That of
            an entity inside the case has its id behind it: report_in:police.

        at: The instant, now if none is given; what happened later is left out.
    """

    definition: ClassVar[str] = "clock_of"

    case_id: UUID
    clock: str
    at: Instant | None = None

    def __init__(self, case_id: UUID, clock: str, at: datetime | None = None) -> None:
        """Ask `ClockOf(case_id, "handle")`, with or without names."""
        super().__init__(case_id=case_id, clock=clock, at=at)  # type: ignore[call-arg] # its fields

    def answer(self, record: Record) -> ClockAnswer:
        """
        Fold the clock from the history of the case.

        Raises:
            CaseNotFoundError: If there is no such case.
            InputError: If the case type has no such clock, or the instant lies in the future.
        """
        history = record.history(self.case_id)
        _refuse_unknown(self.clock, history[0])
        at = self.at or record.now
        if at > record.now:
            message = f"{at.isoformat()} lies in the future; it is {record.now.isoformat()}"
            raise InputError(message, at=at, now=record.now)
        runs = runs_of(self.clock, history, at)
        told = {
            "definition": self.definition,
            "version": self.version,
            "position": record.position,
            "as_of": at,
            "case_id": self.case_id,
            "clock": self.clock,
        }
        if not runs:
            return ClockAnswer.model_validate({**told, "status": "not started"})
        explained = _explained(self.clock, runs[-1], record)
        return ClockAnswer.model_validate(
            {
                **told,
                **_figures(runs[-1], at),
                "earlier": tuple(_earlier(run) for run in runs[:-1]),
                "explanation": explained,
            }
        )


def _refuse_unknown(clock: str, first: CaseEvent) -> None:
    case_type = first.case_class
    tables = (case_type.workflow, *case_type.editions.values())
    known = dict.fromkeys(each.name for table in tables for each in table.clocks)
    inner = dict.fromkeys(name for table in tables for name in table.part_clocks)
    name, of_one, part_id = clock.partition(":")
    if clock in known or (of_one and part_id and name in inner):
        return
    listed = [*known, *(part_clock(each, "ID") for each in inner)]
    said = ", ".join(listed) or "none"
    message = f"a {case_type.workflow.name} has no clock {clock!r}; its clocks are: {said}"
    raise InputError(message, clock=clock, clocks=listed)


def _figures(run: ClockRun, at: datetime) -> dict[str, object]:
    """Give what the answer says of the run, all from the same spans."""
    state, stretches = run.state, run.stretches(at)
    still = state.stopped_at if state.status != "running" else None
    lengths = {True: timedelta(), False: timedelta()}
    for stretch in stretches:
        lengths[stretch.state.status == "running"] += stretch.until - stretch.since
    runs_on = state.status == "running" and state.due_at is not None
    return {
        "status": state.status,
        "started_at": run.started_at,
        "stopped_at": state.stopped_at if state.status == "stopped" else None,
        "due_at": state.due_at,
        "provisional_year": state.provisional,
        "fired": state.fired,
        "overdue": _is_overdue(run, still or at),
        "elapsed": Span.of(run.until(at) - run.started_at),
        "running_time": Span.of(lengths[True]),
        "paused_time": Span.of(lengths[False]),
        "remaining": Span.of(state.due_at - at) if runs_on and state.due_at else None,
        "segments": tuple(_segment(stretch) for stretch in stretches),
    }


def _is_overdue(run: ClockRun, at: datetime) -> bool:
    """Say whether it was due before *at*, or stopped because nobody had done what it waited for."""
    state = run.state
    if state.due_at is None:
        return False
    missed = run.turning[-1].ran_out and state.fires.startswith(MARKING)
    return missed or at > state.due_at


def _segment(stretch: Stretch) -> ClockSegment:
    state, event = stretch.state, stretch.touch.event
    running = state.status == "running"
    limit = state.limit if running else None
    looked_up = limit is not None and not limit.is_exact
    return ClockSegment(
        since=stretch.since,
        until=stretch.until,
        running=running,
        length=Span.of(stretch.until - stretch.since),
        event=event.event_name,
        version=event.originator_version,
        why=label_of(event),
        due_at=state.due_at if running else None,
        limit=limit_words(limit).en if limit else None,
        calendar=calendar_words(limit) if limit else None,
        calendar_version=event.rules.get("calendar") if looked_up else None,
    )


def _earlier(run: ClockRun) -> EarlierRun:
    # An earlier run always has an end: whatever began the next one.
    until = run.until(run.ended_at or run.started_at)
    return EarlierRun(
        started_at=run.started_at, until=until, due_at=run.state.due_at, status=run.state.status
    )


def _explained(clock: str, run: ClockRun, record: Record) -> Explanation:
    touch = run.due_touch
    rules, limit = touch.event.rules, touch.after.limit
    version = rules.get("calendar")
    return Explanation(
        event=touch.event.event_name,
        version=touch.event.originator_version,
        counted_from=touch.counted_from,
        limit=limit,
        calendar_version=version,
        time_limits_version=rules.get("time_limits"),
        days=_days(touch, _calendar(version, record)),
        sentences=sentences(clock, run, record.zone),
    )


def _days(touch: Touch, calendar: Calendar | None) -> tuple[DayLine, ...]:
    limit = touch.after.limit
    if calendar is None or limit is None:
        return ()
    return calendar.explain(touch.counted_from, limit)


def _calendar(version: int | None, record: Record) -> Calendar | None:
    if version is None:
        return None
    for number, _, document in record.policies(Calendar.name):
        if number == version and isinstance(document, Calendar):
            return document
    return None
