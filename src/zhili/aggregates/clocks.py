"""Clocks as events tell them: what an event did to each, and how they stand after it."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from zhili.policies.limit import Limit
from zhili.values import Instant, Value

if TYPE_CHECKING:
    from zhili.aggregates.case import Case, CaseEvent
    from zhili.policies.rules import Rules
    from zhili.workflows import Clock, Workflow

__all__ = ["ClockMark", "ClockState", "marks_of", "next_due", "turn"]


class ClockMark(Value):
    """
    What one event did to one clock.

    A deadline is computed when the command is carried out and stands here for good, together with
    the limit that gave it; the event names the version of the calendar and of the time limits.
    `since` is the instant from which the limit counts, where it is not the event's own.
    `provisional` is the year whose holidays were not announced when it was computed.
    """

    name: str
    action: Literal["start", "stop", "pause", "resume", "move", "fire"]
    due_at: Instant | None = None
    limit: Limit | None = None
    since: Instant | None = None
    provisional: int | None = None
    fires: str = ""


class ClockState(NamedTuple):
    """How one clock of a case stands."""

    name: str
    status: Literal["running", "paused", "stopped"]
    started_at: datetime
    due_at: datetime | None
    counted_from: datetime
    stopped_at: datetime | None = None
    limit: Limit | None = None
    provisional: int | None = None
    fires: str = ""
    fired: bool = False

    @property
    def waits(self) -> bool:
        """Whether it will demand something when it falls due."""
        return self.status == "running" and bool(self.fires) and not self.fired


def turn(
    clocks: tuple[ClockState, ...], marks: tuple[ClockMark, ...], at: datetime
) -> tuple[ClockState, ...]:
    """Give the clocks as they stand after *marks*, made *at* that instant. Only copies."""
    states = {state.name: state for state in clocks}
    for mark in marks:
        states[mark.name] = _turned(states.get(mark.name), mark, at)
    return tuple(states.values())


def _turned(state: ClockState | None, mark: ClockMark, at: datetime) -> ClockState:
    if mark.action == "start" or state is None:
        return ClockState(
            mark.name,
            "running",
            at,
            mark.due_at,
            at,
            None,
            mark.limit,
            mark.provisional,
            mark.fires,
        )
    match mark.action:
        case "stop":
            return state._replace(status="stopped", stopped_at=at)
        case "pause":
            return state._replace(status="paused", stopped_at=at)
        case "fire":
            return state._replace(fired=True)
        case "move":
            return state._replace(
                due_at=mark.due_at,
                limit=mark.limit or state.limit,
                counted_from=mark.since or state.counted_from,
                provisional=mark.provisional,
                fired=False,
            )
        case "resume":
            return state._replace(
                status="running",
                stopped_at=None,
                due_at=mark.due_at,
                limit=mark.limit,
                counted_from=at,
                provisional=mark.provisional,
                fired=False,
            )


def next_due(clocks: tuple[ClockState, ...]) -> ClockState | None:
    """Give the clock that will demand something first, if any."""
    waiting = [state for state in clocks if state.waits and state.due_at is not None]
    return min(waiting, key=lambda state: (state.due_at, state.name)) if waiting else None


def marks_of(
    workflow: "Workflow", case: "Case", event: "CaseEvent", state: str, rules: "Rules"
) -> tuple[ClockMark, ...]:
    """
    Say what *event*, which leads *case* to *state*, does to its clocks.

    Asked when the event is recorded, and again by whoever audits it.
    """
    if not case.clocks and event.event_name not in workflow.starting:
        return ()
    marks: list[ClockMark] = []
    for clock in workflow.clocks:
        mark = _mark_of(workflow, clock, case, event, state, rules)
        if mark is not None:
            marks.append(mark)
    return tuple(marks)


def _mark_of(  # noqa: C901, PLR0911, PLR0913, PLR0917 - each way to touch a clock is one line
    workflow: "Workflow",
    clock: "Clock",
    case: "Case",
    event: "CaseEvent",
    state: str,
    rules: "Rules",
) -> ClockMark | None:
    name, now = event.event_name, case.clock(clock.name)
    begins = name in clock.restarts or (now is None and name in clock.starts)
    if begins and name not in clock.stops and state not in clock.stops:
        mark = _timed("start", clock, case, event, rules)
        if mark is not None:
            return mark
    recalculated = name == "DeadlineRecalculated" and getattr(event, "clock", "") == clock.name
    if now is not None and recalculated and name in clock.moves:
        return event.moves(now)
    if now is None or now.status == "stopped":
        return None
    entered = state != case.state
    if name in clock.stops or (entered and (state in clock.stops or state in workflow.ended)):
        return ClockMark(name=clock.name, action="stop")
    for pausing, resuming in clock.pauses:
        if name == pausing and now.status == "running":
            return ClockMark(name=clock.name, action="pause")
        if name == resuming and now.status == "paused":
            return _timed("resume", clock, case, event, rules)
    if getattr(event, "clock", clock.name) != clock.name:
        return None
    if name == "ClockExpired":
        return ClockMark(name=clock.name, action="fire")
    if name in clock.moves:
        return event.moves(now)
    return None


def _timed(
    action: Literal["start", "resume"],
    clock: "Clock",
    case: "Case",
    event: "CaseEvent",
    rules: "Rules",
) -> ClockMark | None:
    given = case.due_given(clock, event)
    if given is not None:
        return ClockMark(name=clock.name, action=action, due_at=given, fires=clock.fires)
    limit = case.limit_of(clock, event, rules)
    if limit is None:
        return None
    deadline = rules.calendar.deadline(event.occurred_at, limit)
    return ClockMark(
        name=clock.name,
        action=action,
        due_at=deadline.due_at,
        limit=limit,
        provisional=deadline.provisional_year,
        fires=clock.fires,
    )
