"""Clocks as events tell them: what an event did to each, and how they stand after it."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Self

from zhili.policies.limit import Limit
from zhili.values import Instant, Recorded
from zhili.workflows.clock import Ear

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.aggregates.case import Case, CaseEvent
    from zhili.policies.rules import Rules
    from zhili.workflows import Clock, Workflow

__all__ = ["ClockMark", "ClockState", "marks_of", "next_due", "part_clock", "turn"]


class ClockMark(Recorded):
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

    @classmethod
    def made(  # noqa: PLR0913 - its fields
        cls,
        name: str,
        action: str,
        *,
        due_at: datetime | None = None,
        limit: Limit | None = None,
        since: datetime | None = None,
        provisional: int | None = None,
        fires: str = "",
    ) -> Self:
        """Give the mark with these fields, all of them the library's own: nothing is validated."""
        mark = cls.__new__(cls)
        _set(mark, "__dict__", {
            "action": action, "due_at": due_at, "fires": fires, "limit": limit, "name": name,
            "provisional": provisional, "since": since,
        })  # fmt: skip
        _set(mark, "__pydantic_fields_set__", _FIELDS)
        _set(mark, "__pydantic_extra__", None)
        _set(mark, "__pydantic_private__", None)
        return mark


_set: Final = object.__setattr__  # a mark is frozen, but not while it is being made
_FIELDS: Final = frozenset(ClockMark.model_fields)


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

    @property
    def in_time(self) -> bool | None:
        """Whether it was stopped by when it was due; None while that is not decided."""
        if self.status != "stopped" or self.stopped_at is None:
            return None
        return self.due_at is None or self.stopped_at <= self.due_at


def turn(
    clocks: tuple[ClockState, ...], marks: tuple[ClockMark, ...], at: datetime
) -> tuple[ClockState, ...]:
    """Give the clocks as they stand after *marks*, made *at* that instant. Only copies."""
    states = {state.name: state for state in clocks}
    for mark in marks:
        states[mark.name] = _turned(states.get(mark.name), mark, at)
    return tuple(states.values())


def _turned(state: ClockState | None, mark: ClockMark, at: datetime) -> ClockState:
    action = mark.action
    if action == "start" or state is None:
        return ClockState(
            mark.name, "running", at, mark.due_at, at, None, mark.limit, mark.provisional,
            mark.fires,
        )  # fmt: skip
    # Written out, and not replaced field by field: a replay does this for every other event.
    name, status, started, due, since, stopped, limit, provisional, fires, fired = state
    if action == "stop":
        status, stopped = "stopped", at
    elif action == "pause":
        status, stopped = "paused", at
    elif action == "fire":
        fired = True
    elif action == "move":
        due, provisional, fired = mark.due_at, mark.provisional, False
        limit, since = mark.limit or limit, mark.since or since
    else:
        status, stopped, fired = "running", None, False
        due, limit, since, provisional = mark.due_at, mark.limit, at, mark.provisional
    return ClockState(name, status, started, due, since, stopped, limit, provisional, fires, fired)


def next_due(clocks: tuple[ClockState, ...]) -> ClockState | None:
    """Give the clock that will demand something first, if any."""
    waiting = [state for state in clocks if state.waits and state.due_at is not None]
    return min(waiting, key=lambda state: (state.due_at, state.name)) if waiting else None


def marks_of(  # noqa: PLR0913 - an event, and where it leads
    workflow: "Workflow",
    case: "Case",
    event: "CaseEvent",
    state: str,
    rules: "Rules",
    *,
    part_state: str | None = None,
) -> tuple[ClockMark, ...]:
    """
    Say what *event*, which leads *case* to *state*, does to its clocks.

    Asked when the event is recorded, and again by whoever audits it. An event about an entity
    inside the case, which it leads to *part_state*, touches the clocks of that entity too.
    """
    clocks = case.clocks
    if not clocks and event.event_name not in workflow.starting:
        return ()
    ears = workflow.ears(event.event_name, state, entered=state != case.state)
    if not ears and not workflow.part_clocks:
        return ()
    states = {clock.name: clock for clock in clocks}
    marks: list[ClockMark] = []
    for ear in ears:
        name = ear.clock.name
        mark = _mark_of(name, ear, states.get(name), case, event, rules=rules)
        if mark is not None:
            marks.append(mark)
    if not workflow.part_clocks:
        return tuple(marks)
    for name, ear in _of_parts(workflow, case, event, state, part_state):
        mark = _mark_of(name, ear, states.get(name), case, event, rules=rules)
        if mark is not None:
            marks.append(mark)
    return tuple(marks)


def part_clock(clock: str, part_id: str) -> str:
    """Give the name of a *clock* of the entity *part_id* inside a case: `report_in:110105`."""
    return f"{clock}:{part_id}"


def _of_parts(
    workflow: "Workflow", case: "Case", event: "CaseEvent", state: str, part_state: str | None
) -> "Iterator[tuple[str, Ear]]":
    """Give the clocks of entities inside the case that *event* is something to, and what."""
    if state != case.state and state in workflow.ended:
        for clock in case.clocks:
            if ":" in clock.name:
                inner = workflow.part_clocks[clock.name.partition(":")[0]]
                yield clock.name, Ear.ending(inner)
        return
    about: str = vars(event).get("clock") or ""
    if ":" in about:
        heard = workflow.part_clocks.get(about.partition(":")[0])
        ear = heard and heard.ear(event.event_name, state, entered=False, ended=False)
        if ear:
            yield about, ear
    if event.part and part_state:
        entered = part_state != case.part_state(event.part, event.part_id)
        for ear in workflow.parts[event.part].ears(event.event_name, part_state, entered=entered):
            yield part_clock(ear.clock.name, event.part_id), ear


def _mark_of(  # noqa: C901, PLR0911, PLR0913 - each way to touch a clock is one line
    name: str,
    ear: "Ear",
    now: ClockState | None,
    case: "Case",
    event: "CaseEvent",
    *,
    rules: "Rules",
) -> ClockMark | None:
    clock = ear.clock
    if ear.restarts or (ear.starts and now is None):
        mark = _timed("start", clock, case, event, rules, name=name)
        if mark is not None:
            return mark
    if now is None:
        return None
    about = vars(event).get("clock")
    if ear.recalculates and about == name:
        return event.moves(now)
    if now.status == "stopped":
        return None
    if ear.stops:
        return _plain(name, "stop")
    if ear.pauses and now.status == "running":
        return _plain(name, "pause")
    if ear.resumes and now.status == "paused":
        return _timed("resume", clock, case, event, rules, name=name)
    if about is not None and about != name:
        return None
    if ear.expires:
        return _plain(name, "fire")
    return event.moves(now) if ear.moves else None


@lru_cache(maxsize=1000)
def _plain(clock: str, action: str) -> ClockMark:
    return ClockMark.made(clock, action)


def _timed(  # noqa: PLR0913 - a clock, and what starts it
    action: Literal["start", "resume"],
    clock: "Clock",
    case: "Case",
    event: "CaseEvent",
    rules: "Rules",
    *,
    name: str,
) -> ClockMark | None:
    given = case.due_given(clock, event)
    if given is not None:
        return ClockMark.made(name, action, due_at=given, fires=clock.fires)
    limit = case.limit_of(clock, event, rules)
    if limit is None:
        return None
    deadline = rules.calendar.deadline(event.occurred_at, limit)
    return ClockMark.made(
        name,
        action,
        due_at=deadline.due_at,
        limit=limit,
        provisional=deadline.provisional_year,
        fires=clock.fires,
    )
